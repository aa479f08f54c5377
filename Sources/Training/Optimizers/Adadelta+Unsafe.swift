/// Adadelta.
///
///     a = ρ a + (1 − ρ) g²       Δ = √(d + ε) / √(a + ε) · g       d = ρ d + (1 − ρ) Δ²
///     p −= η Δ
///
/// The paper has no learning rate, which is η = 1: so in stand-alone Keras (2.3 and before, "Keras"
/// of papers up to 2020) and in PyTorch. `tf.keras` and Keras 3 start from η = 0.001. ρ is 0.95 in
/// Keras, 0.9 in PyTorch; ε is 1e-7 and 1e-6.
///
/// - Reference: M. D. Zeiler, arXiv:1212.5701, algorithm 1.
public struct Adadelta: Optimizer {
  public static let kind = OptimizerKind.adadelta

  public var learningRate: Double
  public var rho: Double
  public var epsilon: Double
  public var weightDecay = WeightDecay.none

  public init(
    convention: OptimizerConvention, learningRate: Double? = nil, rho: Double? = nil,
    epsilon: Double? = nil
  ) {
    let isPyTorch = convention == .pytorch
    let startsAtOne = isPyTorch || convention == .kerasStandalone
    self.learningRate = learningRate ?? (startsAtOne ? 1 : 0.001)
    self.rho = rho ?? (isPyTorch ? 0.9 : 0.95)
    self.epsilon = epsilon ?? (isPyTorch ? 1e-6 : 1e-7)
  }

  public var slots: [OptimizerSlot] {
    [OptimizerSlot("squaredGradient"), OptimizerSlot("squaredUpdate")]
  }

  public func validate() throws(HyperparameterError) {
    try Self.checkRate(learningRate, weightDecay)
    try Self.checkFraction(rho, "rho")
    try Self.checkEpsilon(epsilon)
  }

  public func apply<Scalar: OptimizerScalar>(
    parameters: UnsafeMutablePointer<Scalar>, gradients: UnsafePointer<Scalar>,
    slots: OptimizerSlots<Scalar>, range: Range<Int>, step: OptimizerStep
  ) {
    unsafe adadeltaStep(
      parameters, gradients, slots[0], slots[1], range, Scalar(step.learningRate), Scalar(rho),
      Scalar(1 - rho), Scalar(epsilon))
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func adadeltaStep<Scalar: OptimizerScalar>(
  _ p: UnsafeMutablePointer<Scalar>, _ g: UnsafePointer<Scalar>, _ a: UnsafeMutablePointer<Scalar>,
  _ d: UnsafeMutablePointer<Scalar>, _ range: Range<Int>, _ rate: Scalar, _ rho: Scalar,
  _ take: Scalar, _ epsilon: Scalar
) {
  for i in range {
    let gradient = unsafe g[i]
    let square = unsafe rho * a[i] + take * (gradient * gradient)
    let move = unsafe (d[i] + epsilon).squareRoot() * gradient / (square + epsilon).squareRoot()
    unsafe a[i] = square
    unsafe d[i] = rho * d[i] + take * (move * move)
    unsafe p[i] -= rate * move
  }
}
