/// A fixed-point type: a format with the rounding and overflow of a conversion to it, the field's
/// `ap_fixed<W,I,Q,O>`.
public struct FixedPointType: Sendable, Hashable {
  public var format: FixedPointFormat
  public var rounding: RoundingMode
  public var overflow: OverflowMode

  /// The modes default to AMD's: `TRN`, `WRAP`.
  public init(
    _ format: FixedPointFormat, rounding: RoundingMode = .truncate, overflow: OverflowMode = .wrap
  ) {
    self.format = format
    self.rounding = rounding
    self.overflow = overflow
  }

  public init(
    signed: Bool, width: Int, integer: Int, rounding: RoundingMode = .truncate,
    overflow: OverflowMode = .wrap
  ) {
    self.init(
      FixedPointFormat(signed: signed, width: width, integer: integer), rounding: rounding,
      overflow: overflow)
  }

  public var isSigned: Bool { format.isSigned }
  public var width: Int { format.width }
  public var integer: Int { format.integer }
  public var fraction: Int { format.fraction }

  /// Converts an exact value to this type: align the point, round, then overflow.
  ///
  /// - Parameters:
  ///   - mantissa: the value times `2^fraction`.
  ///   - fraction: bits after the point of `mantissa`.
  /// - Returns: the mantissa in this type's format.
  /// - Precondition: the mantissa type holds `2^width` and one bit more than `mantissa`.
  /// - Reference: AMD UG1399; checked against `ap_fixed` for every mode (Tests/FixedPointTests).
  @inlinable
  public func convert<Mantissa: SignedInteger>(
    _ mantissa: Mantissa, fraction: Int
  ) -> Mantissa {
    if width == 0 { return 0 }
    let dropped = fraction - self.fraction
    if dropped > 0 {
      return overflow.fit(rounding.round(mantissa, droppingBits: dropped), into: format)
    }
    if dropped == 0 { return overflow.fit(mantissa, into: format) }
    return convertToFinerStep(mantissa, shift: -dropped)
  }

  /// The left shift is done after the range check, so that no bit leaves the mantissa type.
  @usableFromInline
  func convertToFinerStep<Mantissa: SignedInteger>(_ mantissa: Mantissa, shift: Int) -> Mantissa {
    if mantissa == 0 { return 0 }
    let one: Mantissa = 1
    let kept = width - shift  // bits of the mantissa that can stay in range
    if overflow == .wrap {
      if kept <= 0 { return 0 }
      let low = mantissa & ((one << kept) - 1)
      return overflow.fit(low << shift, into: format)
    }
    let high = (one << (isSigned ? width - 1 : width)) - 1
    let lowest = isSigned ? -high - 1 : 0
    // Any mantissa beyond these bounds overflows; one step past the end stands for all of them.
    if mantissa > high >> shift { return overflow.fit(high + 1, into: format) }
    if mantissa < 0, shift >= width || mantissa < lowest >> shift {
      return overflow.fit(lowest - 1, into: format)
    }
    return overflow.fit(mantissa << shift, into: format)
  }

  /// Converts a real number; exact, as every finite `Double` is a mantissa times a power of two.
  ///
  /// - Returns: `nil` for NaN. Infinities behave as numbers beyond every range
  ///   (0 under `WRAP` and `SAT_ZERO`).
  public func convert(_ value: Double) -> Int128? {
    if value.isNaN { return nil }
    if value.isInfinite {
      if overflow == .wrap { return 0 }
      return overflow.fit(
        value > 0 ? format.maximum + 1 : format.minimum - 1, into: format)
    }
    guard let (mantissa, fraction) = dyadic(value) else { return 0 }
    return convert(mantissa, fraction: fraction)
  }
}

/// A finite `Double` as `mantissa · 2^−fraction` with an odd mantissa; `nil` for zero.
public func dyadic(_ value: Double) -> (mantissa: Int128, fraction: Int)? {
  guard value.isFinite, value != 0 else { return nil }
  let bits = value.significandBitPattern
  let stored = value.exponentBitPattern
  let significand = stored == 0 ? bits : bits | (1 << 52)
  let exponent = Int(stored == 0 ? 1 : stored) - 1075
  let zeros = significand.trailingZeroBitCount
  let magnitude = Int128(significand >> UInt64(zeros))
  return (value < 0 ? -magnitude : magnitude, -(exponent + zeros))
}

extension FixedPointType: CustomStringConvertible {
  /// `fixed<8,6,RND_CONV,SAT>`; the modes are left out when they are `TRN`, `WRAP`.
  public var description: String {
    if rounding == .truncate, overflow == .wrap { return format.description }
    return "\(isSigned ? "fixed" : "ufixed")<\(width),\(integer),\(rounding.rawValue),\(overflow.rawValue)>"
  }
}
