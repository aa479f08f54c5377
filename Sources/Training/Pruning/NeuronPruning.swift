public import WinnowNetworkIR

extension Network {
  /// How the size of a neuron's or filter's incoming weights is measured.
  public enum NeuronNorm: String, Sendable, Hashable, Codable, CaseIterable {
    case l1, l2
  }

  /// A smaller network: of every layer the share of neurons or filters with the smallest norms is gone,
  /// with all that belongs to them: their weights, biases, parameters of normalisations, widths, and the
  /// rows of the layers behind. It is trained on from there.
  ///
  /// A layer takes part if its outputs reach only dense layers and convolutions, through nodes that keep
  /// channels apart; at least one neuron stays. Ties are lost by the later neuron.
  ///
  /// - Parameters:
  ///   - share: from 0 to below 1, of each layer; rounded down to whole neurons.
  ///   - layers: names of the layers; `*` stands for any characters.
  /// - Throws: ``TrainingError`` when the share is out of bounds or no layer can be pruned.
  /// - Reference: H. Li et al., arXiv:1608.08710.
  public func neuronsPruned(
    share: Double, by norm: NeuronNorm = .l1, layers: [String] = ["*"]
  ) throws -> Network {
    guard share >= 0, share < 1 else {
      throw TrainingError("a share of \(share) of the neurons is to go; give 0 to below 1")
    }
    var result = self
    var candidates = 0
    for layer in nodes where layers.contains(where: { layer.name.matches(wildcard: $0) }) {
      guard let fan = try ChannelFan(of: layer.name, in: result) else { continue }
      candidates += 1
      let norms = fan.norms(in: result, norm)
      let order = norms.indices.sorted { (norms[$0], -$0) < (norms[$1], -$1) }
      let gone = Set(order.prefix(min(Int(share * Double(norms.count)), norms.count - 1)))
      guard !gone.isEmpty else { continue }
      result = try fan.keeping(norms.indices.filter { !gone.contains($0) }, in: result)
      try result.verify()
    }
    guard candidates > 0 else {
      throw TrainingError(
        "no layer named \(layers.joined(separator: ", ")) can lose neurons; its outputs must reach dense layers or convolutions only"
      )
    }
    return result
  }
}

/// A layer, the nodes behind it that keep channels apart, and the layers that these feed.
struct ChannelFan {
  /// A parameter with an axis along the channels; each stands `repeats` times, one after another.
  private struct Cut {
    var node: String
    var input: Int
    var axis: Int
    var repeats = 1
  }

  private let layer: Node
  private let channels: Int
  private var cuts: [Cut] = []
  /// Quantisers of the values between, with the channels' axis counted from the end.
  private var quantizers: [(node: String, axisFromEnd: Int)] = []
  private var reshapes: [(node: String, width: Int)] = []

