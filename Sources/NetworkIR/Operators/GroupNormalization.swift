/// Normalises each event over groups of channels and all their positions:
/// `y = scale · (x − mean) / √(variance + ε) + bias`, scale and bias per channel.
///
/// Inputs: x of shape `[batch, channels, …]`, scale and bias `[channels]`. Real numbers only; the
/// variance divides by the number of elements. One group a channel is instance normalisation. ONNX's
/// `GroupNormalization` of version 21.
///
/// - Reference: Y. Wu and K. He, arXiv 1803.08494, equation 7.
public struct GroupNormalization: Operator {
  public static let name = "GroupNormalization"

  public var groups: Int
  public var epsilon: Double

  public init(groups: Int, epsilon: Double = 1e-5) {
    self.groups = groups
    self.epsilon = epsilon
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(3...3, inputs.count)
    guard inputs[0].shape.count >= 2, inputs[1...].allSatisfy({ $0.shape == [inputs[0].shape[1]] })
    else {
      throw NetworkError("takes x of [batch, channels, …] and a scale and a bias of [channels]")
    }
    guard groups >= 1, let channels = inputs[0].shape[1].size, channels % groups == 0 else {
      throw NetworkError("splits \(inputs[0].shape[1]) channels into \(groups) equal groups")
    }
    try requireEpsilon(epsilon)
    return [inputs[0].real]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let channels = x.shape[1]
    let positions = x.shape[2...].reduce(1, *)
    let size = channels / groups * positions
    let (scale, bias) = (inputs[1].elements.doubles, inputs[2].elements.doubles)
    var values = x.elements.doubles
    for start in stride(from: 0, to: values.count, by: max(size, 1)) {
      let normalised = standardised(Array(values[start..<start + size]), epsilon: epsilon)
      for index in 0..<size {
        let channel = (start + index) / positions % channels
        values[start + index] = normalised[index] * scale[channel] + bias[channel]
      }
    }
    return [Tensor(x.shape, .init(reals: values, as: x.type.real.element))]
  }
}
