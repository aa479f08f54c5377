/// Adagrad.
///
///     a += g²
///     p −= η g / (√a + ε)      Keras 3: p −= η g / √(a + ε)
///
/// | | η | a starts at | ε |
/// |---|---|---|---|
/// | stand-alone Keras | 0.01 | 0 | 1e-7 |
/// | `tf.keras` of 2020, Keras 3 | 0.001 | 0.1 | 1e-7 |
/// | PyTorch | 0.01 | 0 | 1e-10 |
///
/// PyTorch alone lets the rate fall as `η / (1 + (t − 1) decay)`.
///
/// - Reference: J. Duchi, E. Hazan and Y. Singer, J. Mach. Learn. Res. 12 (2011) 2121, figure 1.
public struct Adagrad: Optimizer {
  public static let kind = OptimizerKind.adagrad

  public var learningRate: Double
  public var initialAccumulator: Double
  public var epsilon: Double
  /// Whether ε stands under the root, as in Keras 3.
  public var epsilonUnderRoot: Bool
  /// How the rate falls with the step; 0 keeps it.
  public var learningRateDecay: Double
  public var weightDecay = WeightDecay.none

  public init(
    convention: OptimizerConvention, learningRate: Double? = nil,
    initialAccumulator: Double? = nil, epsilon: Double? = nil, learningRateDecay: Double = 0
  ) {
    let startsAtZero = convention == .pytorch || convention == .kerasStandalone
    self.learningRate = learningRate ?? (startsAtZero ? 0.01 : 0.001)
    self.initialAccumulator = initialAccumulator ?? (startsAtZero ? 0 : 0.1)
    self.epsilon = epsilon ?? (convention == .pytorch ? 1e-10 : 1e-7)
    epsilonUnderRoot = convention == .keras3
    self.learningRateDecay = learningRateDecay
  }

  public var slots: [OptimizerSlot] {
    [OptimizerSlot("squaredGradientSum", initialValue: initialAccumulator)]
  }

  public func validate() throws(HyperparameterError) {
    try Self.checkRate(learningRate, weightDecay)
    try Self.checkEpsilon(epsilon)
    try HyperparameterError.require(
      initialAccumulator.isFinite && initialAccumulator >= 0 && learningRateDecay >= 0,
      "adagrad's accumulator starts at \(initialAccumulator) and its rate decays by "
        + "\(learningRateDecay); give 0 or more for both")
  }

  public func apply<Scalar: OptimizerScalar>(
    parameters: UnsafeMutablePointer<Scalar>, gradients: UnsafePointer<Scalar>,
    slots: OptimizerSlots<Scalar>, range: Range<Int>, step: OptimizerStep
  ) {
    let rate = step.learningRate / (1 + Double(step.number - 1) * learningRateDecay)
    unsafe adagradStep(
      parameters, gradients, slots[0], range, Scalar(rate), Scalar(epsilon), epsilonUnderRoot)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func adagradStep<Scalar: OptimizerScalar>(
  _ p: UnsafeMutablePointer<Scalar>, _ g: UnsafePointer<Scalar>, _ a: UnsafeMutablePointer<Scalar>,
  _ range: Range<Int>, _ rate: Scalar, _ epsilon: Scalar, _ underRoot: Bool
) {
  let (inner, outer) = underRoot ? (epsilon, 0) : (0, epsilon)
  for i in range {
    let gradient = unsafe g[i]
    let sum = unsafe a[i] + gradient * gradient
    unsafe a[i] = sum
    unsafe p[i] -= rate * gradient / ((sum + inner).squareRoot() + outer)
  }
}
