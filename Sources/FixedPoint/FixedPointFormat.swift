/// The layout of a fixed-point number: the field's `ap_fixed<W,I>` and `ap_ufixed<W,I>`.
///
/// A value is `mantissa · 2^(integer − width)`. The integer part counts the sign bit and may be
/// negative or larger than the width.
///
/// - Reference: AMD UG1399, "Arbitrary Precision Fixed-Point Data Types".
public struct FixedPointFormat: Sendable, Hashable {
  /// Widest format that a network may use; intermediate results may need up to 127 bits.
  public static let maximumWidth = 64

  /// Whether mantissas are two's complement.
  public var isSigned: Bool
  /// Bits in all; 0 means that only the value zero exists (a pruned weight).
  public var width: Int
  /// Bits before the point, the sign bit counted.
  public var integer: Int

  public init(signed: Bool, width: Int, integer: Int) {
    self.isSigned = signed
    self.width = width
    self.integer = integer
  }

  /// The narrowest format whose step is `2^−fraction` and which holds every mantissa of the range.
  public init(holding low: Int128, through high: Int128, fraction: Int) {
    let signed = low < 0
    var magnitude = high < 0 ? 0 : bitCount(high)
    if signed { magnitude = max(magnitude, bitCount(-(low + 1))) + 1 }
    self.init(signed: signed, width: magnitude, integer: magnitude - fraction)
  }

  /// Bits after the point; negative when the step is larger than one.
  public var fraction: Int { width - integer }

  /// Smallest mantissa, `−2^(width−1)` or 0.
  public var minimum: Int128 { isSigned && width > 0 ? -(Int128(1) << (width - 1)) : 0 }

  /// Largest mantissa, `2^(width−1) − 1` or `2^width − 1`.
  public var maximum: Int128 {
    if width == 0 { return 0 }
    return isSigned ? (Int128(1) << (width - 1)) - 1 : (Int128(1) << width) - 1
  }

  /// All values of the format.
  public var interval: Interval { Interval(minimum, maximum, fraction: fraction) }

  public func contains(mantissa: Int128) -> Bool { mantissa >= minimum && mantissa <= maximum }

  /// Checks that a network may use the format.
  ///
  /// - Throws: ``FixedPointError`` naming the width or the point when out of bounds.
  public func validate() throws(FixedPointError) {
    guard width >= 0, width <= Self.maximumWidth else {
      throw FixedPointError(
        "the format \(self) is \(width) bits wide; Winnow's formats have 0 to \(Self.maximumWidth) bits"
      )
    }
    // The integer part first: the fraction of an arbitrary one may not even be an `Int`.
    guard integer.magnitude <= 256, fraction.magnitude <= 256 else {
      throw FixedPointError(
        "the format \(self) puts its point far from its bits; at most 256 bits before and after it are allowed"
      )
    }
  }
}

/// Bits that a non-negative integer needs; 0 for zero.
func bitCount(_ value: Int128) -> Int { 128 - value.leadingZeroBitCount }

extension FixedPointFormat: CustomStringConvertible {
  /// `fixed<8,1>` or `ufixed<8,4>`, as hls4ml writes it.
  public var description: String { "\(isSigned ? "fixed" : "ufixed")<\(width),\(integer)>" }
}
