import WinnowNetworkIR

/// `y = x · W[rows]`: the part of a dense layer that belongs to one part of its input.
struct SlicedDense: Differentiable {
  static let name = "SlicedDense"

  var rows: Range<Int>

  var parameterInputs: [Int] { [1] }

  func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    [TensorType(Array(inputs[0].shape.dropLast()) + [inputs[1].shape[1]], inputs[1].element)]
  }

  func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let sum = DenseSum(terms: [.product(rows: rows)], hasBias: false, slope: 1)
    return try sum.evaluate(inputs)
  }

  func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    try DenseSum(terms: [.product(rows: rows)], hasBias: false, slope: 1).pullback(site)
  }
}
