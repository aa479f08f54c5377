import WinnowTraining

/// A learning rate over the epochs; lengths are in epochs, which may be fractions.
struct ScheduleRecipe: Sendable {
  enum Kind: String, CaseIterable {
    case constant, step, exponential, polynomial, cosine, cyclic
    case multiStep = "multi_step"
    case inverseTime = "inverse_time"
    case cosineRestarts = "cosine_restarts"
    case oneCycle = "one_cycle"
  }

  private let value: RecipeValue

  private static let common = ["kind", "initial", "warm_up", "warm_up_start"]

  private static func keys(_ kind: Kind) -> [String] {
    switch kind {
    case .constant: []
    case .step: ["factor", "every"]
    case .multiStep: ["factor", "milestones"]
    case .exponential: ["decay", "epochs", "stairs"]
    case .inverseTime: ["decay", "epochs", "stairs"]
    case .polynomial: ["minimum", "epochs", "power"]
    case .cosine: ["minimum", "epochs"]
    case .cosineRestarts: ["minimum", "epochs", "period_factor", "height_factor"]
    case .cyclic: ["minimum", "maximum", "half_period", "shape", "gamma"]
    case .oneCycle: ["maximum", "epochs", "rising_part", "divisor", "final_divisor"]
    }
  }

  init(_ value: RecipeValue) throws {
    self.value = value
    // Whatever the numbers of steps are, the keys can be checked now.
    _ = try schedule(rate: 0.001, stepsPerEpoch: 100, epochs: 10)
  }

  func schedule(rate: Double, stepsPerEpoch: Int, epochs: Int) throws -> AnySchedule {
    if !value.isTable {
      return try make(
        value.choice(Kind.self), RecipeTable(emptyAt: value), rate, stepsPerEpoch, epochs)
    }
    let all = Kind.allCases.flatMap(Self.keys)
    let kind = try RecipeTable(value, keys: Self.common + all).required("kind").choice(Kind.self)
    let table = try RecipeTable(value, keys: Self.common + Self.keys(kind))
    var schedule = try make(
      kind, table, table.number("initial") ?? rate, stepsPerEpoch, epochs)
    if let warmUp = try table.number("warm_up") {
      schedule = .warmUp(
        WarmUp(
          schedule, steps: Int((warmUp * Double(stepsPerEpoch)).rounded()),
          startFactor: try table.number("warm_up_start") ?? 0))
    }
    do { try schedule.validate() } catch { throw value.error("is impossible: \(error)") }
    return schedule
  }

