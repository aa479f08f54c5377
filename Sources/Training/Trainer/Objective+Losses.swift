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

  public init(
    _ loss: AnyLoss, inputs: [String], target: String? = nil, mask: String? = nil,
    weight: Double = 1
  ) {
    self.loss = loss
    self.inputs = inputs
    self.target = target
    self.mask = mask
    self.weight = weight
  }
}

extension Objective {
  /// The weighted sum of losses on a model's values.
  ///
  /// A target or mask that is no value of the model becomes an input of the shape that fits.
  ///
  /// - Throws: ``TrainingError`` or ``NetworkError`` when a value does not exist or shapes do not fit.
  public init(_ model: Network, losses: [LossTerm]) throws {
    guard !losses.isEmpty else { throw TrainingError("the objective has no loss") }
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
      names.append(try Self.weighted(name, term.weight, &network))
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