  /// `nil` if the layer's channels reach anything else, or are not constants.
  init?(of name: String, in network: Network) throws {
    guard let layer = network.nodes.first(where: { $0.name == name }),
      layer.operation is Dense || Self.isPlain(layer.operation)
    else { return nil }
    let types = try network.verify()
    let isDense = layer.operation is Dense
    self.layer = layer
    guard layer.inputs.dropFirst().allSatisfy({ network.floatConstant(behind: $0) != nil }),
      let weights = types[layer.inputs[1]]?.sizes
    else { return nil }
    channels = weights[isDense ? 1 : 0]
    cuts.append(Cut(node: name, input: 1, axis: isDense ? 1 : 0))
    if layer.inputs.count == 3 { cuts.append(Cut(node: name, input: 2, axis: 0)) }
    let rank = types[layer.outputs[0]]!.shape.count
    // Per value: the channels' axis, and elements of a channel side by side.
    var values = [layer.outputs[0]: (axis: isDense ? rank - 1 : 1, repeats: 1)]
    var sinks = 0
    for node in network.nodes where node.name != name {
      guard let place = node.inputs.firstIndex(where: { values[$0] != nil }) else { continue }
      guard place == 0 || node.operation is Arithmetic, node.inputs.count(where: { values[$0] != nil }) == 1,
        !network.outputs.contains(node.inputs[place])
      else { return nil }
      let (axis, repeats) = values[node.inputs[place]]!
      let shape = types[node.inputs[place]]!.shape
      switch node.operation {
      case is Dense where axis == shape.count - 1:
        cuts.append(Cut(node: node.name, input: 1, axis: 0, repeats: repeats))
        sinks += 1
        continue
      case is Convolution where axis == 1 && repeats == 1 && Self.isPlain(node.operation):
        cuts.append(Cut(node: node.name, input: 1, axis: 1))
        sinks += 1
        continue
      case is Relu, is LeakyRelu, is Clip, is Absolute, is RealFunction, is Dropout, is Elu: break
      case is Quantize, is LearnedQuantize:
        guard repeats == 1 else { return nil }
        quantizers.append((node.name, shape.count - axis))
      case is BatchNormalization where axis == 1 && repeats == 1:
        cuts += (1...4).map { Cut(node: node.name, input: $0, axis: 0) }
      case is Pool where axis == 1 && repeats == 1: break
      case is Arithmetic:
        let other = node.inputs[1 - place]
        guard repeats == 1, types[node.outputs[0]]?.shape == shape,
          network.floatConstant(behind: other) != nil, let constant = types[other]?.sizes
        else { return nil }
        let own = axis - (shape.count - constant.count)
        if own >= 0, constant[own] > 1 {
          cuts.append(Cut(node: node.name, input: 1 - place, axis: own))
        }
      case is Reshape where axis == 1:
        // Flattened: the elements of a channel come one after another.
        guard let flat = types[node.outputs[0]]?.shape, flat.count == 2, flat[0] == shape[0],
          let width = flat[1].size, width % channels == 0
        else { return nil }
        reshapes.append((node.name, width))
        values[node.outputs[0]] = (1, width / channels)
        continue
      default: return nil
      }
      values[node.outputs[0]] = (axis, repeats)
    }
    guard sinks > 0, !values.keys.contains(where: network.outputs.contains) else { return nil }
    let cut = cuts
    guard
      cut.allSatisfy({ cut in
        let node = network.nodes.first { $0.name == cut.node }!
        return network.floatConstant(behind: node.inputs[cut.input]) != nil
      })
    else { return nil }
  }

  private static func isPlain(_ operation: any Operator) -> Bool {
    guard let convolution = operation as? Convolution else { return false }
    return convolution.groups == 1 && convolution.layout == .channelsFirst
  }

  /// The norm of each channel's incoming weights.
  func norms(in network: Network, _ norm: Network.NeuronNorm) -> [Double] {
    let weights = network.constants[network.floatConstant(behind: layer.inputs[1])!]!
    let isDense = layer.operation is Dense
    let perFilter = weights.count / channels
    var sums = Array(repeating: 0.0, count: channels)
    for (place, weight) in weights.elements.doubles.enumerated() {
      sums[isDense ? place % channels : place / perFilter] += norm == .l1 ? abs(weight) : weight * weight
    }
    return norm == .l1 ? sums : sums.map { $0.squareRoot() }
  }

  func keeping(_ kept: [Int], in network: Network) throws -> Network {
    var result = network
    for cut in cuts {
      let places =
        cut.repeats == 1
        ? kept : kept.flatMap { Array($0 * cut.repeats..<($0 + 1) * cut.repeats) }
      result.keep(places, ofInput: cut.input, axis: cut.axis, at: cut.node)
    }
    for (name, axis) in quantizers {
      result.keepTypes(kept, axisFromEnd: axis, extent: channels, at: name)
    }
    for (name, width) in reshapes {
      let index = result.nodes.firstIndex { $0.name == name }!
      guard var reshape = result.nodes[index].operation as? Reshape else { continue }
      reshape.shape = reshape.shape.map { $0 == width ? width / channels * kept.count : $0 }
      result.nodes[index].operation = reshape
    }
    return result
  }
}