  private func make(
    _ kind: Kind, _ table: RecipeTable, _ initial: Double, _ stepsPerEpoch: Int, _ epochs: Int
  ) throws -> AnySchedule {
    func steps(_ key: String, orElse standard: Double) throws -> Int {
      let epochs = try table.number(key) ?? standard
      guard epochs > 0, epochs < 1e9 else {
        throw value.error("has \(key) of \(epochs) epochs; give a number above 0")
      }
      return max(1, Int((epochs * Double(stepsPerEpoch)).rounded()))
    }
    let all = Double(max(epochs, 1))
    let minimum = try table.number("minimum") ?? 0
    switch kind {
    case .constant: return .constant(ConstantSchedule(initial))
    case .step:
      return .step(
        StepSchedule(
          initial: initial, factor: try table.number("factor") ?? 0.1,
          every: try steps("every", orElse: max(1, all / 3))))
    case .multiStep:
      let milestones = try table["milestones"]?.list().map { try $0.number() } ?? [all / 2, all * 3 / 4]
      return .multiStep(
        MultiStepSchedule(
          initial: initial, factor: try table.number("factor") ?? 0.1,
          milestones: milestones.map { Int(($0 * Double(stepsPerEpoch)).rounded()) }))
    case .exponential:
      return .exponential(
        ExponentialSchedule(
          initial: initial, decay: try table.number("decay") ?? 0.9,
          steps: try steps("epochs", orElse: 1), inStairs: try table.bool("stairs") ?? false))
    case .inverseTime:
      return .inverseTime(
        InverseTimeSchedule(
          initial: initial, decay: try table.number("decay") ?? 1,
          steps: try steps("epochs", orElse: 1), inStairs: try table.bool("stairs") ?? false))
    case .polynomial:
      return .polynomial(
        PolynomialSchedule(
          initial: initial, final: minimum, steps: try steps("epochs", orElse: all),
          power: try table.number("power") ?? 1))
    case .cosine:
      return .cosine(
        CosineSchedule(initial: initial, minimum: minimum, steps: try steps("epochs", orElse: all)))
    case .cosineRestarts:
      return .cosineRestarts(
        CosineRestartsSchedule(
          initial: initial, minimum: minimum, firstPeriod: try steps("epochs", orElse: max(1, all / 7)),
          periodFactor: try table.number("period_factor") ?? 2,
          heightFactor: try table.number("height_factor") ?? 1))
    case .cyclic:
      return .cyclic(
        CyclicSchedule(
          minimum: try table.number("minimum") ?? initial / 10,
          maximum: try table.number("maximum") ?? initial,
          halfPeriod: try steps("half_period", orElse: 2), shape: try shape(table)))
    case .oneCycle:
      return .oneCycle(
        OneCycleSchedule(
          maximum: try table.number("maximum") ?? initial, steps: try steps("epochs", orElse: all),
          risingPart: try table.number("rising_part") ?? 0.3,
          divisor: try table.number("divisor") ?? 25,
          finalDivisor: try table.number("final_divisor") ?? 1e4))
    }
  }
}

extension ScheduleRecipe {
  private enum CyclicShape: String, CaseIterable { case triangular, halving, exponential }

  private func shape(_ table: RecipeTable) throws -> CyclicSchedule.Shape {
    let shape = try table["shape"]?.choice(CyclicShape.self) ?? .triangular
    let gamma = try table.number("gamma")
    if shape != .exponential, let gamma = table["gamma"] {
      throw gamma.error("belongs to 'shape: exponential', and is the factor of each step")
    }
    switch shape {
    case .triangular: return .triangular
    case .halving: return .halving
    case .exponential: return .exponential(gamma: gamma ?? 0.9999)
    }
  }
}

/// Lowers the rate where the validation loss no longer falls.
struct PlateauRecipe: Sendable {
  var factor: Double
  var patience: Int
  var minimumChange: Double
  var cooldown: Int
  var minimumRate: Double

  init(_ value: RecipeValue) throws {
    let table = try RecipeTable(
      value, keys: ["factor", "patience", "minimum_change", "cooldown", "minimum_rate"])
    factor = try table.number("factor") ?? 0.1
    patience = try table.integer("patience") ?? 10
    minimumChange = try table.number("minimum_change") ?? 1e-4
    cooldown = try table.integer("cooldown") ?? 0
    minimumRate = try table.number("minimum_rate") ?? 0
    do { try plateau(rate: 0.001).validate() } catch { throw value.error("is impossible: \(error)") }
  }

  func plateau(rate: Double) -> ReduceOnPlateau {
    ReduceOnPlateau(
      initial: rate, factor: factor, patience: patience,
      improvement: Improvement(minimumChange: minimumChange), cooldown: cooldown,
      minimumRate: minimumRate)
  }
}

extension EarlyStopping {
  init(recipe value: RecipeValue) throws {
    let table = try RecipeTable(
      value, keys: ["patience", "minimum_change", "baseline", "first_epoch"])
    self.init(
      patience: try table.integer("patience") ?? 10,
      improvement: Improvement(minimumChange: try table.number("minimum_change") ?? 0),
      baseline: try table.number("baseline"), firstEpoch: try table.integer("first_epoch") ?? 0)
  }
}
