import WinnowFixedPoint

/// The scalar product of two vectors, formed as hls4ml forms a sum: each product cast, then added
/// and cast again, in order. Output shape `[1]`.
public struct Dot: Operator {
  public static let name = "Dot"

  public var accumulation: Accumulation

  public init(_ accumulation: Accumulation) { self.accumulation = accumulation }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(2...2, inputs.count)
    try accumulation.validate()
    guard inputs[0].shape == inputs[1].shape else {
      throw NetworkError("multiplies \(inputs[0]) by \(inputs[1])")
    }
    return [TensorType([1], try sumElement(inputs, accumulation))]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let places = Array(0..<inputs[0].count)
    return [
      try sumProducts(
        inputs[0], inputs[1], nil, accumulation, shape: [1],
        terms: [SumTerms(x: places, w: places, bias: 0)])
    ]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    var products: [Scalar] = []
    for (a, b) in zip(inputs[0].scalars, inputs[1].scalars) {
      products.append(try program.multiply(a, b))
    }
    return [ScalarTensor([1], [try accumulation.lower(sumOf: products, into: &program)])]
  }

  public func multiplications(_ inputs: [TensorType]) -> Int {
    inputs[0].shape.reduce(1) { $0 * ($1.size ?? 1) }
  }
}

extension Accumulation {
  /// A sum of exact products: each cast to the product type, every partial sum to the accumulator's.
  func lower(sumOf products: [Scalar], into program: inout ProgramBuilder) throws -> Scalar {
    let casts = try products.map { exact in
      try product.map { try program.convert(exact, to: $0) } ?? exact
    }
    return try Accumulation(accumulator: accumulator).lower(
      casts.map { ($0, 1) }, weightFraction: 0, bias: nil, into: &program)
  }
}
