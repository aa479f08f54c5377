import BigInt

/// A `BigInt` whose right shift rounds down, as `SignedInteger` asks.
///
/// BigInt 6.0.1 shifts the magnitude: −62 ≫ 4 is −3 there. It also loses bits of wide negative
/// numbers on the way to `Int128`.
struct FloorInteger: SignedInteger, CustomStringConvertible {
  typealias Words = BigInt.Words
  typealias Magnitude = BigUInt
  typealias IntegerLiteralType = Int

  var value: BigInt

  init(_ value: BigInt) { self.value = value }
  init(integerLiteral value: Int) { self.value = BigInt(value) }
  init<Source: BinaryInteger>(_ source: Source) { value = BigInt(source) }
  init<Source: BinaryInteger>(truncatingIfNeeded source: Source) { value = BigInt(source) }
  init<Source: BinaryInteger>(clamping source: Source) { value = BigInt(source) }
  init?<Source: BinaryInteger>(exactly source: Source) { value = BigInt(source) }
  init<Source: BinaryFloatingPoint>(_ source: Source) { value = BigInt(source) }
  init?<Source: BinaryFloatingPoint>(exactly source: Source) {
    guard let value = BigInt(exactly: source) else { return nil }
    self.value = value
  }

  var words: Words { value.words }
  var bitWidth: Int { value.bitWidth }
  var trailingZeroBitCount: Int { value.trailingZeroBitCount }
  var magnitude: BigUInt { value.magnitude }
  var description: String { value.description }

  static func + (a: Self, b: Self) -> Self { Self(a.value + b.value) }
  static func - (a: Self, b: Self) -> Self { Self(a.value - b.value) }
  static func * (a: Self, b: Self) -> Self { Self(a.value * b.value) }
  static func / (a: Self, b: Self) -> Self { Self(a.value / b.value) }
  static func % (a: Self, b: Self) -> Self { Self(a.value % b.value) }
  static func += (a: inout Self, b: Self) { a = a + b }
  static func -= (a: inout Self, b: Self) { a = a - b }
  static func *= (a: inout Self, b: Self) { a = a * b }
  static func /= (a: inout Self, b: Self) { a = a / b }
  static func %= (a: inout Self, b: Self) { a = a % b }
  static func &= (a: inout Self, b: Self) { a.value &= b.value }
  static func |= (a: inout Self, b: Self) { a.value |= b.value }
  static func ^= (a: inout Self, b: Self) { a.value ^= b.value }
  static prefix func ~ (a: Self) -> Self { Self(-1 - a.value) }
  static func == (a: Self, b: Self) -> Bool { a.value == b.value }
  static func < (a: Self, b: Self) -> Bool { a.value < b.value }

  static func <<= <Distance: BinaryInteger>(a: inout Self, distance: Distance) {
    a.value = a.value * BigInt(2).power(Int(distance))
  }

  static func >>= <Distance: BinaryInteger>(a: inout Self, distance: Distance) {
    let divisor = BigInt(2).power(Int(distance))
    let (quotient, remainder) = a.value.quotientAndRemainder(dividingBy: divisor)
    a.value = remainder < 0 ? quotient - 1 : quotient
  }
}

extension BigInt {
  /// - Precondition: fits.
  var int128: Int128 {
    let size = magnitude.words.reversed().reduce(UInt128(0)) { $0 << 64 | UInt128($1) }
    return sign == .minus ? -Int128(size) : Int128(size)
  }
}
