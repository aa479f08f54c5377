import Winnow

extension AnomalyModel {
  /// How a compressed form is made of the one before it: pruned from the trained network, quantised from
  /// the pruned one.
  ///
  /// - Parameter network: `network.onnx` of the form before.
  func recipe(
    _ compression: Compression, of network: String, sample: TrainingSample, settings: AnomalyDetectionSettings
  ) throws -> Recipe {
    // A tenth of the first rate: at the whole one the divergence presses a variational code ever flatter,
    // and the latent score loses 4 points more.
    var lines = common(sample, settings: settings, learningRate: 0.0003)
    lines.append("network: {file: \(Self.quoted(network))}")
    switch compression {
    case .pruned:
      lines += [
        "epochs: \(settings.pruningEpochs)",
        "pruning: {final_sparsity: 0.5, begin: 5, end: 15, excluding: [\(unpruned)]}",
      ]
    case .rounded(let width):
      lines += ["epochs: 0", quantization(width: width, epochs: 0)]
    case .trained(let width):
      lines += [
        "epochs: 0", quantization(width: width, epochs: settings.quantizationEpochs),
        "pruning: {kind: constant, final_sparsity: 0.5, excluding: [\(unpruned)]}",
      ]
    }
    return try Recipe(yaml: lines.joined(separator: "\n"))
  }

  /// A variational model's decoder stays whole: only the encoder becomes firmware.
  private var unpruned: String {
    isVariational ? decoderWeights.map { "\($0)_weights" }.joined(separator: ", ") : ""
  }

  /// Formats of the authors' public training code, where there are any: 16 bits with 10 before the point
  /// for the inputs, 16 with 6 for the code, 16 with 10 for an autoencoder's answer, and the bits before
  /// the point of ``Compression/integerBits``.
  ///
  /// What is ours:
  ///
  /// - Activations have two bits more behind the point than weights; not so in the dense variational
  ///   encoder, whose areas move by 0.3 points or less, for a twelfth of its logic.
  /// - Of the first normalisation dense networks keep powers of two outside the weights, which would else
  ///   differ by the ratio of GeV and radian; convolutional ones keep it whole. It reaches ±64 widths, as a
  ///   fourth lepton is that rare; an autoencoder needs quarters of a width, the variational encoder whole ones.
  /// - μ and ln σ² have 2 bits before the point in place of 6, and steps of 2⁻¹³: at β = 0.8 a code may be as
  ///   small as thousandths of its width.
  /// - From 6 bits on weights of dense networks have one bit before the point, which is all that they need.
  /// - The rectifiers' slope of 0.3 becomes 5/16.
  private func quantization(width: Int, epochs: Int) -> String {
    let integer = Compression.integerBits[width]!
    let weights =
      isConvolutional || width < 6
      ? "quantized_bits(\(width),\(integer))" : "quantized_bits(\(width),1,alpha=1)"
    let isEncoder = self == .denseVariational
    let activations =
      isConvolutional
      ? "ufixed<\(width + 2),\(integer)" : "fixed<\(width + (isEncoder ? 0 : 2)),\(integer + 1)"
    let normalized = isConvolutional ? "fixed<12,7" : isEncoder ? "fixed<7,7" : "fixed<9,7"
    var lines = [
      "quantization:",
      "  weights: '\(weights)'",
      "  biases: 'quantized_bits(16,6)'",
      "  activations: '\(activations),RND,SAT>'",
      "  inputs: 'fixed<16,11,RND_CONV,SAT>'",
      "  scalers: 10",
      "  fold_scalers: \(isConvolutional ? "false" : "but_powers_of_two")",
      "  slopes: 4",
      "  epochs: \(epochs)",
      "  learning_rate: 0.001",
      "  rules:",
      "    - {nodes: 'normalized*', activations: '\(normalized),RND,SAT>'}",
    ]
    if isVariational {
      lines += ["mu", "lv"].map { "    - {nodes: \($0), activations: 'fixed<16,3,RND_CONV,SAT>'}" }
      lines += Self.behindTheCode.map {
        "    - {nodes: '\($0)*', weights: real, biases: real, activations: real}"
      }
    } else {
      lines.append("    - {nodes: code, activations: 'fixed<16,7,RND_CONV,SAT>'}")
      let answer = isConvolutional ? "decoder_convolution_3" : "y"
      lines.append("    - {nodes: \(answer), activations: 'fixed<16,11,RND_CONV,SAT>'}")
    }
    return lines.joined(separator: "\n")
  }
}
