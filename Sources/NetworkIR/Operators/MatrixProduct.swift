/// The product of two computed matrices, or of stacks of them: `y[…, i, j] = Σ_k a[…, i, k] · b[…, k, j]`.
///
/// Leading axes are equal or broadcast; ONNX's `MatMul` of two activations. Sums are exact on fixed
/// point. A product with constant weights is ``Dense``.
public struct MatrixProduct: Operator {
  public static let name = "MatrixProduct"

  public init() {}

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(2...2, inputs.count)
    return [
      TensorType(try shape(inputs[0].shape, inputs[1].shape), try sumElement(inputs, .exact))
    ]
  }

  private func shape(_ a: [Dimension], _ b: [Dimension]) throws -> [Dimension] {
    guard a.count >= 2, b.count >= 2, a[a.count - 1] == b[b.count - 2] else {
      throw NetworkError(
        "multiplies [\(a.map(\.description).joined(separator: ", "))] by [\(b.map(\.description).joined(separator: ", "))]; the last axis must equal the other's last but one"
      )
    }
    return try broadcast(Array(a.dropLast(2)), Array(b.dropLast(2))) + [a[a.count - 2], b[b.count - 1]]
  }

  /// The factors of every output element.
  private func terms(_ a: [Int], _ b: [Int]) throws -> (shape: [Int], terms: [SumTerms]) {
    let shape = try shape(a.map(Dimension.fixed), b.map(Dimension.fixed)).map { $0.size! }
    let (rows, inner, columns) = (a[a.count - 2], a[a.count - 1], b[b.count - 1])
    let leading = Array(shape.dropLast(2))
    let first = try broadcastOffsets(from: Array(a.dropLast(2)), to: leading)
    let second = try broadcastOffsets(from: Array(b.dropLast(2)), to: leading)
    var terms: [SumTerms] = []
    for (x, y) in zip(first, second) {
      for row in 0..<rows {
        for column in 0..<columns {
          terms.append(
            SumTerms(
              x: (0..<inner).map { (x * rows + row) * inner + $0 },
              w: (0..<inner).map { (y * inner + $0) * columns + column }, bias: 0))
        }
      }
    }
    return (shape, terms)
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (shape, terms) = try terms(inputs[0].shape, inputs[1].shape)
    return [try sumProducts(inputs[0], inputs[1], nil, .exact, shape: shape, terms: terms)]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let (shape, terms) = try terms(inputs[0].shape, inputs[1].shape)
    var scalars: [Scalar] = []
    for term in terms {
      var products: [Scalar] = []
      for (i, j) in zip(term.x, term.w) {
        products.append(try program.multiply(inputs[0].scalars[i], inputs[1].scalars[j]))
      }
      scalars.append(try Accumulation.exact.lower(sumOf: products, into: &program))
    }
    return [ScalarTensor(shape, scalars)]
  }

  public func multiplications(_ inputs: [TensorType]) -> Int {
    guard let shape = try? shape(inputs[0].shape, inputs[1].shape) else { return 0 }
    return shape.reduce(inputs[0].shape.last?.size ?? 1) { $0 * ($1.size ?? 1) }
  }
}
