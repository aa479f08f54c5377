/// Stochastic gradient descent, with classical or Nesterov momentum.
///
///     Keras:    v = μ v − η g            p += v        Nesterov: p += μ v − η g
///     PyTorch:  b = μ b + (1 − τ) g      p −= η b      Nesterov: p −= η (g + μ b)
///
/// The two agree while the learning rate η stays the same; PyTorch's first `b` is `g` itself.
///
/// - Reference: I. Sutskever et al., On the importance of initialization and momentum in deep
///   learning, ICML 2013.
public struct SGD: Optimizer {
  public static let kind = OptimizerKind.sgd

  public var learningRate: Double
  public var momentum: Double
  public var isNesterov: Bool
  /// τ, the part of the gradient kept out of the velocity; PyTorch only.
  public var dampening: Double
  /// Whether the velocity holds steps, learning rate included, as in Keras, or gradients.
  public var velocityHoldsRate: Bool
  public var weightDecay = WeightDecay.none

  /// The rule of a convention; its default learning rate is 0.01, PyTorch's 0.001.
  public init(
    convention: OptimizerConvention, learningRate: Double? = nil, momentum: Double = 0,
    isNesterov: Bool = false, dampening: Double = 0
  ) {
    let isPyTorch = convention == .pytorch
    self.learningRate = learningRate ?? (isPyTorch ? 0.001 : 0.01)
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.dampening = dampening
    velocityHoldsRate = !isPyTorch
  }

  public var slots: [OptimizerSlot] { momentum == 0 ? [] : [OptimizerSlot("velocity")] }

  public func validate() throws(HyperparameterError) {
    try Self.checkRate(learningRate, weightDecay)
    try Self.checkFraction(momentum, "momentum")
    try HyperparameterError.require(
      dampening.isFinite && (dampening == 0 || !velocityHoldsRate),
      "a dampening of \(dampening) belongs to PyTorch's SGD; leave it at 0 or choose that")
    try HyperparameterError.require(
      !isNesterov || (momentum > 0 && dampening == 0),
      "Nesterov's momentum needs a momentum above 0 and no dampening")
  }

  public func apply<Scalar: OptimizerScalar>(
    parameters: UnsafeMutablePointer<Scalar>, gradients: UnsafePointer<Scalar>,
    slots: OptimizerSlots<Scalar>, range: Range<Int>, step: OptimizerStep
  ) {
    let rate = Scalar(step.learningRate)
    if momentum == 0 { return unsafe plainStep(parameters, gradients, range, rate) }
    let (mu, velocity) = unsafe (Scalar(momentum), slots[0])
    if velocityHoldsRate {
      unsafe kerasMomentumStep(parameters, gradients, velocity, range, rate, mu, isNesterov)
    } else {
      let taken = step.number == 1 ? 1 : Scalar(1 - dampening)
      unsafe torchMomentumStep(
        parameters, gradients, velocity, range, rate, mu, taken, isNesterov)
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func plainStep<Scalar: OptimizerScalar>(
  _ p: UnsafeMutablePointer<Scalar>, _ g: UnsafePointer<Scalar>, _ range: Range<Int>,
  _ rate: Scalar
) {
  for i in range { unsafe p[i] -= rate * g[i] }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func kerasMomentumStep<Scalar: OptimizerScalar>(
  _ p: UnsafeMutablePointer<Scalar>, _ g: UnsafePointer<Scalar>, _ v: UnsafeMutablePointer<Scalar>,
  _ range: Range<Int>, _ rate: Scalar, _ mu: Scalar, _ isNesterov: Bool
) {
  if isNesterov {
    for i in range {
      let move = unsafe rate * g[i]
      let velocity = unsafe mu * v[i] - move
      unsafe v[i] = velocity
      unsafe p[i] += mu * velocity - move
    }
  } else {
    for i in range {
      let velocity = unsafe mu * v[i] - rate * g[i]
      unsafe v[i] = velocity
      unsafe p[i] += velocity
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func torchMomentumStep<Scalar: OptimizerScalar>(
  _ p: UnsafeMutablePointer<Scalar>, _ g: UnsafePointer<Scalar>, _ b: UnsafeMutablePointer<Scalar>,
  _ range: Range<Int>, _ rate: Scalar, _ mu: Scalar, _ taken: Scalar, _ isNesterov: Bool
) {
  if isNesterov {
    for i in range {
      let velocity = unsafe mu * b[i] + taken * g[i]
      unsafe b[i] = velocity
      unsafe p[i] -= rate * (g[i] + mu * velocity)
    }
  } else {
    for i in range {
      let velocity = unsafe mu * b[i] + taken * g[i]
      unsafe b[i] = velocity
      unsafe p[i] -= rate * velocity
    }
  }
}
