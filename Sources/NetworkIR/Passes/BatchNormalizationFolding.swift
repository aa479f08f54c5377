/// Merges batch normalisations into their neighbours' float weights.
///
/// Into the dense layer or convolution before it (`w · factor`, `b · factor + offset` per output), if
/// nothing else reads that layer; else into the dense layer after it, if that is its only reader
/// (`factor · w` per input, `b + offset · w`). Quantised or fixed-point weights are left alone, as
/// their values would change; so is a layer with an accumulator type.
public struct BatchNormalizationFolding: Pass {
  public static let name = "BatchNormalizationFolding"

  public init() {}

  public func run(on network: Network) throws -> Network {
    var result = network
    for node in network.nodes {
      guard let normalization = node.operation as? BatchNormalization else { continue }
      let parameters = node.inputs.dropFirst().compactMap { result.constants[$0] }
      guard parameters.count == 4, parameters.allSatisfy(\.elementType.isFloat) else { continue }
      let coefficients = normalization.coefficients(parameters)
      guard coefficients.allSatisfy({ $0.factor.isFinite && $0.offset.isFinite }) else { continue }
      if let folded = try foldBackward(node, coefficients, result)
        ?? foldForward(node, coefficients, result)
      {
        result = folded
      }
    }
    return result
  }

  /// A layer's float weights, bias, and place; `nil` if it cannot take a factor.
  private func layer(
    _ node: Node, _ network: Network
  ) -> (weights: Tensor, bias: Tensor?, index: Int)? {
    switch node.operation {
    case let dense as Dense where dense.accumulation == .exact: break
    case let convolution as Convolution
    where convolution.accumulation == .exact && convolution.layout == .channelsFirst: break
    default: return nil
    }
    guard let index = network.nodes.firstIndex(where: { $0.name == node.name }),
      let weights = network.constants[node.inputs[1]], weights.elementType.isFloat
    else { return nil }
    if node.inputs.count < 3 { return (weights, nil, index) }
    guard let bias = network.constants[node.inputs[2]], bias.elementType.isFloat else { return nil }
    return (weights, bias, index)
  }

  private func foldBackward(
    _ node: Node, _ coefficients: [(factor: Double, offset: Double)], _ network: Network
  ) throws -> Network? {
    guard network.isReadOnce(node.inputs[0]), let before = network.producer(of: node.inputs[0]),
      let (weights, bias, index) = layer(before, network)
    else { return nil }
    let isDense = before.operation is Dense
    // The channel axis is axis 1: a dense layer's outputs only on a matrix.
    if isDense {
      let types = try network.verify()
      guard types[before.outputs[0]]?.shape.count == 2 else { return nil }
    }
    let perOutput = isDense ? 1 : weights.shape.dropFirst().reduce(1, *)
    let scaled = weights.elements.doubles.enumerated().map { place, weight in
      weight * coefficients[isDense ? place % coefficients.count : place / perOutput].factor
    }
    let offsets = coefficients.enumerated().map { channel, part in
      (bias?.elements.doubles[channel] ?? 0) * part.factor + part.offset
    }
    return replacing(
      node, layer: index, input: before.inputs[0], output: node.outputs[0], weights, scaled, bias,
      offsets, in: network)
  }

  private func foldForward(
    _ node: Node, _ coefficients: [(factor: Double, offset: Double)], _ network: Network
  ) throws -> Network? {
    guard network.isReadOnce(node.outputs[0]), let after = network.consumers(of: node.outputs[0]).first,
      after.operation is Dense, after.inputs[0] == node.outputs[0],
      let (weights, bias, index) = layer(after, network), weights.shape[0] == coefficients.count,
      try network.verify()[node.outputs[0]]?.shape.count == 2
    else { return nil }
    let outputs = weights.shape[1]
    let values = weights.elements.doubles
    var offsets = bias?.elements.doubles ?? Array(repeating: 0, count: outputs)
    for (place, weight) in values.enumerated() {
      offsets[place % outputs] += coefficients[place / outputs].offset * weight
    }
    let scaled = values.enumerated().map { $1 * coefficients[$0 / outputs].factor }
    return replacing(
      node, layer: index, input: node.inputs[0], output: after.outputs[0], weights, scaled, bias,
      offsets, in: network)
  }

  /// The network without the normalisation; its parameters, if nobody else reads them, are for
  /// ``DeadNodeElimination``.
  private func replacing(
    _ node: Node, layer index: Int, input: String, output: String, _ weights: Tensor,
    _ scaled: [Double], _ bias: Tensor?, _ offsets: [Double], in network: Network
  ) -> Network? {
    guard (scaled + offsets).allSatisfy(\.isFinite) else { return nil }
    func like(_ tensor: Tensor, _ shape: [Int], _ values: [Double]) -> Tensor {
      tensor.elementType == .float32
        ? Tensor(shape, .float32(values.map(Float.init))) : Tensor(shape, .float64(values))
    }
    var result = network
    // New names: other nodes may share the old tensors.
    let name = network.nodes[index].name
    let weightName = result.freeName("\(name)_weights")
    result.constants[weightName] = like(weights, weights.shape, scaled)
    let biasName = result.freeName("\(name)_bias")
    result.constants[biasName] = like(bias ?? weights, [offsets.count], offsets)
    result.nodes[index].inputs = [input, weightName, biasName]
    result.nodes[index].outputs = [output]
    result.nodes.removeAll { $0.name == node.name }
    return result
  }
}
