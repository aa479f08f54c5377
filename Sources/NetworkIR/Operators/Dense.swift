/// A fully connected layer over the last axis: `y[…, o] = Σ_i x[…, i] · w[i, o] + b[o]`.
///
/// Inputs: x of shape `[…, inputs]`, weights `[inputs, outputs]`, and optionally a bias `[outputs]`.
/// Exact unless ``accumulation`` says how the sum is formed. hls4ml's pointwise convolution is this
/// layer with positions as leading axes.
public struct Dense: Operator {
  public static let name = "Dense"

  public var accumulation: Accumulation

  public init(_ accumulation: Accumulation = .exact) { self.accumulation = accumulation }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(2...3, inputs.count)
    try accumulation.validate()
    let (x, w) = (inputs[0], inputs[1])
    guard !x.shape.isEmpty, w.shape.count == 2, x.shape.last == w.shape[0] else {
      throw NetworkError("multiplies \(x) by weights \(w); the last axis must equal the weights' first")
    }
    if inputs.count == 3, inputs[2].shape != [w.shape[1]] {
      throw NetworkError("has a bias \(inputs[2]) for weights \(w)")
    }
    return [
      TensorType(Array(x.shape.dropLast()) + [w.shape[1]], try sumElement(inputs, accumulation))
    ]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (x, w) = (inputs[0], inputs[1])
    let bias = inputs.count == 3 ? inputs[2] : nil
    let (n, m) = (w.shape[0], w.shape[1])
    let shape = Array(x.shape.dropLast()) + [m]
    let rows = n == 0 ? shape.dropLast().reduce(1, *) : x.count / n
    return [
      try sumProducts(
        x, w, bias, accumulation, shape: shape,
        terms: (0..<rows * m).map { index in
          SumTerms(
            x: Array(index / m * n..<(index / m + 1) * n), w: (0..<n).map { $0 * m + index % m },
            bias: index % m)
        })
    ]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let (x, w) = (inputs[0], inputs[1])
    guard let (weights, fraction) = try w.constantMantissas() else { throw variableWeights() }
    let (n, m) = (w.shape[0], w.shape[1])
    var scalars: [Scalar] = []
    for row in 0..<x.shape.dropLast().reduce(1, *) {
      for output in 0..<m {
        scalars.append(
          try accumulation.lower(
            (0..<n).map { (x.scalars[row * n + $0], weights[$0 * m + output]) },
            weightFraction: fraction, bias: inputs.count == 3 ? inputs[2].scalars[output] : nil,
            into: &program))
      }
    }
    return [ScalarTensor(Array(x.shape.dropLast()) + [m], scalars)]
  }

  public func multiplications(_ inputs: [TensorType]) -> Int {
    let rows = inputs[0].shape.dropLast().reduce(1) { $0 * ($1.size ?? 1) }
    return rows * inputs[1].shape.reduce(1) { $0 * ($1.size ?? 1) }
  }
}

func variableWeights() -> NetworkError {
  NetworkError(
    "has weights that are not exact constants; quantise them (a Quantize node on the weights), or multiply two values element by element with Arithmetic (ONNX Mul)"
  )
}
