import WinnowTraining

extension AnyOptimizer {
  private static let common = ["kind", "convention", "learning_rate"]

  private static func keys(_ kind: OptimizerKind) -> [String] {
    switch kind {
    case .sgd: ["momentum", "nesterov", "dampening", "weight_decay"]
    case .adam: ["beta1", "beta2", "epsilon", "amsgrad", "weight_decay"]
    case .adamW: ["beta1", "beta2", "epsilon", "amsgrad", "weight_decay"]
    case .nadam: ["beta1", "beta2", "epsilon", "schedule_decay"]
    case .adadelta: ["rho", "epsilon"]
    case .adagrad: ["initial_accumulator", "epsilon", "learning_rate_decay"]
    case .rmsprop: ["rho", "momentum", "epsilon", "centered"]
    }
  }

  /// An optimiser by its name alone, or with a convention and numbers.
  init(recipe value: RecipeValue) throws {
    guard value.isTable else {
      self = try value.choice(OptimizerKind.self).optimizer(convention: .keras3)
      return
    }
    let all = OptimizerKind.allCases.flatMap(Self.keys)
    let kind = try RecipeTable(value, keys: Self.common + all).required("kind")
      .choice(OptimizerKind.self)
    let table = try RecipeTable(value, keys: Self.common + Self.keys(kind))
    let convention = try table["convention"]?.choice(OptimizerConvention.self) ?? .keras3
    let rate = try table.number("learning_rate")
    let (beta1, beta2) = (try table.number("beta1") ?? 0.9, try table.number("beta2") ?? 0.999)
    let epsilon = try table.number("epsilon")
    let momentum = try table.number("momentum") ?? 0
    let decay = try table.number("weight_decay")
    switch kind {
    case .sgd:
      var rule = SGD(
        convention: convention, learningRate: rate, momentum: momentum,
        isNesterov: try table.bool("nesterov") ?? false,
        dampening: try table.number("dampening") ?? 0)
      if let decay { rule.weightDecay = WeightDecay(rate: decay) }
      self = .sgd(rule)
    case .adam:
      var rule = Adam(
        convention: convention, learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon,
        isAMSGrad: try table.bool("amsgrad") ?? false)
      if let decay { rule.weightDecay = WeightDecay(rate: decay) }
      self = .adam(rule)
    case .adamW:
      self = .adamW(
        AdamW(
          convention: convention, learningRate: rate, weightDecay: decay, beta1: beta1, beta2: beta2,
          epsilon: epsilon, isAMSGrad: try table.bool("amsgrad") ?? false))
    case .nadam:
      self = .nadam(
        Nadam(
          convention: convention, learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon,
          scheduleDecay: try table.number("schedule_decay")))
    case .adadelta:
      self = .adadelta(
        Adadelta(
          convention: convention, learningRate: rate, rho: try table.number("rho"), epsilon: epsilon))
    case .adagrad:
      self = .adagrad(
        Adagrad(
          convention: convention, learningRate: rate,
          initialAccumulator: try table.number("initial_accumulator"), epsilon: epsilon,
          learningRateDecay: try table.number("learning_rate_decay") ?? 0))
    case .rmsprop:
      self = .rmsprop(
        RMSprop(
          convention: convention, learningRate: rate, rho: try table.number("rho"),
          momentum: momentum, epsilon: epsilon, isCentered: try table.bool("centered") ?? false))
    }
    do { try optimizer.validate() } catch { throw value.error("is impossible: \(error)") }
  }

  /// The same rule with another learning rate.
  func withLearningRate(_ rate: Double) -> AnyOptimizer {
    func changed<Rule: Optimizer>(_ rule: Rule) -> Rule {
      var rule = rule
      rule.learningRate = rate
      return rule
    }
    switch self {
    case .sgd(let rule): return .sgd(changed(rule))
    case .adam(let rule): return .adam(changed(rule))
    case .adamW(let rule): return .adamW(changed(rule))
    case .nadam(let rule): return .nadam(changed(rule))
    case .adadelta(let rule): return .adadelta(changed(rule))
    case .adagrad(let rule): return .adagrad(changed(rule))
    case .rmsprop(let rule): return .rmsprop(changed(rule))
    }
  }
}

extension GradientClipping {
  /// `{value: 1}`, `{norm: 1}` of each tensor, or `{global_norm: 1}`; a number is a global norm.
  init(recipe value: RecipeValue) throws {
    guard value.isTable else {
      self = .globalNorm(limit: try value.number())
      return
    }
    let table = try RecipeTable(value, keys: ["value", "norm", "global_norm"])
    guard try value.table().count == 1 else { throw value.error("takes one of value, norm, global_norm") }
    if let limit = try table.number("value") {
      self = .value(limit: limit)
    } else if let limit = try table.number("norm") {
      self = .norm(limit: limit)
    } else {
      self = .globalNorm(limit: try table.required("global_norm").number())
    }
    do { try validate() } catch { throw value.error("is impossible: \(error)") }
  }
}

extension ExponentialMovingAverage {
  /// A decay, or `{decay: 0.999, warm_up: true}`.
  init(recipe value: RecipeValue) throws {
    if value.isTable {
      let table = try RecipeTable(value, keys: ["decay", "warm_up"])
      self.init(
        decay: try table.number("decay") ?? 0.999, warmsUp: try table.bool("warm_up") ?? false)
    } else {
      self.init(decay: try value.number())
    }
    do { try validate() } catch { throw value.error("is impossible: \(error)") }
  }
}
