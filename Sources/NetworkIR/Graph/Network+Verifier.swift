extension Network {
  /// Checks the graph and infers the type of every value.
  ///
  /// Names are unique, nodes in topological order, shapes and elements fit, constants are finite,
  /// and outputs exist. It runs after every pass.
  ///
  /// - Returns: the type of each value by name.
  /// - Throws: ``NetworkError`` naming the first node or value that is wrong.
  @discardableResult
  public func verify() throws -> [String: TensorType] {
    var types: [String: TensorType] = [:]
    for input in inputs {
      for dimension in input.type.shape {
        switch dimension {
        case .fixed(let size) where size < 0, .symbol(_, bound: let size?) where size < 0:
          throw NetworkError("input '\(input.name)' has a negative dimension, \(size)")
        default: break
        }
      }
      try add(input.name, input.type, to: &types)
    }
    for (name, constant) in constants {
      guard constant.elements.isFinite else {
        throw NetworkError("constant '\(name)' holds a NaN or an infinity")
      }
      try add(name, constant.type, to: &types)
    }
    var nodeNames: Set<String> = []
    for node in nodes {
      guard nodeNames.insert(node.name).inserted else {
        throw NetworkError("two nodes are named '\(node.name)'")
      }
      for name in node.inputs where types[name] == nil {
        throw NetworkError(missing(name, at: node))
      }
      let results: [TensorType]
      do {
        results = try node.operation.infer(node.inputs.map { types[$0]! })
      } catch { throw located(error, at: node) }
      guard results.count == node.outputs.count else {
        throw NetworkError(
          "node '\(node.name)' (\(node.operation.name)) names \(node.outputs.count) outputs; the operator has \(results.count)"
        )
      }
      for (name, type) in zip(node.outputs, results) { try add(name, type, to: &types) }
    }
    guard !outputs.isEmpty else { throw NetworkError("network '\(name)' has no outputs") }
    for output in outputs where types[output] == nil {
      throw NetworkError("no node computes the output '\(output)'")
    }
    return types
  }

  private func add(
    _ name: String, _ type: TensorType, to types: inout [String: TensorType]
  ) throws {
    guard types.updateValue(type, forKey: name) == nil else {
      throw NetworkError("two values are named '\(name)'")
    }
    var count = 1
    for size in type.shape.compactMap(\.size) {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
      guard !overflow, product <= Self.maximumElements else {
        throw NetworkError(
          "value '\(name)' has more than \(Self.maximumElements) elements; no trigger network needs that")
      }
      count = product
    }
  }

  /// Largest tensor that a network may hold.
  public static let maximumElements = 1 << 26

  private func missing(_ name: String, at node: Node) -> String {
    if producer(of: name) != nil {
      return
        "node '\(node.name)' reads '\(name)' before it is computed; the graph has a cycle or its nodes are out of order"
    }
    return "node '\(node.name)' reads '\(name)', which nothing computes"
  }

  /// An error with the node it happened at.
  func located(_ error: any Error, at node: Node) -> NetworkError {
    NetworkError("node '\(node.name)' (\(node.operation.name)): \(error)")
  }
}

extension Tensor.Elements {
  var isFinite: Bool {
    switch self {
    case .float32(let values): values.allSatisfy(\.isFinite)
    case .float64(let values): values.allSatisfy(\.isFinite)
    case .fixed, .integer, .boolean: true
    }
  }
}
