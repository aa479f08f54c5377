public import WinnowNetworkIR

/// A loss that is a graph of its own: a network with one number per event as its output.
///
/// Its inputs read values of the model or columns of the data; its constants are not trained.
public struct LossGraphTerm: Sendable, Hashable {
  public var graph: Network
  /// Values of the model or columns of the data, by the graph's inputs; those left out have the
  /// input's own name.
  public var inputs: [String: String]
  public var weight: Double

  public init(_ graph: Network, inputs: [String: String] = [:], weight: Double = 1) {
    self.graph = graph
    self.inputs = inputs
    self.weight = weight
  }

  /// Adds the graph behind a network.
  ///
  /// - Returns: the value of shape `[batch]`.
  func append(to network: inout Network) throws -> String {
    guard graph.outputs.count == 1 else {
      throw TrainingError(
        "the loss '\(graph.name)' has \(graph.outputs.count) outputs; give a graph with one number per event"
      )
    }
    for name in inputs.keys.sorted() where !graph.inputs.contains(where: { $0.name == name }) {
      throw TrainingError(
        "the loss '\(graph.name)' has no input '\(name)'; it has \(graph.inputs.map(\.name).joined(separator: ", "))"
      )
    }
    // A value that the model does not have is a column of the data.
    let types = try network.verify()
    let batch = network.inputs.first?.type.shape.first ?? .batch
    for input in graph.inputs {
      guard let column = inputs[input.name], types[column] == nil else { continue }
      network.inputs.append(
        .init(column, TensorType([batch] + input.type.shape.dropFirst(), input.type.element)))
    }
    let names = try network.append(graph, prefix: "loss", reading: inputs)
    let result = names[graph.outputs[0]]!
    let type = try network.verify()[result]!
    guard !type.shape.isEmpty, type.shape.dropFirst().allSatisfy({ $0.size == 1 }) else {
      throw TrainingError(
        "the loss '\(graph.name)' gives \(type), not one number per event; take the mean over the other axes"
      )
    }
    if type.shape.count == 1 { return result }
    let row = network.unusedName("\(result)_row")
    let axes = Array(1..<type.shape.count)
    network.nodes.append(Node(row, Reduce(.sum, axes: axes, keepsAxes: false), result))
    return row
  }
}
