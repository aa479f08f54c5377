import WinnowFixedPoint

extension ProgramBuilder {
  /// Clips to bounds; those that bind must lie on the scalar's own grid.
  mutating func clamp(
    _ scalar: Scalar, low: (mantissa: Int128, fraction: Int), high: (mantissa: Int128, fraction: Int)
  ) throws -> Scalar {
    let range = try range(scalar)
    func own(_ bound: (mantissa: Int128, fraction: Int)) -> Int128 {
      let shift = range.fraction - bound.fraction
      return shift >= 0 ? bound.mantissa << shift : bound.mantissa >> -shift
    }
    let least = own(low)
    let most = own(high)
    if range.low >= least, range.high <= most { return scalar }
    if most <= range.low { return .constant(most, fraction: range.fraction) }
    if least >= range.high { return .constant(least, fraction: range.fraction) }
    let bounds = max(least, range.low)...min(most, range.high)
    guard case .value(let value) = scalar else {
      return .constant(min(max(range.low, least), most), fraction: range.fraction)
    }
    if case .clamp(let x, let before, let after) = program.instructions[value] {
      let inner = max(min(before, bounds.upperBound), bounds.lowerBound)
      let outer = min(max(after, bounds.lowerBound), bounds.upperBound)
      return emit(
        .clamp(x, low: inner, high: outer), Interval(inner, outer, fraction: range.fraction))
    }
    return emit(
      .clamp(value, low: bounds.lowerBound, high: bounds.upperBound),
      Interval(bounds.lowerBound, bounds.upperBound, fraction: range.fraction))
  }

  /// `max(x, 0)`.
  public mutating func rectify(_ scalar: Scalar) throws -> Scalar {
    let range = try range(scalar)
    if range.high <= 0 { return .constant(0, fraction: range.fraction) }
    return try clamp(scalar, low: (0, range.fraction), high: (range.high, range.fraction))
  }

  public mutating func maximum(_ a: Scalar, _ b: Scalar) throws -> Scalar {
    let (a, b) = try coarsened(a, b)
    let x = try range(a)
    let y = try range(b)
    let fraction = max(x.fraction, y.fraction)
    let first = try x.aligned(to: fraction)
    let second = try y.aligned(to: fraction)
    if first.low >= second.high { return a }
    if second.low >= first.high { return b }
    if first.isConstant, y.fraction == fraction {
      return try clamp(b, low: (first.low, fraction), high: (second.high, fraction))
    }
    if second.isConstant { return x.fraction == fraction ? try maximum(b, a) : try extreme(a, b, true) }
    return try extreme(a, b, true)
  }

  public mutating func minimum(_ a: Scalar, _ b: Scalar) throws -> Scalar {
    let (a, b) = try coarsened(a, b)
    let x = try range(a)
    let y = try range(b)
    let fraction = max(x.fraction, y.fraction)
    let first = try x.aligned(to: fraction)
    let second = try y.aligned(to: fraction)
    if first.high <= second.low { return a }
    if second.high <= first.low { return b }
    if first.isConstant, y.fraction == fraction {
      return try clamp(b, low: (second.low, fraction), high: (first.low, fraction))
    }
    if second.isConstant, x.fraction == fraction { return try minimum(b, a) }
    return try extreme(a, b, false)
  }

  private mutating func extreme(_ a: Scalar, _ b: Scalar, _ larger: Bool) throws -> Scalar {
    let (x, y, first, second) = try align(a, b)
    let bounds =
      larger
      ? Interval(
        max(first.low, second.low), max(first.high, second.high), fraction: first.fraction)
      : Interval(
        min(first.low, second.low), min(first.high, second.high), fraction: first.fraction)
    let ordered = x.value <= y.value ? (x, y) : (y, x)
    return emit(larger ? .maximum(ordered.0, ordered.1) : .minimum(ordered.0, ordered.1), bounds)
  }

  /// 1 when a < b, else 0.
  public mutating func less(_ a: Scalar, _ b: Scalar) throws -> Scalar {
    let (x, y, first, second) = try align(a, b)
    if first.high < second.low { return .constant(1, fraction: 0) }
    if first.low >= second.high { return .constant(0, fraction: 0) }
    return emit(.less(x, y), Interval(0, 1))
  }

  public mutating func isNegative(_ scalar: Scalar) throws -> Scalar {
    try less(scalar, .constant(0, fraction: range(scalar).fraction))
  }

  /// 1 when a = b, else 0.
  public mutating func equal(_ a: Scalar, _ b: Scalar) throws -> Scalar {
    let (x, y, first, second) = try align(a, b)
    if first.high < second.low || second.high < first.low { return .constant(0, fraction: 0) }
    if first.isConstant, second.isConstant { return .constant(1, fraction: 0) }
    let ordered = x.value <= y.value ? (x, y) : (y, x)
    return emit(.equal(ordered.0, ordered.1), Interval(0, 1))
  }

  /// a where the condition is 1, else b.
  public mutating func select(_ condition: Scalar, _ a: Scalar, _ b: Scalar) throws -> Scalar {
    if case .constant(let mantissa, _) = condition { return mantissa == 0 ? b : a }
    guard case .value(let chosen) = condition else { throw Self.notExact(condition) }
    let (x, y, first, second) = try align(a, b)
    if x == y { return a }
    return emit(.select(chosen, x, y), try first.union(second))
  }

  mutating func wrap(_ scalar: Scalar, signed: Bool, width: Int) -> Scalar {
    let format = FixedPointFormat(signed: signed, width: width, integer: width)
    switch scalar {
    case .constant(let mantissa, let fraction):
      return .constant(OverflowMode.wrap.fit(mantissa, into: format), fraction: fraction)
    case .value(let value):
      let range = interval(value)
      if format.contains(mantissa: range.low), format.contains(mantissa: range.high) { return scalar }
      return emit(
        .wrap(value, signed: signed, width: width),
        Interval(format.minimum, format.maximum, fraction: range.fraction))
    default: return scalar
    }
  }

  /// Division of the mantissa by a positive constant, towards zero; the step stays.
  public mutating func divide(_ scalar: Scalar, by divisor: Int128) throws -> Scalar {
    precondition(divisor > 0, "division by \(divisor)")
    if divisor == 1 { return scalar }
    let range = try range(scalar)
    guard case .value(let value) = scalar else {
      return .constant(range.low / divisor, fraction: range.fraction)
    }
    return emit(
      .divide(value, by: divisor),
      Interval(range.low / divisor, range.high / divisor, fraction: range.fraction))
  }

  /// A real function of one exact value, applied by a later conversion; constants are computed.
  func apply(_ function: @escaping @Sendable (Double) -> Double, to scalar: Scalar) throws -> Scalar {
    switch scalar {
    case .value(let value): return .real(of: value, function)
    case .real(let value, let inner): return .real(of: value) { function(inner($0)) }
    case .realConstant(let real): return .realConstant(function(real))
    case .constant(let mantissa, let fraction):
      return .realConstant(
        function(Double(mantissa) * Double(sign: .plus, exponent: -fraction, significand: 1)))
    case .raw: throw Self.notExact(scalar)
    }
  }
}
