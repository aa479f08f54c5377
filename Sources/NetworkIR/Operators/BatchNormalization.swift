/// Inference batch normalisation over the channel axis (axis 1):
/// `y = scale · (x − mean) / √(variance + ε) + bias`.
///
/// Real numbers only; the pass ``BatchNormalizationFolding`` merges it into the layer before it.
/// Inputs: x, scale, bias, mean, variance, each of the last four `[channels]`.
public struct BatchNormalization: Operator {
  public static let name = "BatchNormalization"

  public var epsilon: Double

  public init(epsilon: Double = 1e-5) { self.epsilon = epsilon }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(5...5, inputs.count)
    guard inputs[0].shape.count >= 2, inputs[1...].allSatisfy({ $0.shape == [inputs[0].shape[1]] })
    else {
      throw NetworkError("takes x of [batch, channels, …] and four vectors of [channels]")
    }
    return [TensorType(inputs[0].shape, inputs[0].element == .float32 ? .float32 : .float64)]
  }

  /// Factor and offset of each channel.
  func coefficients(_ parameters: [Tensor]) -> [(factor: Double, offset: Double)] {
    let columns = parameters.map(\.elements.doubles)
    return columns[0].indices.map { channel in
      let factor = columns[0][channel] / (columns[3][channel] + epsilon).squareRoot()
      return (factor, columns[1][channel] - columns[2][channel] * factor)
    }
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let coefficients = coefficients(Array(inputs[1...]))
    let inner = x.shape[2...].reduce(1, *)
    var index = 0
    return [
      try x.mapped { value in
        let (factor, offset) = coefficients[index / inner % coefficients.count]
        index += 1
        return value * factor + offset
      }
    ]
  }
}
