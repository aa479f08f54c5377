import WinnowNetworkIR

/// A batch normalisation with the rectifier after it, in one pass over memory.
struct NormalizedActivation: Differentiable {
  static let name = "NormalizedActivation"

  var epsilon: Double
  /// Of the rectifier for negative values.
  var slope: Double

  var parameterInputs: [Int] { [1, 2] }
  var stateInputs: [Int] { [3, 4] }
  func isDifferentiable(input: Int) -> Bool { input <= 2 }

  func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try BatchNormalization(epsilon: epsilon).infer(inputs)
  }

  func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let normalized = try BatchNormalization(epsilon: epsilon).evaluate(inputs)
    let values = normalized[0].elements.doubles.map { $0 > 0 ? $0 : $0 * slope }
    return [Tensor(normalized[0].shape, .float64(values))]
  }

  func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    site.isTraining
      ? BatchNormalizationPullback(epsilon: epsilon, slope: slope, site)
      : FrozenNormalizationPullback(epsilon: epsilon, slope: slope, site)
  }
}

/// Joins a batch normalisation and a `Relu` or `LeakyRelu` of a positive slope that alone reads it.
struct NormalizedActivationFusion: TrainingPass {
  func run(
    on network: Network, keeping: Set<String>, training: Bool, options: PlanOptions
  ) throws -> Network {
    var result = network
    let readers = network.readers
    for node in network.nodes {
      guard let normalization = node.operation as? BatchNormalization, !keeping.contains(node.outputs[0]),
        let reader = readers[node.outputs[0]], reader.count == 1,
        let slope = reader[0].operation.rectifierSlope
      else { continue }
      // The name of the normalisation stays, so that it can be frozen by it.
      let fused = Node(
        node.name, NormalizedActivation(epsilon: normalization.epsilon, slope: slope),
        inputs: node.inputs, outputs: reader[0].outputs)
      result.nodes.removeAll { $0.name == node.name }
      let place = result.nodes.firstIndex { $0.name == reader[0].name }!
      result.nodes[place] = fused
    }
    return result
  }
}

extension Operator {
  /// The slope for negative values, if this is a rectifier whose output tells the input's sign.
  var rectifierSlope: Double? {
    if self is Relu { return 0 }
    if let leaky = self as? LeakyRelu, leaky.slope >= 0 { return leaky.slope }
    return nil
  }
}

extension Network {
  /// The nodes that read each value, once per reading input.
  var readers: [String: [Node]] {
    var readers: [String: [Node]] = [:]
    for node in nodes { for input in node.inputs { readers[input, default: []].append(node) } }
    return readers
  }
}
