import WinnowFixedPoint
public import WinnowNetworkIR

/// Which widths of a quantised network are learned, and together for which elements.
public struct LearnedWidths: Sendable, Hashable, Codable {
  public var weights: Granularity
  public var biases: Granularity
  public var activations: Granularity
  /// Learn the ports behind graph inputs too; they stay as they are otherwise.
  public var learnsInputs: Bool
  /// Nodes whose `Quantize` stays; `*` stands for any characters.
  public var fixed: [String]

  public init(
    weights: Granularity = .element, biases: Granularity = .element,
    activations: Granularity = .channel, learnsInputs: Bool = false, fixed: [String] = []
  ) {
    self.weights = weights
    self.biases = biases
    self.activations = activations
    self.learnsInputs = learnsInputs
    self.fixed = fixed
  }
}

extension Network {
  /// A quantised network whose widths are parameters: each `Quantize` becomes a ``LearnedQuantize``
  /// that starts with the same types.
  ///
  /// Graph outputs keep their types, so that what reads them need not change. Weights are best of
  /// types that saturate symmetrically: of others the sign still counts when all bits are gone.
  ///
  /// - Throws: ``TrainingError`` when nothing is left to learn.
  public func withLearnedWidths(_ widths: LearnedWidths = LearnedWidths()) throws -> Network {
    try replacingQuantizers(widths) { network, node, types, shape in
      let names = (network.freeName("\(node.name)_fraction"), network.freeName("\(node.name)_integer"))
      network.constants[names.0] = Tensor(shape, .float32(types.map { Float($0.fraction) }))
      network.constants[names.1] = Tensor(
        shape, .float32(types.map { Float($0.integer - ($0.isSigned ? 1 : 0)) }))
      node.operation = LearnedQuantize(
        isSigned: types.contains { $0.isSigned }, rounding: types[0].rounding,
        overflow: types[0].overflow)
      node.inputs += [names.0, names.1]
    }
  }

  /// A quantised network whose steps are parameters: each `Quantize` becomes a ``LearnedStepQuantize``
  /// of its width that starts with the same step, rounds halves to even and saturates.
  ///
  /// - Throws: ``TrainingError`` when nothing is left to learn.
  public func withLearnedSteps(
    _ steps: LearnedWidths = LearnedWidths(weights: .tensor, biases: .tensor, activations: .tensor)
  )
    throws -> Network
  {
    try replacingQuantizers(steps) { network, node, types, shape in
      let signed = types.contains { $0.isSigned }
      let width = types.map { $0.width + (signed && !$0.isSigned ? 1 : 0) }.max() ?? 0
      guard width <= 24, width >= (signed ? 2 : 1) else { return }
      let name = network.freeName("\(node.name)_step")
      network.constants[name] = Tensor(
        shape, .float32(types.map { Float(sign: .plus, exponent: -$0.fraction, significand: 1) }))
      node.operation = LearnedStepQuantize(isSigned: signed, width: width)
      node.inputs.append(name)
    }
  }

  private func replacingQuantizers(
    _ widths: LearnedWidths,
    _ replace: (inout Network, inout Node, [FixedPointType], _ shape: [Int]) -> Void
  ) throws -> Network {
    let types = try verify()
    let inputs = Set(inputs.map(\.name))
    var result = self
    for (index, node) in nodes.enumerated() {
      guard let quantize = node.operation as? Quantize, !outputs.contains(node.outputs[0]),
        !widths.fixed.contains(where: { node.name.matches(wildcard: $0) }),
        quantize.types.allSatisfy({ $0.overflow != .saturateToZero && $0.width > 0 }),
        widths.learnsInputs || !inputs.contains(node.inputs[0]),
        let shape = types[node.outputs[0]]?.shape
      else { continue }
      let isConstant = constants[node.inputs[0]] != nil
      let granularity =
        !isConstant
        ? widths.activations : shape.count > 1 ? widths.weights : widths.biases
      guard
        let layout = WidthLayout(
          granularity,
          shape: isConstant ? shape.compactMap(\.size) : shape.dropFirst().compactMap(\.size),
          rank: shape.count, channelAxis: channelAxis(of: node, isConstant: isConstant))
      else { continue }
      var learned = node
      replace(&result, &learned, layout.expand(quantize), layout.shape)
      result.nodes[index] = learned
    }
    guard result != self else {
      throw TrainingError(
        "the network has no Quantize whose widths or steps could be learned; quantise it first (network.quantized)"
      )
    }
    try result.verify()
    return result
  }

