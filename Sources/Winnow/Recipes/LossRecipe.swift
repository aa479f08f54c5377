import WinnowTraining

/// One loss: what is compared with what.
struct LossRecipe: Sendable {
  var kind: LossKind
  /// Values of the network; its first outputs where none are named.
  var inputs: [String]?
  /// The first target column where none is named.
  var target: String?
  var mask: String? { zeros?.name }
  /// Elements that are left out.
  private(set) var zeros: LossMask?
  var weight: Double
  /// A column or value of one weight per event, for this loss alone.
  var eventWeights: String?
  private var parameters: Parameters

  private struct Parameters: Sendable {
    var fromLogits: Bool?
    var labels: Bool?
    var labelSmoothing = 0.0
    var numbers: [String: Double] = [:]
    var form: String?
    var maskedMean: MaskedMean = .all
    var outputScales: [Double] = []
    var seed: UInt64 = 1
  }

  private static let common = [
    "kind", "input", "inputs", "target", "mask", "weight", "event_weights",
  ]

  private static func keys(_ kind: LossKind) -> [String] {
    switch kind {
    case .meanSquaredError, .meanAbsoluteError, .logCosh, .hinge, .squaredHinge: ["masked_mean"]
    case .meanSquaredLogarithmicError: ["epsilon", "masked_mean"]
    case .klDivergence: ["epsilon"]
    case .huber: ["delta", "masked_mean"]
    case .binaryCrossEntropy:
      ["from_logits", "label_smoothing", "epsilon", "adds_epsilon", "masked_mean"]
    case .categoricalCrossEntropy: ["from_logits", "labels", "label_smoothing", "epsilon"]
    case .binaryFocal: ["from_logits", "gamma", "alpha", "epsilon", "masked_mean"]
    case .contrastive: ["form", "margin"]
    case .gaussianKL: ["takes_mean"]
    case .betaVAE: ["beta", "output_scales", "takes_latent_mean"]
    case .slicedWasserstein: ["dimensions", "directions", "order"]
    }
  }

  init(_ value: RecipeValue, seed: UInt64) throws {
    parameters = Parameters(seed: seed)
    guard value.isTable else {
      kind = try Self.kind(value)
      weight = 1
      return
    }
    let all = LossKind.allCases.flatMap(Self.keys)
    kind = try Self.kind(RecipeTable(value, keys: Self.common + all + ["file"]).required("kind"))
    let table = try RecipeTable(value, keys: Self.common + Self.keys(kind))
    inputs = try (table["inputs"] ?? table["input"])?.elements.map { try $0.string() }
    target = try table.string("target")
    zeros = try table["mask"].map(LossMask.init)
    eventWeights = try table.string("event_weights")
    weight = try table.number("weight") ?? 1
    parameters.fromLogits = try table.bool("from_logits")
    parameters.labels = try table.bool("labels")
    parameters.labelSmoothing = try table.number("label_smoothing") ?? 0
    parameters.form = try table.string("form")
    parameters.outputScales = try table["output_scales"].map(Self.outputScales) ?? []
    parameters.maskedMean = try table["masked_mean"]?.choice(MaskedMean.self) ?? .all
    for key in ["epsilon", "delta", "gamma", "alpha", "margin", "beta"] {
      parameters.numbers[key] = try table.number(key)
    }
    for key in ["dimensions", "directions", "order"] {
      parameters.numbers[key] = try table.integer(key, 1...1 << 20).map(Double.init)
    }
    for key in ["takes_mean", "takes_latent_mean", "adds_epsilon"] {
      parameters.numbers[key] = try table.bool(key).map { $0 ? 1 : 0 }
    }
    if let form = parameters.form, ContrastiveLoss.Form(rawValue: form) == nil {
      throw value.error("has the form '\(form)'; give squaredMargin or hinge")
    }
  }

  private static func kind(_ value: RecipeValue) throws -> LossKind {
    let text = try value.string()
    guard let kind = LossKind(rawValue: text) else {
      throw value.unknown(text, among: LossKind.allCases.map(\.rawValue) + [GraphLossRecipe.kind])
    }
    return kind
  }

  /// A list of bounds, or `level1`: those of the 57 outputs of a Level-1 event.
  static func outputScales(_ value: RecipeValue) throws -> [Double] {
    if case .list(let elements) = value.content { return try elements.map { try $0.number() } }
    guard try value.string() == "level1" else {
      throw value.error("must be a list of bounds, one per output, or level1")
    }
    return BetaVAELoss.levelOneScales
  }

