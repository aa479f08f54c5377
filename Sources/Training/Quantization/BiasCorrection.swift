import WinnowFixedPoint
public import WinnowNetworkIR

extension Network {
  /// A quantised network whose biases make up for the mean error of every layer.
  ///
  /// Rounding weights and clipping activations move the mean of a layer's outputs; on calibration
  /// data the shift of each neuron or channel is measured, layer after layer, and taken off the bias.
  /// A layer without one gets a bias of 16 bits.
  ///
  /// - Parameters:
  ///   - reference: the network that was quantised, prepared: its layers have the same names.
  ///   - inputs: for every graph input its rows.
  /// - Throws: ``TrainingError`` when the networks' layers differ.
  /// - Reference: M. Nagel et al., arXiv:1906.04721, section 4.2 and appendix D.
  /// - Complexity: one evaluation of the data per layer.
  public func correctingBiases(
    against reference: Network, inputs: [String: [Float]], batch: Int = 1024,
    team: ThreadTeam = ThreadTeam(1)
  ) throws -> Network {
    let wanted = try reference.channelMeans(inputs, batch: batch, team)
    var result = self
    for layer in nodes where layer.operation is Dense || layer.operation is Convolution {
      guard let mean = wanted[layer.name] else {
        throw TrainingError(
          "the reference has no layer '\(layer.name)'; give the prepared network that was quantised")
      }
      let present = try result.channelMeans(inputs, batch: batch, team)[layer.name] ?? []
      guard mean.count == present.count else {
        throw TrainingError(
          "layer '\(layer.name)' has \(present.count) channels, in the reference \(mean.count)")
      }
      try result.add(zip(mean, present).map { $0 - $1 }, toBiasOf: layer.name)
    }
    return result
  }

  /// The mean of each channel of every layer's output, by the layer's name.
  private func channelMeans(
    _ inputs: [String: [Float]], batch: Int, _ team: ThreadTeam
  ) throws -> [String: [Double]] {
    let calibration = try Calibration(self, inputs: inputs, batch: batch, sampled: 0, team: team)
    var means: [String: [Double]] = [:]
    for layer in nodes where layer.operation is Dense || layer.operation is Convolution {
      guard let seen = calibration.observations[layer.outputs[0]], seen.rows > 0 else { continue }
      var axis = seen.shape.count - 1
      if let convolution = layer.operation as? Convolution, convolution.layout == .channelsFirst {
        axis = 0
      }
      guard axis >= 0 else { continue }
      let channels = seen.shape[axis]
      let inner = seen.shape[(axis + 1)...].reduce(1, *)
      var sums = Array(repeating: 0.0, count: channels)
      for (place, sum) in seen.sum.enumerated() { sums[place / inner % channels] += sum }
      let count = Double(seen.rows * max(seen.sum.count / channels, 1))
      means[layer.name] = sums.map { $0 / count }
    }
    return means
  }

  private mutating func add(_ shift: [Double], toBiasOf layer: String) throws {
    let index = nodes.firstIndex { $0.name == layer }!
    if nodes[index].inputs.count == 3 {
      var name = nodes[index].inputs[2]
      while let node = producer(of: name), node.operation is Quantize { name = node.inputs[0] }
      guard let bias = constants[name], bias.elementType.isFloat else {
        throw TrainingError(
          "the bias of layer '\(layer)' is no float constant; correct biases before folding constants")
      }
      constants[name] = bias.like(
        zip(bias.elements.doubles, shift).map { $0 + $1 }, shape: bias.shape)
      return
    }
    let name = freeName("\(layer)_bias")
    let tensor = Tensor([shift.count], .float32(shift.map { Float($0) }))
    constants[name] = tensor
    let width = FittedWidth(16, range: .minimumMaximum)
    let quantized = freeName("\(name)_quantized")
    let quantize = try TypeFitting(tensor, channelAxis: 0).quantize(width)
    nodes[index].inputs.append(quantized)
    nodes.insert(Node(quantized, quantize, inputs: [name], outputs: [quantized]), at: index)
  }
}
