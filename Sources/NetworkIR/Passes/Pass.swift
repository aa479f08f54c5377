/// A rewriting of a network.
///
/// Every pass leaves the outputs' values unchanged, bit for bit; only ``BatchNormalizationFolding``
/// may change the last bits of floats. Graph inputs and outputs keep their names and order.
public protocol Pass: Sendable {
  /// The pass's name in messages.
  static var name: String { get }

  /// The rewritten network.
  ///
  /// - Throws: ``NetworkError`` when the network is malformed.
  func run(on network: Network) throws -> Network
}

/// Passes in order, with the verifier after each.
public struct PassPipeline: Sendable {
  public var passes: [any Pass]

  public init(_ passes: [any Pass]) { self.passes = passes }

  /// All passes: layers first, while their weights' `Quantize` nodes are there; what they leave
  /// behind last.
  public static let standard = PassPipeline([
    BatchNormalizationFolding(), DeadNeuronElimination(), ConstantFolding(), DeadNodeElimination(),
  ])

  /// - Throws: ``NetworkError`` naming the pass after which the network is malformed.
  public func run(on network: Network) throws -> Network {
    try network.verify()
    var result = network
    for pass in passes {
      do {
        result = try pass.run(on: result)
        try result.verify()
      } catch { throw NetworkError("pass \(type(of: pass).name): \(error)") }
    }
    return result
  }
}

extension Network {
  /// A name that no value or node has yet: `base`, or with the first free number.
  package func freeName(_ base: String) -> String {
    var taken = Set(inputs.map(\.name)).union(constants.keys).union(nodes.map(\.name))
    for node in nodes { taken.formUnion(node.outputs) }
    if !taken.contains(base) { return base }
    var number = 2
    while taken.contains("\(base)_\(number)") { number += 1 }
    return "\(base)_\(number)"
  }

  /// Whether the value is read by exactly one input of one node, and is no output.
  package func isReadOnce(_ value: String) -> Bool {
    !outputs.contains(value)
      && nodes.reduce(0) { $0 + $1.inputs.count { $0 == value } } == 1
  }
}
