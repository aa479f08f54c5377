import WinnowFixedPoint
import WinnowNetworkIR

/// Builds a network node after node; every node reads the last value unless told otherwise.
struct GraphWriter {
  var network: Network
  private(set) var last = ""

  init(_ name: String = "test") { network = Network(name: name) }

  /// A graph input.
  @discardableResult
  mutating func input(_ name: String = "x", _ shape: [Int], _ element: ElementType = .float64) -> String {
    network.inputs.append(.init(name, TensorType(shape.map(Dimension.fixed), element)))
    last = name
    return name
  }

  mutating func constant(_ tensor: Tensor) -> String {
    let name = "c\(network.constants.count)"
    network.constants[name] = tensor
    return name
  }

  mutating func constant(_ shape: [Int], _ mantissas: [Int128], fraction: Int = 0) -> String {
    constant(Tensor(shape, .fixed(mantissas, fraction: fraction)))
  }

  @discardableResult
  mutating func add(_ operation: any Operator, _ others: String...) -> String {
    add(operation, reading: [last] + others)
  }

  @discardableResult
  mutating func add(_ operation: any Operator, reading inputs: [String]) -> String {
    let name = "n\(network.nodes.count)"
    network.nodes.append(Node(name, operation, inputs: inputs, outputs: [name]))
    last = name
    return name
  }

  @discardableResult
  mutating func quantize(_ text: String) -> String { add(Quantize(try! FixedPointType(text: text))) }

  /// The network whose outputs are the named values, or the last one.
  func finished(_ outputs: String...) -> Network {
    var network = network
    network.outputs = outputs.isEmpty ? [last] : outputs
    return network
  }
}

/// One operator on one quantised input of a type.
func network(
  _ operation: any Operator, on type: FixedPointType, shape: [Int] = [3]
) -> Network {
  var graph = GraphWriter()
  graph.input("x", shape)
  graph.add(Quantize(type))
  graph.add(operation)
  return graph.finished()
}

extension Network {
  /// The graph as lines, for a failure's message.
  var listing: String {
    var lines = inputs.map { "input \($0.name): \($0.type)" }
    for (name, tensor) in constants.sorted(by: { $0.key < $1.key }) {
      lines.append("constant \(name): \(tensor.shape) \(tensor.elements)")
    }
    for node in nodes {
      lines.append("\(node.outputs.joined(separator: ", ")) = \(node.operation)\(node.inputs)")
    }
    return (lines + ["outputs \(outputs)"]).joined(separator: "\n")
  }
}
