public import WinnowNetworkIR

extension Network {
  /// Adds the nodes of another network under new names.
  ///
  /// An input of the other network reads the value that `reading` gives for it, else the value of
  /// its own name; where there is none it becomes a further input: a column of the data.
  ///
  /// - Parameters:
  ///   - other: what is added: a teacher, the graph of a loss.
  ///   - prefix: of the new names.
  ///   - reading: values of this network, by the other network's inputs.
  /// - Returns: the names here of the other network's values.
  /// - Throws: ``TrainingError`` where an input and the value that it reads differ in shape.
  @discardableResult
  public mutating func append(
    _ other: Network, prefix: String, reading: [String: String] = [:]
  ) throws -> [String: String] {
    let types = try verify()
    let batch = inputs.first?.type.shape.first ?? .batch
    var names: [String: String] = [:]
    for input in other.inputs {
      let value = reading[input.name] ?? input.name
      names[input.name] = value
      guard let type = types[value] else {
        if let named = reading[input.name] {
          throw TrainingError(
            "'\(other.name)' is to read '\(named)', which the network '\(name)' does not compute")
        }
        let shape = [batch] + input.type.shape.dropFirst()
        inputs.append(.init(value, TensorType(shape, input.type.element)))
        continue
      }
      // Symbols may differ in name; the batch of one file is the other's.
      guard type.shape.dropFirst().map(\.size) == input.type.shape.dropFirst().map(\.size) else {
        throw TrainingError(
          "'\(other.name)' reads '\(input.name)' of type \(input.type), and '\(value)' is \(type)")
      }
    }
    for (name, tensor) in other.constants.sorted(by: { $0.key < $1.key }) {
      names[name] = freeName("\(prefix)_\(name)")
      constants[names[name]!] = tensor
    }
    for node in other.nodes {
      for output in node.outputs { names[output] = freeName("\(prefix)_\(output)") }
      nodes.append(
        Node(
          freeName("\(prefix)_\(node.name)"), node.operation,
          inputs: node.inputs.map { names[$0]! }, outputs: node.outputs.map { names[$0]! }))
    }
    return names
  }

  /// The nodes, constants and inputs that some values need, which become the outputs.
  public func part(computing values: [String]) throws -> Network {
    var result = self
    result.outputs = values
    result = try DeadNodeElimination().run(on: result)
    let read = Set(result.nodes.flatMap(\.inputs)).union(values)
    result.inputs.removeAll { !read.contains($0.name) }
    return result
  }
}
