public import WinnowNetworkIR

extension Scaler {
  /// The network with the scaler as its first layer, on one input.
  ///
  /// An input of `[batch, features]` gets a `BatchNormalization` with the scaler's constants
  /// (mean, variance; factor 1 and bias 0 for the standard and robust scalers), because the pass
  /// `BatchNormalizationFolding` then merges it into the first dense layer: firmware pays nothing
  /// for it. Inputs of more axes get `Arithmetic` on constants, logarithms `RealFunction`, and
  /// quantile tables a sum of clipped lines, one per piece.
  ///
  /// - Returns: the network, and the names of the new nodes, which training must leave alone
  ///   (`PlanOptions.frozen`).
  /// - Throws: ``TrainingError`` where there is no such input, its shape is not the scaler's, or a
  ///   constant does not fit 32-bit floats.
  public func prepended(to network: Network, input name: String) throws -> (
    network: Network, nodes: [String]
  ) {
    guard let input = network.inputs.first(where: { $0.name == name }) else {
      let names = network.inputs.map { "'\($0.name)'" }.joined(separator: ", ")
      throw TrainingError("network '\(network.name)' has no input '\(name)'; it has \(names)")
    }
    let sizes = input.type.shape.dropFirst().map(\.size)
    guard !input.type.shape.isEmpty, sizes == (shape.map { $0 }) || sizes == [features.count] else {
      throw TrainingError(
        "input '\(name)' has the shape \(input.type), and the scaler was fitted to \(shape) per "
          + "event; fit it to a column of the input's shape")
    }
    guard input.type.element.isFloat else {
      throw TrainingError("input '\(name)' holds \(input.type.element); a scaler takes floats")
    }
    var builder = ScalerBuilder(network, input, isDouble: input.type.element == .float64)
    if isLogarithmic.contains(true) { try addLogarithm(&builder) }
    if case .quantile = method { try addTables(&builder) } else { try addAffine(&builder) }
    return (try builder.finished(), builder.nodeNames)
  }

  /// `ln(1 + m x) + (1 − m) x`, where `m` is 1 for the features with a logarithm and 0 for the others.
  private func addLogarithm(_ builder: inout ScalerBuilder) throws {
    let chosen = isLogarithmic.map { $0 ? 1.0 : 0 }
    let isEvery = !isLogarithmic.contains(false)
    let x = builder.value
    if !isEvery { try builder.arithmetic(.multiply, "selected", chosen) }
    try builder.arithmetic(.add, "one", chosen.map { _ in 1 })
    builder.append("logarithm", RealFunction(.logarithm))
    if !isEvery {
      let logarithm = builder.value
      builder.value = x
      try builder.arithmetic(.multiply, "others", chosen.map { 1 - $0 })
      builder.append("combined", Arithmetic(.add), with: logarithm)
    }
  }

  private func addAffine(_ builder: inout ScalerBuilder) throws {
    let parts = features.map { feature in
      if case .affine(let offset, let divisor, let gain, let shift) = feature {
        return (offset: offset, divisor: divisor, gain: gain, shift: shift)
      }
      preconditionFailure("a table among affine features")
    }
    if builder.isMatrix {
      // Squares of very small or large widths leave the range of 32-bit floats: factors take them.
      let areSquares = parts.allSatisfy { $0.divisor > 1e-15 && $0.divisor < 1e15 }
      try builder.append(
        "normalization", BatchNormalization(epsilon: 0),
        constants: [
          ("factor", parts.map { areSquares ? $0.gain : $0.gain / $0.divisor }),
          ("bias", parts.map(\.shift)), ("mean", parts.map(\.offset)),
          ("variance", parts.map { areSquares ? $0.divisor * $0.divisor : 1 }),
        ])
      return
    }
    try builder.arithmetic(.subtract, "offset", parts.map(\.offset))
    try builder.arithmetic(.multiply, "factor", parts.map { $0.gain / $0.divisor })
    if parts.contains(where: { $0.shift != 0 }) {
      try builder.arithmetic(.add, "shift", parts.map(\.shift))
    }
  }

