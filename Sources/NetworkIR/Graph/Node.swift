/// One operator applied to named values.
public struct Node: Sendable {
  /// Unique in the network.
  public var name: String
  public var operation: any Operator
  /// Names of graph inputs, constants or outputs of earlier nodes.
  public var inputs: [String]
  public var outputs: [String]

  public init(_ name: String, _ operation: any Operator, inputs: [String], outputs: [String]) {
    self.name = name
    self.operation = operation
    self.inputs = inputs
    self.outputs = outputs
  }

  /// A node with one output that carries the node's name.
  public init(_ name: String, _ operation: any Operator, _ inputs: String...) {
    self.init(name, operation, inputs: inputs, outputs: [name])
  }
}

extension Node: Hashable {
  public static func == (a: Node, b: Node) -> Bool {
    a.name == b.name && a.inputs == b.inputs && a.outputs == b.outputs
      && AnyHashable(a.operation) == AnyHashable(b.operation)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(AnyHashable(operation))
  }
}
