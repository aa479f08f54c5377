/// The reference: evaluates a network operator by operator. Slow, obvious, exact.
public struct Interpreter: Sendable {
  public let network: Network
  /// What nodes with constants alone give, such as quantised weights: evaluated once.
  private let known: [String: Tensor]
  private let rest: [Node]

  /// - Throws: ``NetworkError`` if the network is malformed.
  public init(_ network: Network) throws {
    try network.verify()
    self.network = network
    var values = network.constants
    var known: [String: Tensor] = [:]
    rest = network.nodes.filter { node in
      // A node that fails fails again with the first event, where its error has a reader.
      let operands = node.inputs.compactMap { values[$0] }
      guard operands.count == node.inputs.count,
        let results = try? node.operation.evaluate(operands), results.count >= node.outputs.count
      else { return true }
      for (name, result) in zip(node.outputs, results) {
        values[name] = result
        known[name] = result
      }
      return false
    }
    self.known = known
  }

  /// Evaluates one event.
  ///
  /// - Parameter inputs: a tensor for every graph input; fixed-point, integer and float elements
  ///   are all accepted, as the graph's own `Quantize` nodes convert them.
  /// - Returns: every value of the graph by name, constants excepted.
  public func trace(_ inputs: [String: Tensor]) throws -> [String: Tensor] {
    var values = network.constants.merging(known) { constant, _ in constant }
    var symbols: [String: Int] = [:]
    for input in network.inputs {
      guard let tensor = inputs[input.name] else {
        throw NetworkError("no values were given for the graph input '\(input.name)'")
      }
      try input.check(tensor, &symbols)
      values[input.name] = tensor
    }
    for node in rest {
      do {
        let results = try node.operation.evaluate(node.inputs.map { values[$0]! })
        for (name, result) in zip(node.outputs, results) { values[name] = result }
      } catch { throw network.located(error, at: node) }
    }
    for name in network.constants.keys { values[name] = nil }
    return values
  }

  /// Evaluates one event and keeps the graph's outputs, in their order.
  public func run(_ inputs: [String: Tensor]) throws -> [Tensor] {
    let values = try trace(inputs)
    return network.outputs.map { values[$0] ?? network.constants[$0]! }
  }
}

extension Network.Input {
  /// Checks that a tensor has this input's shape; a symbol takes any size up to its bound, the same
  /// one wherever it stands.
  func check(_ tensor: Tensor, _ symbols: inout [String: Int]) throws {
    let fits =
      tensor.shape.count == type.shape.count
      && zip(tensor.shape, type.shape).allSatisfy { size, dimension in
        switch dimension {
        case .fixed(let wanted): size == wanted
        case .symbol(_, let bound): size <= bound ?? .max
        }
      }
    guard fits else {
      throw NetworkError("input '\(name)' takes \(type), not a tensor of shape \(tensor.shape)")
    }
    for (size, dimension) in zip(tensor.shape, type.shape) {
      guard case .symbol(let symbol, _) = dimension else { continue }
      if let before = symbols.updateValue(size, forKey: symbol), before != size {
        throw NetworkError("input '\(name)' has \(symbol) = \(size), but it was \(before) before")
      }
    }
  }
}
