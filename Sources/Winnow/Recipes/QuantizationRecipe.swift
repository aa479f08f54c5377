import WinnowFixedPoint
import WinnowTraining

/// The second part of a training: the float network gets number formats and is trained on.
struct QuantizationRecipe: Sendable {
  var plan: QuantizationPlan
  var policy: QuantizePolicy
  var epochs: Int
  var learningRate: Double?
  var calibrationRows: Int
  var correctsBiases: Bool
  /// A part before, in which steps are learned.
  var learnedSteps: LearnedStepsRecipe?

  private static let keys = [
    "weights", "biases", "activations", "inputs", "outputs", "scalers", "fold_scalers", "slopes", "rules",
    "epochs", "learning_rate", "delay", "gradient", "stochastic_rounding", "calibration_rows",
    "bias_correction", "learned_steps",
  ]

  init(_ value: RecipeValue, epochs floatEpochs: Int) throws {
    let table = try RecipeTable(value, keys: Self.keys)
    plan = QuantizationPlan()
    if let value = table["weights"] { plan.weights = try Precision.read(value, .weights) }
    if let value = table["biases"] { plan.biases = try Precision.read(value, .others) }
    if let value = table["activations"] { plan.activations = try Precision.read(value, .others) }
    if let value = table["inputs"] { plan.inputs = try Precision.read(value, .others) }
    if let value = table["outputs"] { plan.outputs = try Precision.read(value, .others) }
    if let value = table["scalers"] { plan.scalers = try Precision.read(value, .others) }
    if let folds = table["fold_scalers"] {
      plan.keepsPowersOfTwo = (try? folds.string()) == "but_powers_of_two"
      plan.foldsScalers = try plan.keepsPowersOfTwo || folds.bool()
    }
    plan.slopeBits = try table.integer("slopes", 0...62) ?? plan.slopeBits
    plan.rules = try table["rules"]?.list().map(Self.rule) ?? []
    epochs = try table.integer("epochs") ?? floatEpochs
    learningRate = try table.number("learning_rate")
    calibrationRows = try table.integer("calibration_rows", 1...1 << 24) ?? 8192
    correctsBiases = try table.bool("bias_correction") ?? false
    if let steps = table["learned_steps"], (try? steps.bool()) != false {
      learnedSteps = try LearnedStepsRecipe(steps, epochs: epochs)
    }
    policy = QuantizePolicy(
      gradient: try table["gradient"]?.choice(QuantizePolicy.Gradient.self)
        ?? (plan.namesQKeras ? .qkeras : .clipped),
      stochasticRounding: try table.bool("stochastic_rounding") ?? false,
      delay: UInt64(try table.integer("delay") ?? 0))
  }

  private static func rule(_ value: RecipeValue) throws -> QuantizationPlan.Rule {
    let table = try RecipeTable(
      value, keys: ["nodes", "operation", "weights", "biases", "activations"])
    return QuantizationPlan.Rule(
      nodes: try table.string("nodes"), operation: try table.string("operation"),
      weights: try table["weights"].map { try Precision.read($0, .weights) },
      biases: try table["biases"].map { try Precision.read($0, .others) },
      activations: try table["activations"].map { try Precision.read($0, .others) })
  }
}

extension QuantizationPlan {
  /// Whether a format is one of QKeras' quantisers, whose gradients are then taken, too.
  fileprivate var namesQKeras: Bool {
    let formats: [Precision?] = [weights, biases, activations, inputs, outputs, scalers]
    return (formats + rules.flatMap { [$0.weights, $0.biases, $0.activations] }).contains {
      if case .qkeras = $0 { true } else { false }
    }
  }
}

/// Steps that are learned, then rounded to powers of two.
struct LearnedStepsRecipe: Sendable {
  var steps = LearnedWidths(weights: .tensor, biases: .tensor, activations: .tensor)
  var epochs: Int

