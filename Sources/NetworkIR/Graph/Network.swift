/// A network: a typed graph of operators with explicit `Quantize` nodes.
///
/// Nodes stand in topological order. A graph has any number of inputs and outputs. The same graph
/// is interpreted, run by the engine and lowered to firmware; see docs/graph.md.
public struct Network: Sendable, Hashable {
  public struct Input: Sendable, Hashable {
    public var name: String
    public var type: TensorType
    public init(_ name: String, _ type: TensorType) {
      self.name = name
      self.type = type
    }
  }

  public var name: String
  public var inputs: [Input]
  /// Weights and other constants by name.
  public var constants: [String: Tensor]
  public var nodes: [Node]
  public var outputs: [String]

  public init(
    name: String, inputs: [Input] = [], constants: [String: Tensor] = [:], nodes: [Node] = [],
    outputs: [String] = []
  ) {
    self.name = name
    self.inputs = inputs
    self.constants = constants
    self.nodes = nodes
    self.outputs = outputs
  }

  /// The node that computes a value; `nil` for inputs and constants.
  public func producer(of value: String) -> Node? {
    nodes.first { $0.outputs.contains(value) }
  }

  /// The nodes that read a value.
  public func consumers(of value: String) -> [Node] {
    nodes.filter { $0.inputs.contains(value) }
  }
}
