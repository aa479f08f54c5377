public import WinnowFixedPoint

/// How a sum of products is formed where a source fixes it, as hls4ml does: the bias is cast to the
/// accumulator type and comes first; each product is cast to the product type, added in the order of
/// the inputs, and the sum cast again. Without an accumulator type the sum is exact.
public struct Accumulation: Sendable, Hashable, Codable {
  public var product: FixedPointType?
  public var accumulator: FixedPointType?

  public init(product: FixedPointType? = nil, accumulator: FixedPointType? = nil) {
    self.product = product
    self.accumulator = accumulator
  }

  public static let exact = Accumulation()

  func validate() throws {
    for type in [product, accumulator].compactMap(\.self) { try type.format.validate() }
    if product != nil, accumulator == nil {
      throw NetworkError("has a product type but no accumulator type")
    }
  }

  /// Fraction bits of a sum of products of the given factors and a bias.
  func fraction(_ x: Int, _ weight: Int, bias: Int?) -> Int {
    accumulator?.fraction ?? max(x + weight, bias ?? x + weight)
  }

  /// One sum.
  func sum(
    _ products: some Sequence<(Int128, Int128)>, productFraction: Int, bias: Int128,
    biasFraction: Int
  ) throws -> Int128 {
    guard let accumulator else {
      let fraction = max(productFraction, biasFraction)
      var total: Int128 = 0
      for (x, weight) in products where weight != 0 {
        total = try Exact.add(total, Exact.multiply(x, weight))
      }
      return try Exact.add(
        Exact.shiftLeft(total, fraction - productFraction),
        Exact.shiftLeft(bias, fraction - biasFraction))
    }
    var total = accumulator.convert(bias, fraction: biasFraction)
    for (x, weight) in products {
      var term = try Exact.multiply(x, weight)
      var termFraction = productFraction
      if let product {
        term = product.convert(term, fraction: productFraction)
        termFraction = product.fraction
      }
      let fraction = max(termFraction, accumulator.fraction)
      total = accumulator.convert(
        try Exact.add(
          Exact.shiftLeft(total, fraction - accumulator.fraction),
          Exact.shiftLeft(term, fraction - termFraction)),
        fraction: fraction)
    }
    return total
  }

  /// One sum as instructions. Where every cast is a ring homomorphism (no bit lost below, modulo a
  /// power of two above) the whole sum is one exact linear instruction and one wrap.
  func lower(
    _ products: [(x: Scalar, weight: Int128)], weightFraction: Int, bias: Scalar?,
    into program: inout ProgramBuilder
  ) throws -> Scalar {
    let start = bias ?? .constant(0, fraction: 0)
    guard let accumulator else {
      return try linear(products, weightFraction, start, &program)
    }
    let first = try program.convert(start, to: accumulator)
    let needed =
      try products.lazy.filter { $0.weight != 0 }.map {
        try program.range($0.x).fraction + weightFraction
      }.max() ?? accumulator.fraction
    let wraps = accumulator.overflow == .wrap && product?.overflow ?? .wrap == .wrap
    let wide = (product?.integer ?? accumulator.integer) >= accumulator.integer
    if wraps, wide, needed <= min(accumulator.fraction, product?.fraction ?? .max) {
      return try program.convert(
        linear(products, weightFraction, first, &program), to: accumulator)
    }
    var terms: [Scalar] = []
    var lossless = true
    for (x, weight) in products {
      let exact = try program.linear([(x, weight)], coefficientFraction: weightFraction)
      let term = try product.map { try program.convert(exact, to: $0) } ?? exact
      lossless = lossless && exact.isSame(as: term)
      terms.append(term)
    }
    if lossless, wraps, needed <= accumulator.fraction {
      return try program.convert(
        linear(products, weightFraction, first, &program), to: accumulator)
    }
    if accumulator.overflow == .wrap,
      try terms.allSatisfy({ try program.range($0).fraction <= accumulator.fraction })
    {
      let sum = try program.linear(
        ([first] + terms).map { ($0, 1) }, coefficientFraction: 0)
      return try program.convert(sum, to: accumulator)
    }
    // Saturation, or rounding of the sum: the order counts.
    var total = first
    for term in terms {
      total = try program.convert(program.add(total, term), to: accumulator)
    }
    return total
  }

  private func linear(
    _ products: [(x: Scalar, weight: Int128)], _ weightFraction: Int, _ start: Scalar,
    _ program: inout ProgramBuilder
  ) throws -> Scalar {
    let terms = products.map { ($0.x, $0.weight) }
    if case .constant(let mantissa, let fraction) = start {
      return try program.linear(
        terms, coefficientFraction: weightFraction, constant: (mantissa, fraction))
    }
    let sum = try program.linear(terms, coefficientFraction: weightFraction)
    return try program.add(sum, start)
  }
}
