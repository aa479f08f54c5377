import WinnowFixedPoint

extension ProgramBuilder {
  /// `Σ coefficient · 2^−coefficientFraction · x + constant`, exact.
  ///
  /// Constants among the scalars are folded, terms of one value joined, a common power of two goes
  /// into the step. A sum that only adds a constant to another sum joins it.
  public mutating func linear(
    _ terms: [(scalar: Scalar, coefficient: Int128)], coefficientFraction: Int,
    constant: (mantissa: Int128, fraction: Int) = (0, 0)
  ) throws -> Scalar {
    var fraction = constant.mantissa == 0 ? Int.min : constant.fraction
    var used: [(scalar: Scalar, coefficient: Int128, fraction: Int)] = []
    for (scalar, coefficient) in terms where coefficient != 0 {
      let range = try range(scalar)
      if range.isConstant, range.low == 0 { continue }
      let step = range.fraction + coefficientFraction
      used.append((scalar, coefficient, step))
      fraction = max(fraction, step)
    }
    if fraction == .min { return .constant(0, fraction: 0) }
    var sum = try Exact.shiftLeft(
      constant.mantissa, fraction - constant.fraction, unless: constant.mantissa == 0)
    var coefficients: [FixedPointProgram.Value: Int128] = [:]
    var order: [FixedPointProgram.Value] = []
    for (scalar, coefficient, step) in used {
      let scaled = try Exact.shiftLeft(coefficient, fraction - step)
      switch scalar {
      case .constant(let mantissa, _):
        sum = try Exact.add(sum, Exact.multiply(mantissa, scaled))
      case .value(let value):
        if let before = coefficients[value] {
          coefficients[value] = try Exact.add(before, scaled)
        } else {
          coefficients[value] = scaled
          order.append(value)
        }
      default: throw Self.notExact(scalar)
      }
    }
    order.removeAll { coefficients[$0] == 0 }
    return try normalisedLinear(order.map { ($0, coefficients[$0]!) }, sum, fraction)
  }

  private mutating func normalisedLinear(
    _ terms: [(FixedPointProgram.Value, Int128)], _ constant: Int128, _ fraction: Int
  ) throws -> Scalar {
    if terms.isEmpty { return .constant(constant, fraction: fraction) }
    let zeros = terms.reduce(constant == 0 ? 127 : constant.trailingZeroBitCount) {
      min($0, $1.1.trailingZeroBitCount)
    }
    let step = fraction - zeros
    let constant = constant >> zeros
    var narrow: [FixedPointProgram.Term] = []
    for (value, coefficient) in terms {
      guard let coefficient = Int(exactly: coefficient >> zeros) else { throw Exact.tooWide() }
      narrow.append(.init(value, coefficient))
    }
    if narrow.count == 1 {
      if let joined = try joined(narrow[0], constant, step) { return joined }
    }
    narrow.sort { $0.value < $1.value }
    var total = Interval(constant: constant, fraction: step)
    for term in narrow {
      let range = interval(term.value)
      let scaled = try Interval(range.low, range.high, fraction: step)
        .multiplied(by: Interval(constant: Int128(term.coefficient)))
      total = try total.adding(scaled)
    }
    return emit(.linear(narrow, constant: constant), total)
  }

  /// One term and a constant: the value itself, a longer constant of its sum, or the same past its clamp.
  private mutating func joined(
    _ term: FixedPointProgram.Term, _ constant: Int128, _ fraction: Int
  ) throws -> Scalar? {
    let inner = interval(term.value)
    if term.coefficient == 1, constant == 0 {
      if inner.fraction == fraction { return .value(term.value) }
      // The same mantissa with another step is another value.
      let same = Interval(inner.low, inner.high, fraction: fraction)
      return emit(.linear([term], constant: 0), same)
    }
    switch program.instructions[term.value] {
    case .linear(let terms, let before) where term.coefficient.magnitude.nonzeroBitCount == 1:
      let factor = Int128(term.coefficient)
      var scaled: [(FixedPointProgram.Value, Int128)] = []
      for inner in terms {
        scaled.append((inner.value, try Exact.multiply(Int128(inner.coefficient), factor)))
      }
      let sum = try Exact.add(constant, Exact.multiply(before, factor))
      let outer = origin
      origin = program.origins[term.value]
      defer { origin = outer }
      return try normalisedLinear(scaled, sum, fraction)
    case .clamp(let x, let low, let high) where term.coefficient == 1 && inner.fraction == fraction:
      // Adding a constant is monotonic: it moves before the clamp, where it may join a bias.
      let least = try Exact.add(low, constant)
      let most = try Exact.add(high, constant)
      let moved = try normalisedLinear([(x, 1)], constant, fraction)
      // A sum that became coarser (2x + 1, + 1) may no longer hold the bounds.
      let coarser = try fraction - range(moved).fraction
      guard coarser <= 0 || (least | most).trailingZeroBitCount >= coarser else { return nil }
      return try clamp(moved, low: (least, fraction), high: (most, fraction))
    default: return nil
    }
  }

  public mutating func add(_ a: Scalar, _ b: Scalar) throws -> Scalar {
    try linear([(a, 1), (b, 1)], coefficientFraction: 0)
  }

  public mutating func subtract(_ a: Scalar, _ b: Scalar) throws -> Scalar {
    try linear([(a, 1), (b, -1)], coefficientFraction: 0)
  }

  /// The same value counted in a finer step, for an operation on the mantissa itself.
  mutating func refined(_ scalar: Scalar, to fraction: Int) throws -> Scalar {
    let range = try range(scalar)
    guard fraction > range.fraction else { return scalar }
    let finer = try range.aligned(to: fraction)
    guard case .value(let value) = scalar else { return .constant(finer.low, fraction: fraction) }
    guard fraction - range.fraction < 63 else { throw Exact.tooWide() }
    return emit(.linear([.init(value, 1 << (fraction - range.fraction))], constant: 0), finer)
  }

  /// The same value times `2^exponent`: no logic at all.
  public mutating func scale(_ a: Scalar, byPowerOfTwo exponent: Int) throws -> Scalar {
    if case .constant(let mantissa, let fraction) = a {
      return .constant(mantissa, fraction: fraction - exponent)
    }
    return try linear([(a, 1)], coefficientFraction: -exponent)
  }

  /// The exact product; one with a constant is a linear term.
  public mutating func multiply(_ a: Scalar, _ b: Scalar) throws -> Scalar {
    if case .constant(let mantissa, let fraction) = a {
      return try linear([(b, mantissa)], coefficientFraction: fraction)
    }
    if case .constant = b { return try multiply(b, a) }
    let x = try materialise(a)
    let y = try materialise(b)
    var range = try interval(x).multiplied(by: interval(y))
    if x == y { range.low = max(range.low, 0) }
    return emit(.multiply(min(x, y), max(x, y)), range)
  }
}

extension Exact {
  static func shiftLeft(_ a: Int128, _ bits: Int, unless zero: Bool) throws -> Int128 {
    zero ? 0 : try shiftLeft(a, bits)
  }
}
