/// Removes neurons that nobody listens to: outputs of a dense layer whose way leads, through
/// element-wise nodes, only into dense layers whose weights for them are all zero.
///
/// The neuron's weight column, its bias, the parameters that element-wise nodes keep for it and the
/// zero rows behind it go; and again, until nothing is left to remove. Weights may be constants or
/// behind one `Quantize`, whose rounding may be what makes them zero. A layer keeps at least one
/// neuron, so that no tensor becomes empty. A removal that would change the step of a graph output
/// is left out.
public struct DeadNeuronElimination: Pass {
  public static let name = "DeadNeuronElimination"

  public init() {}

  public func run(on network: Network) throws -> Network {
    var result = network
    while let smaller = try step(result) { result = smaller }
    return result
  }

  /// The network without the dead neurons of one layer; `nil` if there are none.
  private func step(_ network: Network) throws -> Network? {
    let types = try network.verify()
    for node in network.nodes where node.operation is Dense {
      guard let fan = NeuronFan(of: node, in: network, types), !fan.dead.isEmpty else { continue }
      let smaller = fan.removed(from: network)
      guard let after = try? smaller.verify(),
        network.outputs.allSatisfy({ after[$0] == types[$0] })
      else { continue }
      return smaller
    }
    return nil
  }
}

/// A dense layer, the element-wise nodes behind it, and the dense layers that these feed.
private struct NeuronFan {
  let source: Node
  let width: Int
  var elementwise: [Node] = []
  var sinks: [Node] = []
  /// Places on the layer's output axis that no sink needs.
  var dead: Set<Int> = []
  /// The values that carry the neurons.
  var values: Set<String>

  /// `nil` if the neurons reach anything else.
  init?(of source: Node, in network: Network, _ types: [String: TensorType]) {
    guard source.inputs.dropFirst().allSatisfy({ network.parameter($0) != nil }),
      let width = network.parameter(source.inputs[1])?.shape[1], width > 1
    else { return nil }
    self.source = source
    self.width = width
    values = [source.outputs[0]]
    var silent = Set(0..<width)
    for node in network.nodes where node.inputs.contains(where: values.contains) {
      if node.operation is Dense {
        guard !node.inputs.dropFirst().contains(where: values.contains),
          let weights = network.parameter(node.inputs[1])
        else { return nil }
        silent.formIntersection(weights.zeroRows)
        sinks.append(node)
      } else {
        guard passesElements(node, network, types) else { return nil }
        elementwise.append(node)
        values.formUnion(node.outputs)
      }
    }
    guard !sinks.isEmpty, values.isDisjoint(with: network.outputs) else { return nil }
    if silent.count == width { silent.remove(0) }
    dead = silent
  }

  /// Whether each element of the node's result depends on the same element of its input alone.
  private func passesElements(
    _ node: Node, _ network: Network, _ types: [String: TensorType]
  ) -> Bool {
    let shape = types[source.outputs[0]]!.shape
    switch node.operation {
    case is Quantize, is Relu, is LeakyRelu, is Clip, is RealFunction, is Elu, is Dropout: return true
    case is Arithmetic:
      return types[node.outputs[0]]!.shape == shape
        && node.inputs.allSatisfy { values.contains($0) || network.parameter($0) != nil }
    default: return false
    }
  }

  func removed(from network: Network) -> Network {
    let kept = (0..<width).filter { !dead.contains($0) }
    var result = network
    for place in source.inputs.indices.dropFirst() {
      result.cut(input: place, of: source.name, axisFromEnd: 1, keeping: kept)
    }
    for node in elementwise {
      if let quantize = node.operation as? Quantize {
        result.replaceOperation(of: node.name, by: quantize.keeping(kept, axisFromEnd: 1, of: width))
      } else {
        for (place, value) in node.inputs.enumerated() where !values.contains(value) {
          guard result.parameter(value)?.shape.last == width else { continue }
          result.cut(input: place, of: node.name, axisFromEnd: 1, keeping: kept)
        }
      }
    }
    for sink in sinks { result.cut(input: 1, of: sink.name, axisFromEnd: 2, keeping: kept) }
    return result
  }
}

