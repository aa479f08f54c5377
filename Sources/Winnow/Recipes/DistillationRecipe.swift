import WinnowTraining

/// A trained network whose answers, or whose score of an event, are learned.
struct DistillationRecipe: Sendable {
  enum Kind: String, CaseIterable {
    case mse, mae, kl
    case binaryCrossEntropy = "binary_crossentropy"
  }

  /// What is learned of a score.
  enum Lesson: String, CaseIterable {
    /// The number itself.
    case score
    /// `ln(1 + score)`.
    case logarithm
    /// Whether it is above a threshold.
    case decision
  }

  /// How a detector's outputs become a score; outputs that are not named are filled in later.
  struct Score: Sendable {
    enum Kind: String, CaseIterable { case mse, kl, rz }
    var kind: Kind
    var outputs: [String] = []
    var target: String?
    var mask: String?
    var scales: [Double] = []
    var takesMean = true
    let place: RecipeValue
  }

  var teacher: String
  var kind: Kind
  var temperature: Double
  var weight: Double
  var score: Score?
  var lesson: Lesson
  /// The share of the training events above the threshold.
  var acceptance: Double?
  var threshold: Double?
  /// Both decisions weigh the same in all.
  var isBalanced: Bool
  /// The teacher runs beside the student at every step, and nothing of it is kept in memory.
  var isLive: Bool

  private static let keys = [
    "teacher", "loss", "temperature", "weight", "score", "learn", "acceptance", "threshold",
    "balanced", "live",
  ]

  init(_ value: RecipeValue, _ files: RecipeFiles) throws {
    let table = try RecipeTable(value, keys: Self.keys)
    teacher = files.path(try table.required("teacher").string())
    score = try table["score"].map(Score.init)
    lesson = try table["learn"]?.choice(Lesson.self) ?? .score
    let standard: Kind = lesson == .decision ? .binaryCrossEntropy : .mse
    kind = try table["loss"]?.choice(Kind.self) ?? standard
    temperature = try table.number("temperature") ?? 1
    weight = try table.number("weight") ?? 1
    acceptance = try table.number("acceptance")
    threshold = try table.number("threshold")
    isBalanced = try table.bool("balanced") ?? false
    isLive = try table.bool("live") ?? false
    guard temperature > 0 else { throw value.error("has the temperature \(temperature); give one above 0") }
    guard weight > 0 else { throw value.error("has the weight \(weight); give one above 0") }
    if let temperature = table["temperature"], kind != .kl {
      throw temperature.error("belongs to the loss kl")
    }
    if let score = table["score"], kind == .kl {
      throw score.error("is one number per event, of which there is no divergence; give another loss")
    }
    try checkDecision(table)
  }

  private func checkDecision(_ table: RecipeTable) throws {
    guard lesson == .decision else {
      for key in ["acceptance", "threshold", "balanced"] {
        if let entry = table[key] { throw entry.error("belongs to 'learn: decision'") }
      }
      if kind == .binaryCrossEntropy, let loss = table["loss"] {
        throw loss.error("belongs to 'learn: decision'; give mse or mae")
      }
      return
    }
    guard kind == .binaryCrossEntropy else {
      throw table.value.error(
        "learns decisions with the loss \(kind.rawValue); leave 'loss' out, or give binary_crossentropy")
    }
    guard (acceptance == nil) != (threshold == nil) else {
      throw table.value.error(
        "learns decisions; give one of 'acceptance' (the share of events above the threshold) and 'threshold'"
      )
    }
    if let acceptance, acceptance <= 0 || acceptance >= 1 {
      throw try table.required("acceptance").error(
        "is \(acceptance); give a share between 0 and 1, such as 0.001")
    }
  }
}

extension DistillationRecipe.Score {
  /// `mse`, `kl` or `rz`, or a table.
  init(_ value: RecipeValue) throws {
    place = value
    guard value.isTable else {
      kind = try value.choice(Kind.self)
      return
    }
    let own: [Kind: [String]] = [.mse: ["target", "mask", "output_scales"], .kl: ["mean"], .rz: []]
    let common = ["kind", "output", "outputs"]
    kind = try RecipeTable(value, keys: common + own.values.flatMap { $0 }).required("kind")
      .choice(Kind.self)
    let table = try RecipeTable(value, keys: common + own[kind]!)
    outputs = try (table["outputs"] ?? table["output"])?.elements.map { try $0.string() } ?? []
    target = try table.string("target")
    mask = try table.string("mask")
    scales = try table["output_scales"].map(LossRecipe.outputScales) ?? []
    takesMean = try table.bool("mean") ?? true
    let wanted = kind == .mse ? 1 : 2
    guard outputs.isEmpty || outputs.count == wanted else {
      throw value.error(
        "names \(outputs.count) outputs; the score \(kind.rawValue) reads \(wanted == 1 ? "one" : "two, μ and ln σ²")"
      )
    }
  }
}
