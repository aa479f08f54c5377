import Winnow

/// A small network that answers as the DNN AE's reconstruction error does: beyond the paper, which names
/// both ways in its introduction.
///
/// - Reference: arXiv:2108.03986 section I; A. A. Pol et al., arXiv:2310.06047.
enum Student: Sendable, Hashable, Codable {
  /// `ln(1 + score)`, by regression, with numbers of 8 bits.
  case score
  /// Whether the score is above the threshold of a rate, with numbers of 8 bits.
  case decision
  /// As `score`, with widths that are learned against this factor of bit operations.
  case learnedWidths(Double)

  static let all: [Student] = [.score, .decision] + [3e-7, 1e-6, 3e-6].map { .learnedWidths($0) }

  /// Of the folder.
  var name: String {
    switch self {
    case .score: "score"
    case .decision: "decision"
    case .learnedWidths(let factor): "widths-\(factor)"
    }
  }

  var label: String {
    switch self {
    case .score: "score, 8 bits"
    case .decision: "decision, 8 bits"
    case .learnedWidths(let factor): "score, learned widths, \(Self.power(factor))"
    }
  }

  /// As `3·10⁻⁷`, of a number below 1 with one digit.
  private static func power(_ value: Double) -> String {
    let parts = "\(value)".split(separator: "e-")
    guard parts.count == 2 else { return "\(value)" }
    let digits = "⁰¹²³⁴⁵⁶⁷⁸⁹".map { $0 }
    let exponent = parts[1].drop { $0 == "0" }.compactMap(\.wholeNumberValue).map { digits[$0] }
    return parts[0].replacing(".0", with: "") + "·10⁻" + String(exponent)
  }

  private var isLearningWidths: Bool { if case .learnedWidths = self { true } else { false } }

  /// 57 → 16 → 8 → 1 behind a normalisation.
  private static let layers = [
    "{batch_normalization: , name: normalized}", "{dense: 16, initializer: he_uniform}", "relu",
    "{dense: 8, initializer: he_uniform}", "relu", "{dense: 1, name: answer}",
  ]

  /// The share of background that the decision keeps: the smallest that leaves enough to learn from.
  static func acceptance(_ events: Int) -> Double { max(1e-3, 50 / Double(max(events, 1))) }

  /// - Parameter events: to train on.
  func recipe(
    teacher: String, sample: TrainingSample, events: Int, settings: AnomalyDetectionSettings
  ) throws -> Recipe {
    var lines = [
      "name: student_\(name.replacing("-", with: "_").replacing(".", with: "_"))",
      "seed: \(settings.seed)", "threads: 1", "data:", "  file: \(AnomalyModel.quoted(sample.path))",
      "  inputs: {x: x}", "  targets: {t: t}",
      "  split: {validation: \(sample.validationShare), shuffle: false}",
      "network:", "  outputs: [answer]", "  layers:",
    ]
    lines += Self.layers.map { "    - \($0)" }
    lines += [
      "distillation:", "  teacher: \(AnomalyModel.quoted(teacher))",
      "  score: {kind: mse, target: t, mask: x, output_scales: level1}",
    ]
    lines +=
      self == .decision
      ? ["  learn: decision", "  acceptance: \(Self.acceptance(events))", "  balanced: true"]
      : ["  learn: logarithm"]
    lines += [
      "optimizer: {kind: adam, learning_rate: 0.003}", "schedule: cosine", "batch: \(settings.batch)",
      "epochs: \(settings.epochs)",
      "quantization:", "  weights: 'quantized_bits(8,1,alpha=1)'", "  biases: 'quantized_bits(16,6)'",
      "  activations: 'ufixed<10,4,RND,SAT>'", "  inputs: 'fixed<16,11,RND_CONV,SAT>'",
      "  outputs: 'fixed<16,7,RND_CONV,SAT>'", "  fold_scalers: but_powers_of_two",
      "  epochs: \(settings.quantizationEpochs * (isLearningWidths ? 6 : 2))",
      // Adam moves a width by at most its rate in a step; some bits must be on their way.
      "  learning_rate: \(isLearningWidths ? 0.005 : 0.001)", "  rules:",
      "    - {nodes: 'normalized*', activations: 'fixed<9,7,RND,SAT>'}",
    ]
    if case .learnedWidths(let factor) = self {
      lines.append("widths: {beta: \(factor), weights: element, activations: channel, tolerance: 0.5}")
    }
    return try Recipe(yaml: lines.joined(separator: "\n"))
  }
}