  /// `true`, or a table.
  init(_ value: RecipeValue, epochs standard: Int) throws {
    epochs = standard
    guard value.isTable else {
      _ = try value.bool()
      return
    }
    let table = try RecipeTable(
      value, keys: ["weights", "biases", "activations", "inputs", "fixed", "epochs"])
    if let value = table["weights"] { steps.weights = try value.choice(Granularity.self) }
    if let value = table["biases"] { steps.biases = try value.choice(Granularity.self) }
    if let value = table["activations"] { steps.activations = try value.choice(Granularity.self) }
    steps.learnsInputs = try table.bool("inputs") ?? false
    steps.fixed = try table["fixed"]?.elements.map { try $0.string() } ?? []
    epochs = try table.integer("epochs", 1...Int.max) ?? standard
  }
}

extension Precision {
  /// `8` bits, a type such as `fixed<8,1,RND_CONV,SAT>`, a quantiser as QKeras spells it, `real`, or a
  /// table of a width's settings.
  static func read(_ value: RecipeValue, _ place: QKerasQuantizer.Place) throws -> Precision {
    if value.isTable { return .width(try FittedWidth(recipe: value)) }
    if let bits = try? value.integer() {
      guard (1...64).contains(bits) else { throw value.error("is \(bits) bits; give 1 to 64") }
      return .bits(bits)
    }
    let text = try value.string()
    if text == "real" { return .real }
    do {
      return text.contains("(")
        ? .qkeras(try QKerasQuantizer(qkeras: text, at: place)) : .type(try FixedPointType(text: text))
    } catch { throw value.error(": \(error)") }
  }
}

extension FittedWidth {
  fileprivate init(recipe value: RecipeValue) throws {
    let table = try RecipeTable(
      value, keys: ["bits", "range", "granularity", "signed", "rounding", "overflow"])
    self.init(try table.required("bits").integer(1...64))
    if let range = table["range"] {
      switch try range.string() {
      case "minmax": self.range = .minimumMaximum
      case "mse": self.range = .squaredError
      case let text:
        guard text.hasPrefix("percentile "), let percent = Double(text.dropFirst(11)), percent > 0,
          percent <= 100
        else { throw range.error("is '\(text)'; give minmax, mse or, for example, percentile 99.9") }
        self.range = .percentile(percent)
      }
    }
    if let granularity = table["granularity"] {
      self.granularity = try granularity.choice(Granularity.self)
    }
    isSigned = try table.bool("signed")
    if let rounding = table["rounding"] { self.rounding = try rounding.choice(RoundingMode.self) }
    if let overflow = table["overflow"] { self.overflow = try overflow.choice(OverflowMode.self) }
  }
}

/// Widths that are learned, and what a bit costs.
struct WidthsRecipe: Sendable {
  var widths: LearnedWidths
  /// The factor β of bit operations, at the first and the last epoch.
  var beta: (first: Double, last: Double)
  /// How much larger than the smallest a validation loss may be for the network that is kept, the
  /// cheapest of those.
  var tolerance: Double

  init(_ value: RecipeValue) throws {
    let table = try RecipeTable(
      value,
      keys: ["beta", "weights", "biases", "activations", "inputs", "fixed", "tolerance"])
    let factors = try table.required("beta").elements.map { try $0.number() }
    guard factors.count == 1 || factors.count == 2, factors.allSatisfy({ $0 > 0 }) else {
      throw try table.required("beta").error("must be one number above 0, or two: first and last")
    }
    beta = (factors[0], factors[factors.count - 1])
    widths = LearnedWidths(
      weights: try table["weights"]?.choice(Granularity.self) ?? .element,
      biases: try table["biases"]?.choice(Granularity.self) ?? .element,
      activations: try table["activations"]?.choice(Granularity.self) ?? .channel,
      learnsInputs: try table.bool("inputs") ?? false,
      fixed: try table["fixed"]?.elements.map { try $0.string() } ?? [])
    tolerance = try table.number("tolerance") ?? 0.05
    guard tolerance >= 0 else { throw value.error("has a tolerance of \(tolerance); give 0 or more") }
  }

  func factor(steps: Int) -> BitOperationFactor {
    beta.first == beta.last || steps < 2
      ? .constant(beta.last)
      : .logarithmicRamp(from: beta.first, to: beta.last, begin: 0, end: steps - 1)
  }
}

/// What is computed on validation and test events at the end.
enum MetricKind: String, Sendable, CaseIterable { case accuracy, auc, rmse, mae, bias, r2 }