  /// `y₀ + Σ (y_{k+1} − y_k) · clip((x − x_k) / (x_{k+1} − x_k), 0, 1)` over the pieces of each table.
  private func addTables(_ builder: inout ScalerBuilder) throws {
    let tables = features.map { feature in
      if case .table(let knots) = feature { return knots }
      preconditionFailure("an affine feature among tables")
    }
    let pieces = max(1, tables.map { $0.count - 1 }.max() ?? 1)
    // Shorter tables are filled up with pieces that add nothing.
    func each(_ value: ([Knot], Int) -> Double, orElse filler: Double) -> [Double] {
      tables.flatMap { table in
        (0..<pieces).map { $0 + 1 < table.count ? value(table, $0) : filler }
      }
    }
    let columns = builder.columnShape
    builder.append("columns", Reshape([0] + columns + [1]))
    builder.columnShape = columns + [pieces]
    try builder.arithmetic(.subtract, "knots", each({ $0[$1].x }, orElse: 0))
    try builder.arithmetic(.multiply, "widths", each({ 1 / ($0[$1 + 1].x - $0[$1].x) }, orElse: 1))
    builder.append("clipped", Clip(low: 0, high: 1))
    try builder.arithmetic(.multiply, "steps", each({ $0[$1 + 1].y - $0[$1].y }, orElse: 0))
    builder.append("sum", Reduce(.sum, axes: [columns.count + 1], keepsAxes: false))
    builder.columnShape = columns
    try builder.arithmetic(.add, "start", tables.map { $0[0].y })
  }
}

/// Puts nodes between an input and what reads it.
private struct ScalerBuilder {
  private(set) var nodeNames: [String] = []
  /// The value that the next node takes.
  var value: String
  /// The shape of the constants: one event's.
  var columnShape: [Int]
  private var network: Network
  private let input: Network.Input
  private let isDouble: Bool
  private var nodes: [Node] = []

  init(_ network: Network, _ input: Network.Input, isDouble: Bool) {
    self.network = network
    self.input = input
    self.isDouble = isDouble
    value = input.name
    columnShape = input.type.shape.dropFirst().compactMap(\.size)
  }

  /// Whether the input is `[batch, features]`.
  var isMatrix: Bool { columnShape.count == 1 }

  mutating func append(_ base: String, _ operation: any Operator, with other: String? = nil) {
    let name = freeName("\(input.name)_scaler_\(base)")
    nodes.append(
      Node(name, operation, inputs: [value] + (other.map { [$0] } ?? []), outputs: [name]))
    nodeNames.append(name)
    value = name
  }

  mutating func append(
    _ base: String, _ operation: any Operator, constants: [(name: String, values: [Double])]
  ) throws {
    var names: [String] = []
    for (constant, values) in constants {
      names.append(try add("\(input.name)_scaler_\(base)_\(constant)", values))
    }
    let name = freeName("\(input.name)_scaler_\(base)")
    nodes.append(Node(name, operation, inputs: [value] + names, outputs: [name]))
    nodeNames.append(name)
    value = name
  }

  mutating func arithmetic(_ function: Arithmetic.Function, _ base: String, _ values: [Double]) throws {
    try append(base, Arithmetic(function), constants: [("constant", values)])
  }

  private mutating func add(_ base: String, _ values: [Double]) throws -> String {
    let floats = values.map { Float($0) }
    guard isDouble ? values.allSatisfy(\.isFinite) : floats.allSatisfy(\.isFinite) else {
      throw TrainingError(
        "the scaler of input '\(input.name)' needs a constant beyond 32-bit floats ('\(base)'); "
          + "its values lie too close together or too far out: use another scaler")
    }
    let name = freeName(base)
    let shape = columnShape.isEmpty ? [1] : columnShape
    network.constants[name] = Tensor(shape, isDouble ? .float64(values) : .float32(floats))
    return name
  }

  /// The network in which everything that read the input reads the scaled value.
  func finished() throws -> Network {
    var result = network
    for index in result.nodes.indices {
      result.nodes[index].inputs = result.nodes[index].inputs.map { $0 == input.name ? value : $0 }
    }
    result.nodes.insert(contentsOf: nodes, at: 0)
    try result.verify()
    return result
  }

  private func freeName(_ base: String) -> String {
    var taken = Set(network.inputs.map(\.name)).union(network.constants.keys)
    for node in network.nodes + nodes { taken.formUnion(node.outputs + [node.name]) }
    if !taken.contains(base) { return base }
    var number = 2
    while taken.contains("\(base)_\(number)") { number += 1 }
    return "\(base)_\(number)"
  }
}
