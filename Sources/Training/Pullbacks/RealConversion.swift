import WinnowFixedPoint

/// A conversion to fixed point on real numbers: the value of ``FixedPointType``'s mantissa, exactly,
/// wherever a `Double` holds it (mantissas to 53 bits).
///
/// Scaling by a power of two, rounding and clipping are exact in `Double`, so that the training's
/// values are the firmware's.
struct RealConversion: Sendable {
  /// 2^fraction and its reciprocal.
  let scale, step: Double
  /// Bounds of the mantissa.
  let low, high: Double
  /// Bounds of the values that are represented.
  var range: (low: Double, high: Double) { (low * step, high * step) }
  let rounding: RoundingMode
  let overflow: OverflowMode
  let width: Int
  let isSigned: Bool
  /// Values outside are brought to the nearest end: the fast way applies.
  let clips: Bool

  init(_ type: FixedPointType) {
    scale = Double(sign: .plus, exponent: type.fraction, significand: 1)
    step = Double(sign: .plus, exponent: -type.fraction, significand: 1)
    let bounds = type.overflow.range(of: type.format)
    (low, high) = (Double(bounds.low), Double(bounds.high))
    (rounding, overflow) = (type.rounding, type.overflow)
    (width, isSigned) = (type.width, type.isSigned)
    clips = width == 0 || width <= 48 && (overflow == .saturate || overflow == .saturateSymmetrically)
  }

  /// The nearest whole number, halves to even, of a number below 2^51: by adding and taking away a
  /// number whose last place is 1. The library's rounding is a call on baseline x86-64.
  @inline(__always)
  private static func nearestEven(_ x: Double) -> Double { (x + 0x1.8p52) - 0x1.8p52 }

  /// A number below 2^51, rounded.
  @inline(__always)
  static func rounded(_ x: Double, _ mode: RoundingMode) -> Double {
    rounded(x, mode, even: nearestEven(x))
  }

  /// The distance to the nearest whole number is exact, so that halves are seen for certain.
  @inline(__always)
  private static func rounded(_ x: Double, _ mode: RoundingMode, even: Double) -> Double {
    let rest = x - even
    return switch mode {
    case .nearestToEven: even
    case .truncate: rest < 0 ? even - 1 : even
    case .truncateToZero: x > 0 && rest < 0 ? even - 1 : x < 0 && rest > 0 ? even + 1 : even
    case .nearest: rest == 0.5 ? even + 1 : even
    case .nearestToMinusInfinity: rest == -0.5 ? even - 1 : even
    case .nearestToZero: x > 0 && rest == -0.5 ? even - 1 : x < 0 && rest == 0.5 ? even + 1 : even
    case .nearestToInfinity:
      x > 0 && rest == 0.5 ? even + 1 : x < 0 && rest == -0.5 ? even - 1 : even
    }
  }

  /// A conversion that clips. NaN stays NaN.
  @inline(__always)
  func clipped(_ x: Double, _ mode: RoundingMode) -> Double {
    // One step beyond the ends stands for everything beyond.
    let near = min(max(x * scale, low - 1), high + 1)
    // Adding 0 makes −0 the 0 of the integers.
    return min(max(Self.rounded(near, mode), low), high) * step + 0
  }

  /// Any conversion.
  func callAsFunction(_ x: Double) -> Double {
    if clips { return clipped(x, rounding) }
    if x.isNaN || width == 0 { return x.isNaN ? x : 0 }
    var scaled = x * scale
    // A product below the smallest number still rounds as a small one.
    if scaled == 0, x != 0 { scaled = x > 0 ? 0.25 : -0.25 }
    guard scaled.isFinite else {
      switch overflow {
      case .wrap, .saturateToZero: return 0
      case .saturate, .saturateSymmetrically: return (x > 0 ? high : low) * step
      }
    }
    // From 2^51 on only halves can follow the point; from 2^52 nothing.
    let whole =
      scaled.magnitude < 0x1p51 ? Self.rounded(scaled, rounding) : library(scaled)
    return fit(whole) * step + 0
  }

  private func library(_ x: Double) -> Double {
    Self.rounded(x, rounding, even: x.rounded(.toNearestOrEven))
  }

  private func fit(_ whole: Double) -> Double {
    switch overflow {
    case .saturate, .saturateSymmetrically: return min(max(whole, low), high)
    case .saturateToZero: return whole < low || whole > high ? 0 : whole
    case .wrap:
      let modulus = Double(sign: .plus, exponent: width, significand: 1)
      // The remainder of smallest magnitude is exact.
      let rest = whole.remainder(dividingBy: modulus)
      if isSigned { return rest == modulus / 2 ? -rest : rest }
      return rest < 0 ? rest + modulus : rest
    }
  }
}
