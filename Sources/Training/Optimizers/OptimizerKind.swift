/// The update rules there are.
public enum OptimizerKind: String, Sendable, Codable, Hashable, CaseIterable {
  case sgd
  case adam
  case adamW = "adamw"
  case nadam
  case adadelta
  case adagrad
  case rmsprop

  /// The rule with all defaults of a convention.
  public func optimizer(convention: OptimizerConvention) -> AnyOptimizer {
    switch self {
    case .sgd: .sgd(SGD(convention: convention))
    case .adam: .adam(Adam(convention: convention))
    case .adamW: .adamW(AdamW(convention: convention))
    case .nadam: .nadam(Nadam(convention: convention))
    case .adadelta: .adadelta(Adadelta(convention: convention))
    case .adagrad: .adagrad(Adagrad(convention: convention))
    case .rmsprop: .rmsprop(RMSprop(convention: convention))
    }
  }
}

/// One of the optimisers, as a recipe or checkpoint holds it.
public enum AnyOptimizer: Sendable, Codable, Hashable {
  case sgd(SGD)
  case adam(Adam)
  case adamW(AdamW)
  case nadam(Nadam)
  case adadelta(Adadelta)
  case adagrad(Adagrad)
  case rmsprop(RMSprop)

  /// The optimiser itself.
  public var optimizer: any Optimizer {
    switch self {
    case .sgd(let optimizer): optimizer
    case .adam(let optimizer): optimizer
    case .adamW(let optimizer): optimizer
    case .nadam(let optimizer): optimizer
    case .adadelta(let optimizer): optimizer
    case .adagrad(let optimizer): optimizer
    case .rmsprop(let optimizer): optimizer
    }
  }

  public var kind: OptimizerKind {
    switch self {
    case .sgd: .sgd
    case .adam: .adam
    case .adamW: .adamW
    case .nadam: .nadam
    case .adadelta: .adadelta
    case .adagrad: .adagrad
    case .rmsprop: .rmsprop
    }
  }
}