extension Network {
  /// A constant, or a `Quantize` of a constant, as its reader sees it; `nil` for anything else.
  fileprivate func parameter(_ value: String) -> Tensor? {
    if let constant = constants[value] { return constant }
    guard let node = producer(of: value), let quantize = node.operation as? Quantize,
      let constant = constants[node.inputs[0]]
    else { return nil }
    return try? quantize.evaluate([constant])[0]
  }

  fileprivate mutating func replaceOperation(of node: String, by operation: any Operator) {
    let index = nodes.firstIndex { $0.name == node }!
    nodes[index].operation = operation
  }

  /// Keeps some places of an axis of a node's parameter. What other nodes read stays as it is: they
  /// keep the old tensor, this node gets a new one.
  fileprivate mutating func cut(
    input place: Int, of name: String, axisFromEnd axis: Int, keeping kept: [Int]
  ) {
    let reader = nodes.firstIndex { $0.name == name }!
    let value = nodes[reader].inputs[place]
    if constants[value] != nil {
      nodes[reader].inputs[place] = cutConstant(value, axisFromEnd: axis, keeping: kept)
      return
    }
    let index = nodes.firstIndex { $0.outputs.contains(value) }!
    var node = nodes[index]
    let quantize = node.operation as! Quantize
    let shape = constants[node.inputs[0]]!.shape
    let extent = shape[shape.count - axis]
    node.operation = quantize.keeping(kept, axisFromEnd: axis, of: extent)
    if isReadOnce(value) {
      node.inputs = [cutConstant(node.inputs[0], axisFromEnd: axis, keeping: kept)]
      nodes[index] = node
    } else {
      let constant = freeName(node.inputs[0])
      constants[constant] = constants[node.inputs[0]]!.keeping(kept, axisFromEnd: axis)
      node.name = freeName(node.name)
      node.inputs = [constant]
      node.outputs = [freeName(value)]
      nodes[reader].inputs[place] = node.outputs[0]
      nodes.insert(node, at: reader)
    }
  }

  /// The name of the smaller constant.
  private mutating func cutConstant(
    _ name: String, axisFromEnd axis: Int, keeping kept: [Int]
  ) -> String {
    let smaller = constants[name]!.keeping(kept, axisFromEnd: axis)
    let target = isReadOnce(name) ? name : freeName(name)
    constants[target] = smaller
    return target
  }
}

extension Tensor {
  /// Some places along an axis that is counted from the end, from 1.
  fileprivate func keeping(_ kept: [Int], axisFromEnd: Int) -> Tensor {
    let axis = shape.count - axisFromEnd
    let inner = shape[(axis + 1)...].reduce(1, *)
    let outer = shape[..<axis].reduce(1, *)
    var smaller = shape
    smaller[axis] = kept.count
    let places = (0..<outer).flatMap { block in
      kept.flatMap { place in
        let start = (block * shape[axis] + place) * inner
        return start..<start + inner
      }
    }
    return gathered(places, shape: smaller)
  }

  /// Rows of a matrix that are zero.
  fileprivate var zeroRows: Set<Int> {
    let values = elements.doubles
    let columns = shape[1]
    return Set(
      (0..<shape[0]).filter { row in
        values[row * columns..<(row + 1) * columns].allSatisfy { $0 == 0 }
      })
  }
}

extension Quantize {
  /// The types of the places that stay; one type for the whole axis stays as it is.
  fileprivate func keeping(_ kept: [Int], axisFromEnd: Int, of extent: Int) -> Quantize {
    guard shape.count >= axisFromEnd, shape[shape.count - axisFromEnd] == extent, extent > 1 else {
      return self
    }
    let places = Tensor(shape, .integer(types.indices.map { Int64($0) }))
      .keeping(kept, axisFromEnd: axisFromEnd)
    return Quantize(
      types: places.mantissas!.values.map { types[Int($0)] }, shape: places.shape)
  }
}
