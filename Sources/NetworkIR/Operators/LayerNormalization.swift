/// Normalises each event over its trailing axes:
/// `y = scale · (x − mean) / √(variance + ε) + bias`, mean and variance over the axes from ``axis`` on.
///
/// Inputs: x, scale and optionally a bias, both of the shape of the normalised axes. Real numbers only;
/// the variance divides by the number of elements. ONNX's `LayerNormalization` of version 17.
///
/// - Reference: J. L. Ba, J. R. Kiros and G. E. Hinton, arXiv 1607.06450, equation 3.
public struct LayerNormalization: Operator {
  public static let name = "LayerNormalization"

  /// The first normalised axis.
  public var axis: Int
  public var epsilon: Double

  public init(axis: Int = -1, epsilon: Double = 1e-5) {
    self.axis = axis
    self.epsilon = epsilon
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(2...3, inputs.count)
    let axis = try resolveAxis(axis, rank: inputs[0].shape.count)
    let normalised = Array(inputs[0].shape[axis...])
    guard inputs[1...].allSatisfy({ $0.shape == normalised }) else {
      throw NetworkError(
        "takes a scale and a bias of the shape of the normalised axes, [\(normalised.map(\.description).joined(separator: ", "))]"
      )
    }
    try requireEpsilon(epsilon)
    return [inputs[0].real]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let axis = try resolveAxis(axis, rank: x.shape.count)
    let size = x.shape[axis...].reduce(1, *)
    let scale = inputs[1].elements.doubles
    let bias = inputs.count == 3 ? inputs[2].elements.doubles : Array(repeating: 0, count: size)
    var values = x.elements.doubles
    for start in stride(from: 0, to: values.count, by: max(size, 1)) {
      let normalised = standardised(Array(values[start..<start + size]), epsilon: epsilon)
      for index in 0..<size { values[start + index] = normalised[index] * scale[index] + bias[index] }
    }
    return [Tensor(x.shape, .init(reals: values, as: x.type.real.element))]
  }
}

/// `(x − mean) / √(variance + ε)` of a group of values; the variance divides by their number.
func standardised(_ values: [Double], epsilon: Double) -> [Double] {
  let count = Double(values.count)
  let mean = values.reduce(0, +) / count
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let deviation = (variance + epsilon).squareRoot()
  return values.map { ($0 - mean) / deviation }
}

/// Requires a number that may stand beside a variance.
func requireEpsilon(_ epsilon: Double) throws {
  guard epsilon >= 0, epsilon.isFinite else {
    throw NetworkError("has epsilon = \(epsilon); a finite number from 0 is possible")
  }
}
