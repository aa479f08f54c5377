import WinnowFixedPoint

/// Width of a column's lanes. Raw values are the kernels' order.
enum Lane: Int, Sendable, CaseIterable {
  case bits16, bits32, bits64, bits128

  var bits: Int { 16 << rawValue }
  var bytes: Int { 2 << rawValue }

  /// The narrowest lane of at least so many bits.
  init(bits: Int) {
    self = bits <= 16 ? .bits16 : bits <= 32 ? .bits32 : bits <= 64 ? .bits64 : .bits128
  }

  /// The narrowest lane that holds every mantissa of the interval.
  init(_ interval: Interval) { self.init(bits: interval.signedBits) }
}

extension Int128 {
  /// Bits of the number in two's complement, the sign counted.
  var signedBits: Int { 129 - (self < 0 ? ~self : self).leadingZeroBitCount }
}

extension Interval {
  /// Bits that hold every mantissa in two's complement.
  var signedBits: Int { max(low.signedBits, high.signedBits) }
}
