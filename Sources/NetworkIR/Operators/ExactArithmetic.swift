/// Arithmetic on mantissas that throws instead of losing a bit.
enum Exact {
  static func tooWide() -> NetworkError {
    NetworkError("an exact intermediate result needs more than 127 bits; quantise in between")
  }

  static func add(_ a: Int128, _ b: Int128) throws -> Int128 {
    let (sum, overflow) = a.addingReportingOverflow(b)
    if overflow { throw tooWide() }
    return try checked(sum)
  }

  static func multiply(_ a: Int128, _ b: Int128) throws -> Int128 {
    // Most mantissas are narrow: their product cannot overflow, and 64-bit multiplication is quick.
    if let x = Int64(exactly: a), let y = Int64(exactly: b) {
      let (high, low) = x.multipliedFullWidth(by: y)
      return try checked(Int128(high) << 64 | Int128(low))
    }
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    if overflow { throw tooWide() }
    return try checked(product)
  }

  /// Magnitudes stay below 2^126, as in ``Interval``.
  private static func checked(_ value: Int128) throws -> Int128 {
    guard value.magnitude.leadingZeroBitCount >= 2 else { throw tooWide() }
    return value
  }

  static func shiftLeft(_ a: Int128, _ bits: Int) throws -> Int128 {
    if a == 0 || bits == 0 { return a }
    guard a.magnitude.leadingZeroBitCount > bits + 1 else { throw tooWide() }
    return a << bits
  }

  /// Mantissas counted in a finer step.
  static func align(_ values: [Int128], from fraction: Int, to finer: Int) throws -> [Int128] {
    fraction == finer ? values : try values.map { try shiftLeft($0, finer - fraction) }
  }
}
