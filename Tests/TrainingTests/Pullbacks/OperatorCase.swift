import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

/// One operator in a small network: checked against its reference evaluation and against
/// differences, in several divisions of the batch.
struct OperatorCase: Sendable, CustomTestStringConvertible {
  var operation: any Operator
  var label: String
  var network: Network
  var sizes: [String: Int]
  /// Values of graph inputs that must not be Gaussian.
  var inputs: [String: [Double]]
  /// For an operator that rounds: the function whose gradient stands for its own, of the graph
  /// inputs by name.
  var smooth: (@Sendable ([String: [Double]]) -> [String: [Double]])?
  /// Of the gradient, relative to the largest.
  var tolerance: Double
  /// Operators of integers and booleans have none.
  var hasGradient: Bool

  var testDescription: String { label }

  static let n = Dimension.symbol("N", bound: nil)
  static let v = Dimension.symbol("V", bound: nil)
  static let e = Dimension.symbol("E", bound: nil)

  /// - Parameters:
  ///   - reals: names and shapes of real graph inputs.
  ///   - integers: names and shapes of integer graph inputs.
  ///   - parameters: names and shapes of constants, drawn from a Gaussian.
  ///   - order: the operator's inputs; reals, integers, parameters by default.
  ///   - before: nodes that prepare its inputs.
  init(
    _ operation: any Operator, _ detail: String = "", reals: [(String, [Dimension])],
    integers: [(String, [Dimension])] = [], parameters: [(String, [Int])] = [],
    constants: [String: Tensor] = [:], order: [String]? = nil, before: [Node] = [],
    outputs: [String] = ["y"], element: ElementType = .float64, sizes: [String: Int] = ["N": 5],
    inputs: [String: [Double]] = [:], hasGradient: Bool = true,
    tolerance: Double = 1e-6, smooth: (@Sendable ([String: [Double]]) -> [String: [Double]])? = nil
  ) {
    self.operation = operation
    label = operation.name + (detail.isEmpty ? "" : ", " + detail)
    var stream = RandomStream(seed: 5, label: label)
    var constants = constants
    for (name, shape) in parameters {
      constants[name] = Tensor(
        shape, .float64((0..<shape.reduce(1, *)).map { _ in stream.gaussian() }))
    }
    let names = reals.map(\.0) + integers.map(\.0) + parameters.map(\.0)
    network = Network(
      name: label,
      inputs: reals.map { .init($0.0, TensorType($0.1, element)) }
        + integers.map { .init($0.0, TensorType($0.1, .integer)) },
      constants: constants,
      nodes: before + [Node("y", operation, inputs: order ?? names, outputs: outputs)],
      outputs: outputs)
    (self.sizes, self.inputs, self.smooth) = (sizes, inputs, smooth)
    (self.hasGradient, self.tolerance) = (hasGradient, tolerance)
  }

  /// The network with every real input read twice more, by a node before and one behind the
  /// operator: its gradient is then added to an earlier one.
  var sharing: Network {
    var network = network
    for input in network.inputs where input.type.element.isFloat {
      let name = input.name
      network.nodes.insert(Node("\(name) twice", Arithmetic(.add), name, name), at: 0)
      network.nodes.append(Node("\(name) squared", Arithmetic(.multiply), name, name))
      network.outputs += ["\(name) twice", "\(name) squared"]
    }
    return network
  }

  /// Values for every graph input.
  func values(_ stream: inout RandomStream) throws -> [String: [Double]] {
    let types = try network.binding(sizes).verify()
    var values: [String: [Double]] = [:]
    for input in network.inputs {
      let count = types[input.name]!.sizes!.reduce(1, *)
      values[input.name] = inputs[input.name] ?? (0..<count).map { _ in stream.gaussian() }
    }
    return values
  }
}
