import WinnowTensors

/// Builds a network in Swift, layer after layer.
///
///     let builder = NetworkBuilder("autoencoder", seed: 1)
///     let x = builder.input("x", [.batch, 57])
///     let code = x.dense(32, weights: .heUniform, name: "encoder").batchNormalized().relu()
///     let network = try builder.network(outputs: [code.dense(57, name: "y")])
///
/// A ``Value`` is what a layer gives; its methods are the layers. Shapes are checked at once. A layer that
/// does not fit is noted, and all such errors are thrown together by ``network(outputs:)``.
///
/// A node and its result carry the layer's name, or the kind of layer with a number (`dense_1`).
/// Parameters are float32 constants named after the node: `NAME_weights`, `NAME_bias`, `NAME_scale`,
/// `NAME_mean`, `NAME_variance`. Each is drawn from a random stream of the seed and its own name, so that
/// it does not depend on the order of layers.
public final class NetworkBuilder {
  private var network: Network
  private let stream: RandomStream
  private var taken: Set<String> = []
  /// What is wrong so far: one sentence for each layer that does not fit.
  public private(set) var errors: [String] = []

  public init(_ name: String, seed: UInt64 = 0) {
    network = Network(name: name)
    stream = RandomStream(seed: seed, label: "parameters")
  }

  /// A graph input.
  public func input(
    _ name: String, _ shape: [Dimension], _ element: ElementType = .float32
  ) -> Value {
    guard reserve(name, for: "input") else { return Value(self, name, nil) }
    let type = TensorType(shape, element)
    network.inputs.append(.init(name, type))
    return Value(self, name, type)
  }

  /// A constant that is given, such as a table of edges.
  public func constant(_ name: String, _ tensor: Tensor) -> Value {
    guard reserve(name, for: "constant") else { return Value(self, name, nil) }
    network.constants[name] = tensor
    return Value(self, name, tensor.type)
  }

  /// A float32 constant drawn by an initializer.
  ///
  /// - Parameter fans: numbers of inputs and outputs of a unit, by which many initializers scale.
  public func parameter(
    _ name: String, _ shape: [Int], _ initializer: Initializer, fans: (input: Int, output: Int)
  ) -> Value {
    do {
      var stream = stream.child(name)
      let values = try initializer.values(shape, fans: fans, from: &stream)
      return constant(name, Tensor(shape, .float32(values)))
    } catch {
      errors.append("parameter '\(name)': \(error)")
      return Value(self, name, nil)
    }
  }

  /// Applies any operator; all its results.
  ///
  /// - Parameter meaning: how an error names the layer.
  public func apply(
    _ operation: any Operator, to inputs: [Value], outputs count: Int = 1, name: String? = nil,
    meaning: String? = nil
  ) -> [Value] {
    let name = name ?? freeName(operation.name.lowercasedFirst)
    let outputs = count == 1 ? [name] : (0..<count).map { "\(name)_\($0)" }
    let failed = outputs.map { Value(self, $0, nil) }
    // A failed input was reported where it failed.
    let types = inputs.compactMap(\.type)
    guard types.count == inputs.count else { return failed }
    guard inputs.allSatisfy({ $0.builder === self }) else {
      errors.append("node '\(name)': takes a value of another builder")
      return failed
    }
    guard reserve(name, for: "node"), count == 1 || outputs.allSatisfy({ reserve($0, for: "value") })
    else { return failed }
    do {
      let results = try operation.infer(types)
      guard results.count == count else {
        throw NetworkError("has \(results.count) outputs, not \(count)")
      }
      network.nodes.append(Node(name, operation, inputs: inputs.map(\.name), outputs: outputs))
      return zip(outputs, results).map { Value(self, $0, $1) }
    } catch {
      fail(name, meaning ?? operation.name, types, error)
      return failed
    }
  }

  /// The network with the given results.
  ///
  /// - Throws: ``NetworkBuilderError`` with every layer that does not fit.
  public func network(outputs: [Value]) throws -> Network {
    var errors = errors
    var network = network
    network.outputs = outputs.map(\.name)
    if errors.isEmpty {
      do { try network.verify() } catch { errors.append("\(error)") }
    }
    guard errors.isEmpty else { throw NetworkBuilderError(errors) }
    return network
  }

  // MARK: Names and errors

  /// The first free name `kind_1`, `kind_2`, …
  func freeName(_ kind: String) -> String {
    var number = 1
    while taken.contains("\(kind)_\(number)") { number += 1 }
    return "\(kind)_\(number)"
  }

  private func reserve(_ name: String, for kind: String) -> Bool {
    if taken.insert(name).inserted { return true }
    errors.append("\(kind) '\(name)': the name is taken; names of nodes and values are unique")
    return false
  }

  /// Notes a layer that does not fit.
  func fail(_ name: String, _ meaning: String, _ inputs: [TensorType], _ error: any Error) {
    let types = inputs.map(\.description).joined(separator: " and ")
    errors.append("node '\(name)', \(meaning) of \(types): \(error)")
  }
}

/// All layers of a ``NetworkBuilder`` that do not fit.
public struct NetworkBuilderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence each: which node, what it was to do, and why it cannot.
  public var messages: [String]
  public init(_ messages: [String]) { self.messages = messages }
  public var description: String { messages.joined(separator: "\n") }
}

extension String {
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

extension Dimension {
  /// The number of events, known when the network runs.
  public static let batch = Dimension.symbol("batch", bound: nil)
  /// The number of nodes of a graph.
  public static let nodes = Dimension.symbol("nodes", bound: nil)
  /// The number of edges of a graph.
  public static let edges = Dimension.symbol("edges", bound: nil)
}
