/// What becomes of a value outside a format's range (UG1399, "Overflow Modes").
public enum OverflowMode: String, Sendable, Hashable, CaseIterable, Codable {
  /// Modulo 2^width.
  case wrap = "WRAP"
  /// Clip to the ends of the range.
  case saturate = "SAT"
  /// Zero when out of range.
  case saturateToZero = "SAT_ZERO"
  /// Clip to ±(2^(width−1) − 1); like ``saturate`` when unsigned or one bit wide.
  case saturateSymmetrically = "SAT_SYM"
}

extension OverflowMode {
  /// The mantissas that a format can hold under this mode.
  public func range(of format: FixedPointFormat) -> (low: Int128, high: Int128) {
    self == .saturateSymmetrically && format.isSigned && format.width > 1
      ? (-format.maximum, format.maximum) : (format.minimum, format.maximum)
  }

  /// Brings a mantissa at the format's own step into its range.
  ///
  /// - Precondition: the mantissa type holds `2^width`.
  @inlinable
  public func fit<Mantissa: SignedInteger>(
    _ mantissa: Mantissa, into format: FixedPointFormat
  ) -> Mantissa {
    if format.width == 0 { return 0 }
    let one: Mantissa = 1
    let high = (one << (format.isSigned ? format.width - 1 : format.width)) - 1
    let low = format.isSigned ? -high - 1 : 0
    switch self {
    case .wrap:
      // The low bits; above the largest mantissa they stand for a negative number.
      let mask = (one << format.width) - 1
      let bits = mantissa & mask
      return bits > high ? bits - mask - 1 : bits
    case .saturate:
      return Swift.min(Swift.max(mantissa, low), high)
    case .saturateToZero:
      return mantissa < low || mantissa > high ? 0 : mantissa
    case .saturateSymmetrically:
      // One signed bit has no positive end to be symmetric with: AMD's headers keep −1.
      let symmetric = format.isSigned && format.width > 1
      return Swift.min(Swift.max(mantissa, symmetric ? -high : low), high)
    }
  }
}
