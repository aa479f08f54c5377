/// Every multiple of `2^zeros` from `low` to `high`: what a value of an adder graph may be.
package struct ValueRange: Sendable, Hashable {
  package var low: Int128
  package var high: Int128
  /// Low bits that are always zero.
  package var zeros: Int

  package init(low: Int128, high: Int128, zeros: Int) {
    self.low = low
    self.high = high
    self.zeros = zeros
  }

  package var isSigned: Bool { low < 0 }

  /// Bits of the magnitude, without the sign: `⌈log2 max(−low, high + 2^zeros)⌉`.
  package var magnitudeBits: Int {
    ceilingLog2(max(-low, high + (1 as Int128) << zeros))
  }

  /// Sign and magnitude bits, counted from bit 0.
  var top: Int { magnitudeBits + (isSigned ? 1 : 0) }

  /// Sign and magnitude bits above the low zeros: the wires that carry the value.
  package var width: Int { top - zeros }

  var negated: ValueRange { ValueRange(low: -high, high: -low, zeros: zeros) }

  /// - Precondition: the shifted bounds fit in 128 bits.
  func shifted(by shift: Int) -> ValueRange {
    let factor = (1 as Int128) << shift
    return ValueRange(low: low * factor, high: high * factor, zeros: zeros + shift)
  }
}

/// The bits of one adder over its shifted operands.
///
/// Sign, plus the larger operand's `⌈log2 max(|min|, max + step)⌉`, minus the log2 of the larger
/// step: bits below the larger step are copied, not added. da4ml's formula, arXiv:2507.04535.
///
/// - Note: for `(left << k) − right` hardware must also negate the `k` low bits of `right`; the
///   formula charges nothing for them, see ``uncountedLowBits(left:right:subtract:)``.
package func adderCost(left: ValueRange, right: ValueRange) -> Int {
  max(left.magnitudeBits, right.magnitudeBits)
    + (left.isSigned || right.isSigned ? 1 : 0)
    - max(left.zeros, right.zeros)
}

/// The low bits that a subtraction needs in hardware and ``adderCost(left:right:)`` leaves out.
package func uncountedLowBits(left: ValueRange, right: ValueRange, subtract: Bool) -> Int {
  subtract ? max(0, left.zeros - right.zeros) : 0
}
