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

  private var denseEncoder: [String] {
    [
      "batch_normalization", "{dense: 32, initializer: he_uniform}", "batch_normalization",
      "{leaky_relu: 0.3}", "{dense: 16, initializer: he_uniform}", "batch_normalization",
      "{leaky_relu: 0.3, name: hidden}",
    ]
  }

  private var denseDecoder: [String] {
    [
      "{dense: 16, initializer: he_uniform}", "batch_normalization", "{leaky_relu: 0.3}",
      "{dense: 32, initializer: he_uniform}", "batch_normalization", "{leaky_relu: 0.3}",
      "{dense: 57, name: y}",
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
      "{scale: 0.5}", "{activation: exp}", "{multiply: e}", "{add: mu}",
    ]
  }

  /// A row of zeros before the 19, then two convolutions along the objects.
  private var convolutionalEncoder: [String] {
    [
      "{reshape: [1, 19, 3]}", "{pad: [0, 0, 1, 0, 0, 0, 0, 0]}", "batch_normalization",
      "{convolution: 16, kernel: [3, 3], bias: false}", "relu", "{average_pool: [3, 1]}",
      "{convolution: 32, kernel: [3, 1], padding: same, bias: false}", "relu", "{average_pool: [3, 1]}",
      "{flatten: , name: hidden}",
    ]
  }

  private var convolutionalDecoder: [String] {
    [
      "{dense: 64}", "relu", "{reshape: [32, 2, 1]}",
      "{convolution: 32, kernel: [3, 1], padding: same, bias: false}", "relu", "{upsample: [3, 1]}",
      "{pad: [0, 0, 0, 1, 0, 0, 0, 1]}",
      "{convolution: 16, kernel: [3, 1], padding: same, bias: false}", "relu", "{upsample: [3, 1]}",
      "{pad: [0, 0, 1, 0, 0, 0, 0, 0]}",
      "{convolution: 1, kernel: [3, 3], padding: same, bias: false}", "{flatten: , name: y}",
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
