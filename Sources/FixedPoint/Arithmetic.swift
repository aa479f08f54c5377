/// The result types of `ap_fixed` arithmetic (UG1399, "Binary Arithmetic Operators"): wide enough
/// that no bit is lost.
extension FixedPointFormat {
  /// The format of `a + b`.
  public func adding(_ other: FixedPointFormat) -> FixedPointFormat {
    let signed = isSigned || other.isSigned
    // An unsigned operand beside a signed one needs a bit for its sign.
    let integer =
      max(
        self.integer + (signed && !isSigned ? 1 : 0),
        other.integer + (signed && !other.isSigned ? 1 : 0)) + 1
    return FixedPointFormat(
      signed: signed, width: integer + max(fraction, other.fraction), integer: integer)
  }

  /// The format of `a − b`: always signed.
  public func subtracting(_ other: FixedPointFormat) -> FixedPointFormat {
    var sum = adding(other)
    sum.isSigned = true
    return sum
  }

  /// The format of `a · b`: widths and integer parts add up.
  public func multiplied(by other: FixedPointFormat) -> FixedPointFormat {
    FixedPointFormat(
      signed: isSigned || other.isSigned, width: width + other.width,
      integer: integer + other.integer)
  }
}

extension FixedPointType {
  /// `value >> bits` inside the type: bits fall off at the bottom, or at the top when `bits` is
  /// negative. The modes play no part.
  @inlinable
  public func shiftRight<Mantissa: SignedInteger>(_ mantissa: Mantissa, by bits: Int) -> Mantissa {
    if bits >= 0 { return mantissa >> bits }
    let wrapping = FixedPointType(format, rounding: .truncate, overflow: .wrap)
    return wrapping.convert(mantissa, fraction: fraction + bits)
  }
}

/// Integer division towards zero, as C++ and `ap_fixed` divide.
///
/// - Precondition: `divisor > 0`.
@inlinable
public func divideTowardZero<Mantissa: SignedInteger>(
  _ mantissa: Mantissa, by divisor: Mantissa
) -> Mantissa {
  mantissa / divisor
}
