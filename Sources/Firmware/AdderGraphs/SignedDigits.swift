/// The number of non-zero digits of `value` in canonical signed-digit form, the fewest possible.
///
/// Reitwiesner's recoding has a non-zero digit exactly where `value` and `3·value` differ.
func signedDigitCount(_ value: Int) -> Int {
  let magnitude = UInt128(value.magnitude)
  return (magnitude ^ (3 * magnitude)).nonzeroBitCount
}

/// One digit: `2^shift`, or `−2^shift` when negative.
struct SignedDigit: Hashable {
  var shift: Int
  var isNegative: Bool
}

/// The canonical signed digits of `value`, least significant first: no two are adjacent.
///
/// - Precondition: `|value| < 2^62`.
func signedDigits(of value: Int) -> [SignedDigit] {
  precondition(value.magnitude < 1 << 62, "\(value) has too many digits")
  var digits: [SignedDigit] = []
  var rest = value
  var shift = 0
  while rest != 0 {
    let zeros = rest.trailingZeroBitCount
    rest >>= zeros
    shift += zeros
    let isNegative = rest & 3 == 3
    digits.append(SignedDigit(shift: shift, isNegative: isNegative))
    rest += isNegative ? 1 : -1
  }
  return digits
}

/// `⌈log2 value⌉`, and 0 for values up to 1.
func ceilingLog2<Value: FixedWidthInteger>(_ value: Value) -> Int {
  value <= 1 ? 0 : Value.bitWidth - (value - 1).leadingZeroBitCount
}
