public import WinnowNetworkIR

/// One loss of an objective: what is compared with what, and how much it counts.
public struct LossTerm: Sendable, Hashable, Codable {
  public var loss: AnyLoss
  /// Values of the model, in the order of the loss's inputs.
  public var inputs: [String]
  /// The graph input that holds the target: a column of the data, or an input of the model.
  public var target: String?
  /// The value of the graph that masks elements.
  public var mask: String?
  public var weight: Double
  /// The value of the graph that weighs the events of this term: one number per event.
  public var eventWeights: String?

  public init(
    _ loss: AnyLoss, inputs: [String], target: String? = nil, mask: String? = nil,
    weight: Double = 1, eventWeights: String? = nil
  ) {
    self.loss = loss
    self.inputs = inputs
    self.target = target
    self.mask = mask
    self.weight = weight
    self.eventWeights = eventWeights
  }
}

extension Objective {
  /// The weighted sum of losses on a model's values.
  ///
  /// A target, mask or weight that is no value of the model becomes an input of the shape that fits.
  ///
  /// - Parameter graphs: losses that are graphs of their own, added to the others.
  /// - Throws: ``TrainingError`` or ``NetworkError`` when a value does not exist or shapes do not fit.
  public init(_ model: Network, losses: [LossTerm], graphs: [LossGraphTerm] = []) throws {
    guard !losses.isEmpty || !graphs.isEmpty else { throw TrainingError("the objective has no loss") }
    let types = try model.verify()
    var network = model
    var names: [String] = []
    for (index, term) in losses.enumerated() {
      for input in term.inputs where types[input] == nil {
        throw TrainingError(
          "loss '\(term.loss.loss.kindName)' reads '\(input)', which the network does not compute; its outputs are \(model.outputs.joined(separator: ", "))"
        )
      }
      let shape = types[term.inputs[0]]!.shape
      var inputs = term.inputs
      if term.loss.loss.target != .none {
        guard let target = term.target else {
          throw TrainingError("loss '\(term.loss.loss.kindName)' needs a target")
        }
        let targetShape = term.loss.loss.target == .values ? shape : Array(shape.prefix(1))
        Self.addInput(target, targetShape, to: &network)
        inputs.append(target)
      }
      if let mask = term.mask {
        Self.addInput(mask, shape, to: &network)
        inputs.append(mask)
      }
      let name = network.unusedName("loss/\(index)")
      network.nodes.append(
        Node(
          name, LossOperator(loss: term.loss, hasMask: term.mask != nil), inputs: inputs,
          outputs: [name]))
      var weighted = name
      if let weights = term.eventWeights {
        weighted = try Self.weighted(name, byEvent: weights, &network)
      }
      names.append(try Self.weighted(weighted, term.weight, &network))
    }
    for term in graphs {
      names.append(try Self.weighted(term.append(to: &network), term.weight, &network))
    }
    var total = names[0]
    for (index, name) in names.enumerated().dropFirst() {
      let sum = network.unusedName("loss/sum\(index)")
      network.nodes.append(Node(sum, Arithmetic(.add), total, name))
      total = sum
    }
    network.outputs = model.outputs + [total]
    try self.init(model: model, network: network, loss: total)
  }

  private static func addInput(_ name: String, _ shape: [Dimension], to network: inout Network) {
    let isKnown =
      network.inputs.contains { $0.name == name } || network.producer(of: name) != nil
      || network.constants[name] != nil
    if !isKnown { network.inputs.append(.init(name, TensorType(shape, .float32))) }
  }

  private static func weighted(
    _ name: String, byEvent weights: String, _ network: inout Network
  ) throws -> String {
    let batch = try network.verify()[name]!.shape
    addInput(weights, batch, to: &network)
    let type = try network.verify()[weights]!
    guard type.shape.dropFirst().allSatisfy({ $0.size == 1 }) else {
      throw TrainingError("the weights '\(weights)' are \(type); give one number per event")
    }
    var row = weights
    if type.shape.count != 1 {
      row = network.unusedName("\(name)/event_weights")
      let axes = Array(1..<type.shape.count)
      network.nodes.append(Node(row, Reduce(.sum, axes: axes, keepsAxes: false), weights))
    }
    let product = network.unusedName("\(name)/by_event")
    network.nodes.append(Node(product, Arithmetic(.multiply), name, row))
    return product
  }

  private static func weighted(
    _ name: String, _ weight: Double, _ network: inout Network
  ) throws -> String {
    if weight == 1 { return name }
    guard weight.isFinite else { throw TrainingError("a loss has the weight \(weight)") }
    let constant = network.unusedName("\(name)/weight")
    network.constants[constant] = Tensor([1], .float32([Float(weight)]))
    let product = network.unusedName("\(name)/weighted")
    network.nodes.append(Node(product, Arithmetic(.multiply), name, constant))
    return product
  }
}

extension Loss {
  /// The name that recipes use.
  public var kindName: String { Self.kind.rawValue }
}

extension Network {
  /// `base`, or with the first free number.
  func unusedName(_ base: String) -> String {
    var taken = Set(inputs.map(\.name)).union(constants.keys)
    for node in nodes { taken.formUnion(node.outputs + [node.name]) }
    if !taken.contains(base) { return base }
    return (2...).lazy.map { "\(base)_\($0)" }.first { !taken.contains($0) }!
  }
}
