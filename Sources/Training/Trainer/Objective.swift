public import WinnowNetworkIR

/// What training makes small: a network together with the nodes of its loss.
///
/// The loss is part of the graph: further inputs hold targets, and one value of shape `[batch]` holds
/// the loss of each event. So a custom loss is a graph like any other.
public struct Objective: Sendable, Hashable {
  /// A term that does not belong to an event: effective bit operations, a weight penalty.
  public struct Penalty: Sendable, Hashable {
    /// A value of one element.
    public var value: String
    public var factor: Double
    public init(_ value: String, factor: Double) {
      self.value = value
      self.factor = factor
    }
  }

  /// The network that is trained and written.
  public var model: Network
  /// The model and its loss.
  public var network: Network
  /// The value of shape `[batch]` that holds each event's loss.
  public var loss: String
  public var penalties: [Penalty]

  /// - Parameters:
  ///   - model: the network that is trained.
  ///   - network: the model's nodes under their names, and those of the loss.
  ///   - loss: a value of shape `[batch]`.
  /// - Throws: ``TrainingError`` when the loss is not one number per event, or the model's nodes are
  ///   not all there.
  public init(
    model: Network, network: Network, loss: String, penalties: [Penalty] = []
  ) throws {
    let types = try network.verify()
    guard let type = types[loss] else {
      throw TrainingError("the objective has no value '\(loss)'")
    }
    guard type.shape.count == 1, case .symbol = type.shape[0] else {
      throw TrainingError("the loss '\(loss)' is \(type), not one number per event of shape [batch]")
    }
    for penalty in penalties {
      guard let type = types[penalty.value], type.sizes?.reduce(1, *) == 1 else {
        throw TrainingError("the penalty '\(penalty.value)' is no single number of the objective")
      }
    }
    let nodes = Set(network.nodes.map(\.name))
    if let node = model.nodes.first(where: { !nodes.contains($0.name) }) {
      throw TrainingError("the objective lacks the model's node '\(node.name)'")
    }
    self.model = model
    self.network = network
    self.loss = loss
    self.penalties = penalties
  }

  /// The model's loss as nodes that a closure adds to a copy of it.
  ///
  /// - Parameters:
  ///   - model: the network that is trained.
  ///   - targets: further inputs.
  ///   - build: adds nodes and gives the name of the loss.
  public init(
    model: Network, targets: [Network.Input], build: (inout Network) throws -> String
  ) throws {
    var network = model
    network.inputs += targets
    let loss = try build(&network)
    if !network.outputs.contains(loss) { network.outputs.append(loss) }
    try self.init(model: model, network: network, loss: loss)
  }

  /// The symbol of the batch: the leading axis of the loss.
  public var batchSymbol: String {
    if let type = try? network.verify()[loss], case .symbol(let name, _) = type.shape.first {
      return name
    }
    return "batch"
  }
}
