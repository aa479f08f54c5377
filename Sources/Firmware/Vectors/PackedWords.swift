import WinnowFixedPoint
import WinnowNetworkIR

/// Mantissas packed into one word a port, as the Verilog ports are: element 0 in the lowest bits.
enum PackedWords {
  /// Hexadecimal digits of one event's elements of the given widths.
  static func hexadecimal(_ mantissas: some Collection<Int64>, widths: [Int]) -> String {
    var nibbles: [UInt8] = []
    var pending: UInt128 = 0
    var pendingBits = 0
    for (mantissa, width) in zip(mantissas, widths) {
      let pattern = UInt128(UInt64(bitPattern: mantissa)) & ((UInt128(1) << width) - 1)
      pending |= pattern << pendingBits
      pendingBits += width
      while pendingBits >= 4 {
        nibbles.append(digit(UInt8(pending & 15)))
        pending >>= 4
        pendingBits -= 4
      }
    }
    if pendingBits > 0 || nibbles.isEmpty { nibbles.append(digit(UInt8(pending & 15))) }
    return String(decoding: nibbles.reversed(), as: UTF8.self)
  }

  /// The elements of a word; `nil` when it holds other than hexadecimal digits, such as `x`.
  static func mantissas(_ text: Substring.UTF8View, widths: [Int], signed: [Bool]) -> [Int64]? {
    var digits: [UInt8] = []
    digits.reserveCapacity(text.count)
    for byte in text.reversed() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digits.append(byte - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    var result: [Int64] = []
    var pending: UInt128 = 0
    var pendingBits = 0
    var next = 0
    for (width, signed) in zip(widths, signed) {
      while pendingBits < width {
        guard next < digits.count else { return nil }
        pending |= UInt128(digits[next]) << pendingBits
        pendingBits += 4
        next += 1
      }
      var value = Int128(bitPattern: pending & ((UInt128(1) << width) - 1))
      if signed, value >> (width - 1) == 1 { value -= Int128(1) << width }
      result.append(Int64(truncatingIfNeeded: value))
      pending >>= width
      pendingBits -= width
    }
    return result
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? value + UInt8(ascii: "0") : value - 10 + UInt8(ascii: "a")
  }
}
