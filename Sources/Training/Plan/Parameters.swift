public import WinnowNetworkIR

/// The numbers that training changes, in two flat arrays: parameters that the optimiser updates, and
/// state that operators update themselves (moving means and variances).
///
/// Plans of the same network share one object, so that an evaluation plan sees what the training
/// plan learned.
public final class Parameters<Scalar: TrainingScalar>: Sendable {
  public let layout: ParameterLayout
  public let values: Buffer<Scalar>
  public let state: Buffer<Scalar>
  private let storage = Storage()

  /// The parameters of a network, with its values.
  ///
  /// - Throws: ``TrainingError`` when there is nothing to train.
  public convenience init(_ network: Network, frozen: Set<String> = []) throws {
    try self.init(network, layout: ParameterLayout(network, frozen: frozen))
  }

  public init(_ network: Network, layout: ParameterLayout) throws {
    self.layout = layout
    values = storage.allocate(layout.count, of: Scalar.self)
    state = storage.allocate(layout.stateCount, of: Scalar.self)
    try load(from: network)
  }

  /// Takes the values of a network's constants.
  ///
  /// - Throws: ``TrainingError`` when the network lacks one or its shape differs.
  public func load(from network: Network) throws {
    for entry in layout.entries + layout.states {
      guard let tensor = network.constants[entry.name], tensor.shape == entry.shape else {
        throw TrainingError(
          "the network has no constant '\(entry.name)' of shape \(entry.shape); give the network that was trained"
        )
      }
      let target = entry.isState ? state : values
      target.part(entry.range).copy(from: tensor.elements.doubles.map { Scalar($0) })
    }
  }

  /// Takes the values of parameters of another precision.
  public func load<Other>(from other: Parameters<Other>) {
    precondition(other.layout == layout, "parameters of another network")
    for place in 0..<values.count { values[place] = Scalar(other.values[place]) }
    for place in 0..<state.count { state[place] = Scalar(other.state[place]) }
  }

  /// The network with these values as its constants, float32 where it had float32.
  public func written(into network: Network) -> Network {
    var result = network
    for entry in layout.entries + layout.states {
      let source = (entry.isState ? state : values).part(entry.range)
      result.constants[entry.name] =
        network.constants[entry.name]?.elementType == .float64
        ? Tensor(entry.shape, .float64(source.array.map { Double($0) }))
        : Tensor(entry.shape, .float32(source.array.map { Float($0) }))
    }
    return result
  }
}

/// Which constants of a network are trained, and where they lie in the flat arrays.
public struct ParameterLayout: Sendable, Hashable, Codable {
  public struct Entry: Sendable, Hashable, Codable {
    public var name: String
    public var shape: [Int]
    public var range: Range<Int>
    public var isState: Bool
    /// The operator that reads it, and as which input: weights are regularised, biases are not.
    public var operation: String
    public var role: Int
    /// Matrices and kernels; not biases or normalisation's factors.
    public var isKernel: Bool { !isState && !isWidth && shape.count >= 2 }
    /// A learned number of bits.
    public var isWidth: Bool { operation == LearnedQuantize.name && role > 0 }
  }

  public private(set) var entries: [Entry] = []
  public private(set) var states: [Entry] = []
  public var count: Int { entries.last?.range.upperBound ?? 0 }
  public var stateCount: Int { states.last?.range.upperBound ?? 0 }

  public subscript(name: String) -> Entry? {
    entries.first { $0.name == name } ?? states.first { $0.name == name }
  }

  /// Finds the float constants that operators declare as parameters, through operators on constants
  /// alone (a `Quantize` on weights); in the order of the nodes.
  ///
  /// A constant that is added to what a dense layer or convolution without bias computes is its bias.
  public init(_ network: Network, frozen: Set<String> = []) throws {
    try network.verify()
    var variable = Set(network.inputs.map(\.name))
    var producers: [String: Node] = [:]
    for node in network.nodes {
      if node.inputs.contains(where: variable.contains) { variable.formUnion(node.outputs) }
      for output in node.outputs { producers[output] = node }
    }
    for node in network.nodes where !frozen.contains(node.name) {
      guard let operation = node.operation as? any Differentiable else { continue }
      var roles = operation.parameterInputs
      if let bias = node.biasInput(producers) { roles.append(bias) }
      for role in roles where role < node.inputs.count {
        for name in Self.constants(behind: node.inputs[role], producers, variable) {
          add(name, network, node, role, isState: false)
        }
      }
      for role in operation.stateInputs where role < node.inputs.count {
        add(node.inputs[role], network, node, role, isState: true)
      }
    }
  }

  private static func constants(
    behind value: String, _ producers: [String: Node], _ variable: Set<String>
  ) -> [String] {
    if variable.contains(value) { return [] }
    guard let node = producers[value] else { return [value] }
    // Widths are parameters of their own node.
    let inputs = node.operation is LearnedQuantize ? [node.inputs[0]] : node.inputs
    return inputs.flatMap { constants(behind: $0, producers, variable) }
  }

  private mutating func add(
    _ name: String, _ network: Network, _ node: Node, _ role: Int, isState: Bool
  ) {
    guard let tensor = network.constants[name], tensor.elementType.isFloat, self[name] == nil else {
      return
    }
    let start = isState ? stateCount : count
    let entry = Entry(
      name: name, shape: tensor.shape, range: start..<start + tensor.count, isState: isState,
      operation: node.operation.name, role: role)
    if isState { states.append(entry) } else { entries.append(entry) }
  }
}

extension Node {
  /// The input that is a bias: a constant added to a layer that has none of its own.
  fileprivate func biasInput(_ producers: [String: Node]) -> Int? {
    guard let sum = operation as? Arithmetic, sum.function == .add, inputs.count == 2 else { return nil }
    for (layer, bias) in [(0, 1), (1, 0)] {
      guard let producer = producers[inputs[layer]], producer.inputs.count == 2 else { continue }
      if producer.operation is Dense || producer.operation is Convolution { return bias }
    }
    return nil
  }
}
