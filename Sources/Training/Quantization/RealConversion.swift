import WinnowFixedPoint

/// `FixedPointType.convert` on real numbers: every step is exact, so that the result has the bits of
/// the exact conversion wherever `|x·2^fraction| < 2^52`.
struct RealConversion: Sendable {
  let type: FixedPointType
  /// 2^fraction and 2^−fraction.
  let scale, step: Double
  /// Ends of the range, counted in steps.
  let low, high: Double

  init(_ type: FixedPointType) {
    self.type = type
    scale = Double(sign: .plus, exponent: type.fraction, significand: 1)
    step = Double(sign: .plus, exponent: -type.fraction, significand: 1)
    let range = type.overflow.range(of: type.format)
    low = Double(range.low)
    high = Double(range.high)
  }

  func callAsFunction(_ x: Double) -> Double {
    if type.width == 0 { return 0 }
    let counted = x * scale
    // A product below the smallest number still rounds as a small one. Adding 0 makes −0 the 0 of
    // the integers.
    if counted == 0, x != 0 { return fitted(rounded(x < 0 ? -0.25 : 0.25)) * step + 0 }
    return fitted(rounded(counted)) * step + 0
  }

  /// The same with a draw from `[0, 1)` that decides between the neighbours.
  func stochastic(_ x: Double, _ draw: Double) -> Double {
    if type.width == 0 { return 0 }
    let counted = x * scale
    let floor = counted.rounded(.down)
    return fitted(draw < counted - floor ? floor + 1 : floor) * step + 0
  }

  /// The nearest integers by the type's rounding mode.
  func rounded(_ x: Double) -> Double {
    switch type.rounding {
    case .truncate: x.rounded(.down)
    case .truncateToZero: x.rounded(.towardZero)
    case .nearest: halvesUp(x)
    case .nearestToMinusInfinity: -halvesUp(-x)
    case .nearestToZero: x < 0 ? halvesUp(x) : -halvesUp(-x)
    case .nearestToInfinity: x.rounded(.toNearestOrAwayFromZero)
    case .nearestToEven: x.rounded(.toNearestOrEven)
    }
  }

  /// Not `floor(x + ½)`, whose sum may round up.
  private func halvesUp(_ x: Double) -> Double {
    let even = x.rounded(.toNearestOrEven)
    // The distance to the nearest integer is exact; that to the floor may round to ½.
    return x - even == 0.5 ? even + 1 : even
  }

  private func fitted(_ mantissa: Double) -> Double {
    switch type.overflow {
    case .wrap:
      if mantissa.isInfinite { return 0 }
      let modulus = Double(sign: .plus, exponent: type.width, significand: 1)
      // The remainder of smallest magnitude is exact.
      let rest = mantissa.remainder(dividingBy: modulus)
      if type.isSigned { return rest == modulus / 2 ? -rest : rest }
      return rest < 0 ? rest + modulus : rest
    case .saturateToZero: return mantissa < low || mantissa > high ? 0 : mantissa
    // A NaN stays one, for whoever watches the loss.
    case .saturate, .saturateSymmetrically:
      return mantissa < low ? low : mantissa > high ? high : mantissa
    }
  }

  /// The real numbers between which the conversion does not clip, for a straight-through gradient;
  /// empty for a pruned element.
  func passing<Scalar: TrainingScalar>(_ policy: QuantizePolicy, _: Scalar.Type) -> ClosedRange<Scalar>? {
    if type.width == 0 { return nil }
    let everything = -Scalar.infinity...Scalar.infinity
    if policy.gradient == .unclipped || type.overflow == .wrap { return everything }
    func real(_ mantissa: Double) -> Scalar { Scalar(mantissa * step) }
    if policy.gradient == .qkeras, type.isSigned { return everything }
    if policy.stochasticRounding || policy.gradient == .qkeras { return real(low)...real(high) }
    // The furthest that still rounds into the range; one unit in the last place nearer where the
    // bound itself rounds out of it.
    let reach =
      switch type.rounding {
      case .truncate: (below: 0.0, above: 1.0)
      case .truncateToZero: (below: 1.0, above: 1.0)
      default: (below: 0.5, above: 0.5)
      }
    let bottom = low - reach.below
    let top = high + reach.above
    return
      (rounded(bottom) >= low ? real(bottom) : real(bottom).nextUp)...(rounded(top) <= high
      ? real(top) : real(top).nextDown)
  }
}

/// A number of `[0, 1)` that depends on its key and place alone.
struct PlacedDraws {
  let key: UInt64

  func callAsFunction(_ place: Int) -> Double {
    // SplitMix64's output function over a counter.
    var z = key &+ UInt64(truncatingIfNeeded: place) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((z ^ (z &>> 31)) &>> 11) * 0x1p-53
  }
}