  /// The loss itself.
  ///
  /// - Parameters:
  ///   - targetIsScalar: the target has one number per event: labels for a categorical loss.
  ///   - values: how many the loss can read: those that it names, or the network's outputs.
  /// - Throws: ``RecipeError`` where these are too few.
  func loss(targetIsScalar: Bool, values: Int) throws -> AnyLoss {
    let numbers = parameters.numbers
    let epsilon = numbers["epsilon"] ?? 1e-7
    let logits = parameters.fromLogits ?? true
    let mean = parameters.maskedMean
    switch kind {
    case .meanSquaredError: return .meanSquaredError(MeanSquaredError(maskedMean: mean))
    case .meanAbsoluteError: return .meanAbsoluteError(MeanAbsoluteError(maskedMean: mean))
    case .meanSquaredLogarithmicError:
      return .meanSquaredLogarithmicError(
        MeanSquaredLogarithmicError(epsilon: epsilon, maskedMean: mean))
    case .logCosh: return .logCosh(LogCosh(maskedMean: mean))
    case .huber: return .huber(Huber(delta: numbers["delta"] ?? 1, maskedMean: mean))
    case .binaryCrossEntropy:
      return .binaryCrossEntropy(
        BinaryCrossEntropy(
          fromLogits: logits, labelSmoothing: parameters.labelSmoothing, epsilon: epsilon,
          addsEpsilon: numbers["adds_epsilon"] == 1, maskedMean: mean))
    case .categoricalCrossEntropy:
      return .categoricalCrossEntropy(
        CategoricalCrossEntropy(
          fromLogits: logits, takesLabels: parameters.labels ?? targetIsScalar,
          labelSmoothing: parameters.labelSmoothing, epsilon: epsilon))
    case .binaryFocal:
      return .binaryFocal(
        BinaryFocalLoss(
          fromLogits: logits, gamma: numbers["gamma"] ?? 2, alpha: numbers["alpha"], epsilon: epsilon,
          maskedMean: mean))
    case .hinge: return .hinge(Hinge(maskedMean: mean))
    case .squaredHinge: return .squaredHinge(SquaredHinge(maskedMean: mean))
    case .contrastive:
      let form = parameters.form.flatMap(ContrastiveLoss.Form.init(rawValue:))
      return .contrastive(
        ContrastiveLoss(form: form ?? .squaredMargin, margin: numbers["margin"] ?? 1))
    case .klDivergence: return .klDivergence(KLDivergence(epsilon: epsilon))
    case .gaussianKL: return .gaussianKL(GaussianKL(takesMean: (numbers["takes_mean"] ?? 1) == 1))
    case .betaVAE:
      let beta = numbers["beta"] ?? 0.8
      guard values >= 3 || (values == 1 && beta == 0) else {
        throw RecipeError(
          "the loss 'beta_vae' reads three values, the reconstruction, the latent means and the logarithms of their variances, and \(values == 1 ? "1 is" : "\(values) are") there; name them with 'inputs: [reconstruction, means, log_variances]' (two 'slice' layers take apart what holds both), or give 'beta: 0' for the reconstruction alone"
        )
      }
      return .betaVAE(
        BetaVAELoss(
          beta: beta, outputScales: parameters.outputScales,
          takesLatentMean: (numbers["takes_latent_mean"] ?? 1) == 1, hasLatent: values >= 3))
    case .slicedWasserstein:
      return .slicedWasserstein(
        SlicedWasserstein(
          dimensions: Int(numbers["dimensions"] ?? 1), directionCount: Int(numbers["directions"] ?? 64),
          order: Int(numbers["order"] ?? 2), seed: parameters.seed))
    }
  }

  /// Whether targets outside 0 to 1 have no meaning.
  var takesProbabilities: Bool { [.binaryCrossEntropy, .binaryFocal].contains(kind) }

  /// Above which a score of two classes is taken for class 1: 0 for logits and margins, one half for
  /// probabilities and for what is fitted to labels 0 and 1.
  var scoreThreshold: Float {
    switch kind {
    case .binaryCrossEntropy, .categoricalCrossEntropy, .binaryFocal:
      parameters.fromLogits ?? true ? 0 : 0.5
    case .hinge, .squaredHinge: 0
    default: 0.5
    }
  }
}