  /// The network with the widths and steps that were learned as types, which compiles. Learned widths
  /// give the same numbers; learned steps are rounded to powers of two.
  public func fixingWidths() throws -> Network {
    var result = self
    for (index, node) in nodes.enumerated() {
      guard node.operation is LearnedQuantize || node.operation is LearnedStepQuantize else { continue }
      let numbers = node.inputs.dropFirst().compactMap { constants[$0] }
      guard numbers.count == node.inputs.count - 1 else {
        throw TrainingError(
          "the widths or steps of node '\(node.name)' are no constants; nothing can fix them")
      }
      let types: [FixedPointType]
      if let learned = node.operation as? LearnedQuantize {
        types = learned.types(fraction: numbers[0], integer: numbers[1])
      } else if let learned = node.operation as? LearnedStepQuantize {
        types = numbers[0].elements.doubles.map { learned.type(step: $0) }
      } else {
        continue
      }
      result.nodes[index].operation =
        types.allSatisfy { $0 == types[0] }
        ? Quantize(types[0]) : Quantize(types: types, shape: numbers[0].shape)
      result.nodes[index].inputs = [node.inputs[0]]
    }
    return try DeadNodeElimination().run(on: result)
  }

  /// The axis of a value, or of a constant, that counts channels.
  private func channelAxis(of node: Node, isConstant: Bool) -> Int {
    if isConstant {
      let isKernel = consumers(of: node.outputs[0]).contains {
        $0.operation is Convolution && $0.inputs[1] == node.outputs[0]
      }
      return isKernel ? 0 : (constants[node.inputs[0]]?.shape.count ?? 1) - 1
    }
    // Without the batch.
    var value = node.inputs[0]
    while let before = producer(of: value) {
      if let convolution = before.operation as? Convolution, convolution.layout == .channelsFirst {
        return 0
      }
      if before.operation is Dense || before.operation is Convolution { break }
      value = before.inputs[0]
    }
    return -1
  }
}

/// The places that get widths of their own.
private struct WidthLayout {
  var shape: [Int]
  private let target: [Int]

  /// `nil` where sizes are unknown.
  init?(_ granularity: Granularity, shape target: [Int], rank: Int, channelAxis: Int) {
    guard target.count >= rank - 1 else { return nil }
    let axis = channelAxis < 0 ? target.count + channelAxis : channelAxis
    switch granularity {
    case .tensor: shape = [1]
    case .element: shape = target
    case .channel:
      shape = target.indices.map { $0 == axis ? target[$0] : 1 }
      while shape.first == 1, shape.count > 1 { shape.removeFirst() }
    }
    if shape.isEmpty { shape = [1] }
    self.target = target
  }

  /// The type to start from at each place: of those that fall together the widest on both sides.
  func expand(_ quantize: Quantize) -> [FixedPointType] {
    let from = typePlaces(of: quantize.shape, in: target)
    let to = typePlaces(of: shape, in: target)
    var result: [FixedPointType?] = Array(repeating: nil, count: shape.reduce(1, *))
    // Both repeat along the last axes.
    for place in 0..<max(from.count, to.count) {
      let type = quantize.types[from[place % from.count]]
      let group = to[place % to.count]
      guard let before = result[group] else {
        result[group] = type
        continue
      }
      let fraction = max(before.fraction, type.fraction)
      let integer = max(before.integer, type.integer)
      result[group] = FixedPointType(
        signed: before.isSigned || type.isSigned, width: integer + fraction, integer: integer,
        rounding: before.rounding, overflow: before.overflow)
    }
    return result.map { $0! }
  }
}
