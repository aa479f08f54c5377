/// RMSprop, with momentum and centred where asked.
///
///     v = ρ v + (1 − ρ) g²       c = ρ c + (1 − ρ) g where centred, else 0
///     s = √(v − c²) + ε, or √(v − c² + ε)
///     Keras:    b = μ b + η g / s       p −= b
///     PyTorch:  b = μ b + g / s         p −= η b
///
/// ε stands under the root in Keras 3, and in `tf.keras` of 2020 with momentum but not without; it
/// stands outside in stand-alone Keras and PyTorch. Keras: η 0.001, ρ 0.9, ε 1e-7; PyTorch: η 0.01,
/// ρ ("alpha") 0.99, ε 1e-8.
///
/// - Reference: T. Tieleman and G. Hinton, Lecture 6.5, Coursera 2012; centred: A. Graves,
///   arXiv:1308.0850, equations 38 to 45.
public struct RMSprop: Optimizer {
  public static let kind = OptimizerKind.rmsprop

  public var learningRate: Double
  public var rho: Double
  public var momentum: Double
  public var epsilon: Double
  public var isCentered: Bool
  /// Whether ε stands under the root.
  public var epsilonUnderRoot: Bool
  /// Whether the velocity holds steps, learning rate included, as in Keras, or scaled gradients.
  public var velocityHoldsRate: Bool
  public var weightDecay = WeightDecay.none

  public init(
    convention: OptimizerConvention, learningRate: Double? = nil, rho: Double? = nil,
    momentum: Double = 0, epsilon: Double? = nil, isCentered: Bool = false
  ) {
    let isPyTorch = convention == .pytorch
    self.learningRate = learningRate ?? (isPyTorch ? 0.01 : 0.001)
    self.rho = rho ?? (isPyTorch ? 0.99 : 0.9)
    self.momentum = momentum
    self.epsilon = epsilon ?? (isPyTorch ? 1e-8 : 1e-7)
    self.isCentered = isCentered
    epsilonUnderRoot = convention == .keras3 || (convention == .keras2020 && momentum > 0)
    velocityHoldsRate = !isPyTorch
  }

  public var slots: [OptimizerSlot] {
    [OptimizerSlot("squaredGradient")]
      + (isCentered ? [OptimizerSlot("gradient")] : [])
      + (momentum > 0 ? [OptimizerSlot("velocity")] : [])
  }

  public func validate() throws(HyperparameterError) {
    try Self.checkRate(learningRate, weightDecay)
    try Self.checkFraction(rho, "rho")
    try Self.checkFraction(momentum, "momentum")
    try Self.checkEpsilon(epsilon)
  }

  public func apply<Scalar: OptimizerScalar>(
    parameters: UnsafeMutablePointer<Scalar>, gradients: UnsafePointer<Scalar>,
    slots: OptimizerSlots<Scalar>, range: Range<Int>, step: OptimizerStep
  ) {
    let rate = Scalar(step.learningRate)
    let numbers = RMSpropCoefficients<Scalar>(
      rho: Scalar(rho), take: Scalar(1 - rho), inner: epsilonUnderRoot ? Scalar(epsilon) : 0,
      outer: epsilonUnderRoot ? 0 : Scalar(epsilon), momentum: Scalar(momentum),
      before: velocityHoldsRate ? rate : 1, after: velocityHoldsRate ? 1 : rate)
    let mean = unsafe isCentered ? slots[1] : nil
    if momentum > 0 {
      unsafe momentumStep(
        parameters, gradients, slots[0], mean, slots[isCentered ? 2 : 1], range, numbers)
    } else {
      unsafe plainStep(parameters, gradients, slots[0], mean, range, numbers, rate)
    }
  }
}

/// The numbers of one step of RMSprop.
private struct RMSpropCoefficients<Scalar: OptimizerScalar> {
  let rho: Scalar
  let take: Scalar
  /// ε under the root and outside; one of them is 0.
  let inner: Scalar
  let outer: Scalar
  let momentum: Scalar
  /// The learning rate before and after the velocity; one of them is 1.
  let before: Scalar
  let after: Scalar
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func plainStep<Scalar: OptimizerScalar>(
  _ p: UnsafeMutablePointer<Scalar>, _ g: UnsafePointer<Scalar>, _ v: UnsafeMutablePointer<Scalar>,
  _ mean: UnsafeMutablePointer<Scalar>?, _ range: Range<Int>, _ c: RMSpropCoefficients<Scalar>,
  _ rate: Scalar
) {
  if let mean = unsafe mean {
    for i in range {
      let gradient = unsafe g[i]
      let square = unsafe c.rho * v[i] + c.take * (gradient * gradient)
      let average = unsafe c.rho * mean[i] + c.take * gradient
      unsafe v[i] = square
      unsafe mean[i] = average
      let scale = (square - average * average + c.inner).squareRoot() + c.outer
      unsafe p[i] -= rate * gradient / scale
    }
  } else {
    for i in range {
      let gradient = unsafe g[i]
      let square = unsafe c.rho * v[i] + c.take * (gradient * gradient)
      unsafe v[i] = square
      unsafe p[i] -= rate * gradient / ((square + c.inner).squareRoot() + c.outer)
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func momentumStep<Scalar: OptimizerScalar>(
  _ p: UnsafeMutablePointer<Scalar>, _ g: UnsafePointer<Scalar>, _ v: UnsafeMutablePointer<Scalar>,
  _ mean: UnsafeMutablePointer<Scalar>?, _ velocity: UnsafeMutablePointer<Scalar>,
  _ range: Range<Int>, _ c: RMSpropCoefficients<Scalar>
) {
  for i in range {
    let gradient = unsafe g[i]
    let square = unsafe c.rho * v[i] + c.take * (gradient * gradient)
    unsafe v[i] = square
    var variance = square
    if let mean = unsafe mean {
      let average = unsafe c.rho * mean[i] + c.take * gradient
      unsafe mean[i] = average
      variance -= average * average
    }
    let scale = (variance + c.inner).squareRoot() + c.outer
    let move = unsafe c.momentum * velocity[i] + c.before * gradient / scale
    unsafe velocity[i] = move
    unsafe p[i] -= c.after * move
  }
}
