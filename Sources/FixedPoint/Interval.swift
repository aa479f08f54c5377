/// The exact range of a value: every multiple of `2^−fraction` from `low` to `high`.
///
/// Interval arithmetic gives accumulators that are as wide as needed and not a bit wider.
/// Bounds are mantissas of up to 126 bits; a wider result throws.
public struct Interval: Sendable, Hashable {
  public var low: Int128
  public var high: Int128
  /// The step is `2^−fraction`.
  public var fraction: Int

  public init(_ low: Int128, _ high: Int128, fraction: Int = 0) {
    precondition(low <= high, "interval \(low)...\(high) is empty")
    self.low = low
    self.high = high
    self.fraction = fraction
  }

  /// One value.
  public init(constant mantissa: Int128, fraction: Int = 0) {
    self.init(mantissa, mantissa, fraction: fraction)
  }

  public var isConstant: Bool { low == high }

  /// The narrowest format that holds the interval.
  public var format: FixedPointFormat {
    FixedPointFormat(holding: low, through: high, fraction: fraction)
  }

  public var minimum: Double { Double(low) * power(-fraction) }
  public var maximum: Double { Double(high) * power(-fraction) }

  /// The same values counted in a finer step.
  ///
  /// - Throws: ``FixedPointError`` when a bound needs more than 126 bits.
  public func aligned(to fraction: Int) throws(FixedPointError) -> Interval {
    precondition(fraction >= self.fraction, "aligning to a coarser step would lose bits")
    let shift = fraction - self.fraction
    return Interval(
      try shifted(low, by: shift), try shifted(high, by: shift), fraction: fraction)
  }

  public func adding(_ other: Interval) throws(FixedPointError) -> Interval {
    let step = max(fraction, other.fraction)
    let a = try aligned(to: step)
    let b = try other.aligned(to: step)
    return Interval(try checked(a.low + b.low), try checked(a.high + b.high), fraction: step)
  }

  public func negated() -> Interval { Interval(-high, -low, fraction: fraction) }

  public func subtracting(_ other: Interval) throws(FixedPointError) -> Interval {
    try adding(other.negated())
  }

  public func multiplied(by other: Interval) throws(FixedPointError) -> Interval {
    let corners = [
      try product(low, other.low), try product(low, other.high),
      try product(high, other.low), try product(high, other.high),
    ]
    return Interval(corners.min()!, corners.max()!, fraction: fraction + other.fraction)
  }

  public func union(_ other: Interval) throws(FixedPointError) -> Interval {
    let step = max(fraction, other.fraction)
    let a = try aligned(to: step)
    let b = try other.aligned(to: step)
    return Interval(min(a.low, b.low), max(a.high, b.high), fraction: step)
  }

  /// The range of the values converted to a type.
  public func converted(to type: FixedPointType) -> Interval {
    let dropped = fraction - type.fraction
    let step = type.fraction
    if type.width == 0 { return Interval(constant: 0, fraction: step) }
    // Rounding is monotonic, so that the ends of the range stay its ends.
    let unbounded = FixedPointType(
      FixedPointFormat(signed: true, width: 127, integer: 127 - step), rounding: type.rounding,
      overflow: .saturate)
    let a =
      dropped > 0
      ? type.rounding.round(low, droppingBits: dropped)
      : unbounded.convert(low, fraction: fraction)
    let b =
      dropped > 0
      ? type.rounding.round(high, droppingBits: dropped)
      : unbounded.convert(high, fraction: fraction)
    let (least, most) = type.overflow.range(of: type.format)
    if a >= least, b <= most { return Interval(a, b, fraction: step) }
    switch type.overflow {
    case .wrap: return type.format.interval
    case .saturateToZero:
      if a > most || b < least { return Interval(constant: 0, fraction: step) }
      return Interval(min(max(a, least), 0), max(min(b, most), 0), fraction: step)
    case .saturate, .saturateSymmetrically:
      return Interval(min(max(a, least), most), min(max(b, least), most), fraction: step)
    }
  }
}

extension Interval: CustomStringConvertible {
  public var description: String { "[\(minimum), \(maximum)] step 2^\(-fraction)" }
}

private func power(_ exponent: Int) -> Double { Double(sign: .plus, exponent: exponent, significand: 1) }

private func tooWide() -> FixedPointError {
  FixedPointError(
    "an exact intermediate result needs more than 126 bits; narrow the formats that feed it or quantise in between"
  )
}

private func checked(_ value: Int128) throws(FixedPointError) -> Int128 {
  guard value.magnitude.leadingZeroBitCount >= 2 else { throw tooWide() }
  return value
}

private func shifted(_ value: Int128, by shift: Int) throws(FixedPointError) -> Int128 {
  if value == 0 { return 0 }
  guard value.magnitude.leadingZeroBitCount >= shift + 2 else { throw tooWide() }
  return value << shift
}

private func product(_ a: Int128, _ b: Int128) throws(FixedPointError) -> Int128 {
  let (result, overflow) = a.multipliedReportingOverflow(by: b)
  guard !overflow else { throw tooWide() }
  return try checked(result)
}
