/// Removes neurons that nobody listens to: outputs of a dense layer whose way leads, through
/// element-wise nodes, only into dense layers whose weights for them are all zero.
///
/// The neuron's weight column, its bias, the parameters that element-wise nodes keep for it and the
/// zero rows behind it go; and again, until nothing is left to remove. Weights may be constants or
/// behind one `Quantize`, whose rounding may be what makes them zero.
///
/// A layer with an accumulator type keeps its sums: a zero weight adds a zero product to them.
public struct DeadNeuronElimination: Pass {
  public static let name = "DeadNeuronElimination"

  public init() {}

  public func run(on network: Network) throws -> Network {
    var result = network
    while let smaller = try step(result) { result = smaller }
    return result
  }

  private func step(_ network: Network) throws -> Network? {
    let types = try network.verify()
    for node in network.nodes where node.operation is Dense {
      guard let reach = Reach(of: node, in: network, types), !reach.dead.isEmpty else { continue }
      return try reach.removed(from: network)
    }
    return nil
  }
}

/// What lies between a dense layer and the dense layers that read its outputs.
private struct Reach {
  let source: Node
  /// Element-wise nodes, in order.
  var elementwise: [Node] = []
  var sinks: [Node] = []
  /// Places in the source's output axis that no sink needs.
  var dead: Set<Int> = []
  let width: Int

  init?(of source: Node, in network: Network, _ types: [String: TensorType]) {
    self.source = source
    guard let weights = DenseParameter(source.inputs[1], network), weights.isEditable else { return nil }
    if source.inputs.count == 3 {
      guard let bias = DenseParameter(source.inputs[2], network), bias.isEditable else { return nil }
    }
    width = weights.raw.shape[1]
    guard width > 0 else { return nil }
    var values: Set<String> = [source.outputs[0]]
    var rows: [Int: Bool] = [:]
    for node in network.nodes where node.inputs.contains(where: values.contains) {
      if node.operation is Dense {
        guard values.contains(node.inputs[0]), !node.inputs.dropFirst().contains(where: values.contains),
          let weights = DenseParameter(node.inputs[1], network), weights.isEditable,
          let zero = weights.zeroRows
        else { return nil }
        for row in 0..<width { rows[row] = (rows[row] ?? true) && zero.contains(row) }
        sinks.append(node)
      } else {
        guard ElementwiseEdit.keepsChannels(node, from: values, width: width, network, types) else {
          return nil
        }
        elementwise.append(node)
        values.formUnion(node.outputs)
      }
    }
    // A value that is a graph output is needed whole.
    guard values.isDisjoint(with: network.outputs) else { return nil }
    dead = Set((0..<width).filter { rows[$0] ?? false })
  }

  func removed(from network: Network) throws -> Network {
    let kept = (0..<width).filter { !dead.contains($0) }
    var result = network
    result.cut(parameter: 1, of: source, axis: 1, keeping: kept)
    if source.inputs.count == 3 { result.cut(parameter: 2, of: source, axis: 0, keeping: kept) }
    for node in elementwise { ElementwiseEdit.cut(node, width: width, keeping: kept, in: &result) }
    for sink in sinks { result.cut(parameter: 1, of: sink, axis: 0, keeping: kept) }
    return result
  }
}

/// A dense layer's weights or bias: a constant, or a `Quantize` of one.
private struct DenseParameter {
  let raw: Tensor
  let quantize: Quantize?

  init?(_ value: String, _ network: Network) {
    if let constant = network.constants[value] {
      raw = constant
      quantize = nil
      return
    }
    guard let node = network.producer(of: value), let quantize = node.operation as? Quantize,
      let constant = network.constants[node.inputs[0]]
    else { return nil }
    raw = constant
    self.quantize = quantize
  }

  /// A `Quantize` whose every fraction bit count decides the result's step may change the step of
  /// what remains; that is no change of value.
  var isEditable: Bool { true }

  /// Rows of a matrix that are zero as the layer sees them.
  var zeroRows: Set<Int>? {
    guard let seen = try? quantize.map({ try $0.evaluate([raw])[0] }) ?? raw else { return nil }
    let columns = seen.shape[1]
    let values = seen.elements.doubles
    return Set(
      (0..<seen.shape[0]).filter { row in
        values[row * columns..<(row + 1) * columns].allSatisfy { $0 == 0 }
      })
  }
}
