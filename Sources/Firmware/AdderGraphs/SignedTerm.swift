/// `± (value << shift)` in 32 bits; the order is by value, then shift, then sign.
struct SignedTerm: Hashable, Comparable {
  /// Value in the high 24 bits, shift in 7, sign in the lowest.
  private(set) var bits: UInt32

  init(value: Int, shift: Int, isNegative: Bool) {
    precondition(value >> 24 == 0, "an adder graph may have 2^24 values, not \(value)")
    precondition(shift >> 7 == 0, "shift \(shift) is not in 0..<128")
    bits = UInt32(value) << 8 | UInt32(shift) << 1 | (isNegative ? 1 : 0)
  }

  var value: Int { Int(bits >> 8) }
  var shift: Int { Int(bits >> 1 & 127) }
  var isNegative: Bool { bits & 1 == 1 }

  /// Value and shift alone: a row has one term for each.
  var place: UInt32 { bits >> 1 }

  /// The first place that a term of `value` can have.
  static func firstPlace(of value: Int) -> UInt32 { UInt32(value) << 7 }

  static func < (left: SignedTerm, right: SignedTerm) -> Bool { left.bits < right.bits }
}

/// What two terms have in common with every shift and negation of both: the subexpression
/// `(first << max(0, −offset)) ± (second << max(0, offset))`.
///
/// Packed into 58 bits so that it is its own hash key and has a total order to break ties by.
struct PairKey: Hashable, Comparable {
  private(set) var bits: UInt64

  /// - Precondition: `first < second`.
  init(_ first: SignedTerm, _ second: SignedTerm) {
    // 24-bit values; the shifts differ by less than 128, so offset + 128 fits in 9 bits.
    let values = UInt64(first.bits >> 8) &<< 34 | UInt64(second.bits >> 8) &<< 10
    let offset = 128 &+ (second.bits >> 1 & 127) &- (first.bits >> 1 & 127)
    let sign = UInt64((first.bits ^ second.bits) & 1)
    bits = values | UInt64(offset) &<< 1 | sign
  }

  init(bits: UInt64) { self.bits = bits }

  var first: Int { Int(bits >> 34) }
  var second: Int { Int(bits >> 10 & 0xff_ffff) }
  /// The shift of the second value less that of the first.
  var offset: Int { Int(bits >> 1 & 0x1ff) - 128 }
  var isDifference: Bool { bits & 1 == 1 }

  var firstShift: Int { max(0, -offset) }
  var secondShift: Int { max(0, offset) }

  static func < (left: PairKey, right: PairKey) -> Bool { left.bits < right.bits }
}
