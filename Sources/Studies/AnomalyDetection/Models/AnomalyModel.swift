/// The four networks of papers/2.
///
/// - Reference: arXiv:2108.03986 section III and figure I; what its text has lost, the authors' public
///   training code.
public enum AnomalyModel: String, Sendable, CaseIterable, Codable {
  case denseAutoencoder = "dnn-ae"
  case denseVariational = "dnn-vae"
  case convolutionalAutoencoder = "cnn-ae"
  case convolutionalVariational = "cnn-vae"

  public var label: String {
    switch self {
    case .denseAutoencoder: "DNN AE"
    case .denseVariational: "DNN VAE"
    case .convolutionalAutoencoder: "CNN AE"
    case .convolutionalVariational: "CNN VAE"
    }
  }

  public var isVariational: Bool {
    self == .denseVariational || self == .convolutionalVariational
  }

  var isConvolutional: Bool {
    self == .convolutionalAutoencoder || self == .convolutionalVariational
  }

  var latentWidth: Int { isConvolutional ? 8 : 3 }

  /// What the firmware computes: the latent divergence needs no decoder and no random number.
  public var firmwareScore: AnomalyScoreKind { isVariational ? .divergence : .reconstruction }

  /// What its answers are scored by.
  public var scores: [AnomalyScoreKind] {
    isVariational ? [.reconstruction, .divergence, .radius] : [.reconstruction]
  }

  /// The layers of a recipe, from `x` to the outputs.
  var layers: [String] {
    isConvolutional
      ? convolutionalEncoder + latent + convolutionalDecoder : denseEncoder + latent + denseDecoder
  }

  var outputs: [String] { isVariational ? ["y", "mu", "lv"] : ["y"] }

  /// How the names of layers begin that follow the code; a variational encoder does without them.
  static let behindTheCode = ["sample", "decoder", "y"]

  /// The decoder's weights, which a variational model's pruning leaves alone.
  var decoderWeights: [String] {
    isConvolutional
      ? ["decoder_dense", "decoder_convolution_1", "decoder_convolution_2", "decoder_convolution_3"]
      : ["decoder_dense_1", "decoder_dense_2", "y"]
  }

  private var denseEncoder: [String] {
    [
      "{batch_normalization: , name: normalized}", "{dense: 32, initializer: he_uniform}",
      "batch_normalization", "{leaky_relu: 0.3}", "{dense: 16, initializer: he_uniform}",
      "batch_normalization", "{leaky_relu: 0.3, name: hidden}",
    ]
  }

  private var denseDecoder: [String] {
    [
      "{dense: 16, initializer: he_uniform, name: decoder_dense_1}",
      "{batch_normalization: , name: decoder_normalization_1}",
      "{leaky_relu: 0.3, name: decoder_activation_1}",
      "{dense: 32, initializer: he_uniform, name: decoder_dense_2}",
      "{batch_normalization: , name: decoder_normalization_2}",
      "{leaky_relu: 0.3, name: decoder_activation_2}", "{dense: 57, name: y}",
    ]
  }

  /// An autoencoder's code, or a sample of `N(μ, σ²)`.
  private var latent: [String] {
    let width = latentWidth
    let initializer = isConvolutional ? "glorot_uniform" : "he_uniform"
    guard isVariational else { return ["{dense: \(width), initializer: \(initializer), name: code}"] }
    return [
      "{dense: \(width), from: hidden, initializer: \(initializer), name: mu}",
      "{dense: \(width), from: hidden, initializer: \(initializer), name: lv}",
      "{scale: 0.5, name: sample_half}", "{activation: exp, name: sample_width}",
      "{multiply: e, name: sample_noise}", "{add: mu, name: sample}",
    ]
  }

  /// A row of zeros before the 19, then two convolutions along the objects.
  private var convolutionalEncoder: [String] {
    [
      "{reshape: [1, 19, 3]}", "{pad: [0, 0, 1, 0, 0, 0, 0, 0]}",
      "{batch_normalization: , name: normalized}",
      "{convolution: 16, kernel: [3, 3], bias: false}", "relu", "{average_pool: [3, 1]}",
      "{convolution: 32, kernel: [3, 1], padding: same, bias: false}", "relu", "{average_pool: [3, 1]}",
      "{flatten: , name: hidden}",
    ]
  }

  private var convolutionalDecoder: [String] {
    [
      "{dense: 64, name: decoder_dense}", "{activation: relu, name: decoder_activation_1}",
      "{reshape: [32, 2, 1], name: decoder_image}",
      "{convolution: 32, kernel: [3, 1], padding: same, bias: false, name: decoder_convolution_1}",
      "{activation: relu, name: decoder_activation_2}", "{upsample: [3, 1], name: decoder_rows_1}",
      "{pad: [0, 0, 0, 1, 0, 0, 0, 1], name: decoder_columns}",
      "{convolution: 16, kernel: [3, 1], padding: same, bias: false, name: decoder_convolution_2}",
      "{activation: relu, name: decoder_activation_3}", "{upsample: [3, 1], name: decoder_rows_2}",
      "{pad: [0, 0, 1, 0, 0, 0, 0, 0], name: decoder_row}",
      "{convolution: 1, kernel: [3, 3], padding: same, bias: false, name: decoder_convolution_3}",
      "{flatten: , name: y}",
    ]
  }
}

/// What tells how unusual an event is.
public enum AnomalyScoreKind: String, Sendable, CaseIterable, Codable {
  /// Masked mean squared difference of input and output.
  case reconstruction = "io"
  /// Divergence of the latent Gaussian from the unit one.
  case divergence = "kl"
  /// `Σ μ²/σ²`.
  case radius = "rz"

  public var label: String {
    switch self {
    case .reconstruction: "IO"
    case .divergence: "D_{KL}"
    case .radius: "R_{z}"
    }
  }
}
