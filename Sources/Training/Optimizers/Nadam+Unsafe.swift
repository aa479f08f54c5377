import Foundation

/// Adam with Nesterov's momentum.
///
///     μ(t) = β₁ (1 − ½ · 0.96^(t ψ))       P(t) = μ(1) … μ(t)
///     m += (1 − β₁)(g − m)       v += (1 − β₂)(g² − v)
///     p −= η [μ(t+1) m / (1 − P(t+1)) + (1 − μ(t)) g / (1 − P(t))] / (√(v / (1 − β₂ᵗ)) + ε)
///
/// ψ is 0.004 in PyTorch and in Keras up to 2022; Keras 3 leaves it out, which is 1, so that its
/// momentum grows to β₁ within a hundred steps. The learning rate is 0.001 in `tf.keras` and
/// Keras 3, 0.002 in stand-alone Keras and PyTorch.
///
/// - Reference: T. Dozat, Incorporating Nesterov momentum into Adam, ICLR workshop 2016.
public struct Nadam: Optimizer {
  public static let kind = OptimizerKind.nadam

  public var learningRate: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  /// ψ, how fast the momentum grows.
  public var scheduleDecay: Double
  public var weightDecay = WeightDecay.none

  public init(
    convention: OptimizerConvention, learningRate: Double? = nil, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double? = nil, scheduleDecay: Double? = nil
  ) {
    let isEarly = convention == .kerasStandalone || convention == .pytorch
    self.learningRate = learningRate ?? (isEarly ? 0.002 : 0.001)
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon ?? (convention == .pytorch ? 1e-8 : 1e-7)
    self.scheduleDecay = scheduleDecay ?? (convention == .keras3 ? 1 : 0.004)
  }

  public var slots: [OptimizerSlot] { [OptimizerSlot("m"), OptimizerSlot("v")] }

  public func scheduledMomentum(at step: Int) -> Double {
    beta1 * (1 - 0.5 * pow(0.96, Double(step) * scheduleDecay))
  }

  public func validate() throws(HyperparameterError) {
    try Self.checkRate(learningRate, weightDecay)
    try Self.checkMoments(beta1, beta2, epsilon)
    try HyperparameterError.require(
      scheduleDecay.isFinite && scheduleDecay >= 0,
      "nadam has a schedule decay of \(scheduleDecay); give 0 or more")
  }

  public func apply<Scalar: OptimizerScalar>(
    parameters: UnsafeMutablePointer<Scalar>, gradients: UnsafePointer<Scalar>,
    slots: OptimizerSlots<Scalar>, range: Range<Int>, step: OptimizerStep
  ) {
    let next = scheduledMomentum(at: step.number + 1)
    let ofMomentum = step.learningRate * next / (1 - step.momentumProduct * next)
    let ofGradient =
      step.learningRate * (1 - scheduledMomentum(at: step.number)) / (1 - step.momentumProduct)
    unsafe nadamStep(
      parameters, gradients, slots[0], slots[1], range,
      NadamCoefficients(
        ofMomentum: Scalar(ofMomentum), ofGradient: Scalar(ofGradient), take1: Scalar(1 - beta1),
        take2: Scalar(1 - beta2), correction: Scalar(1 / step.biasCorrection(beta2)),
        epsilon: Scalar(epsilon)))
  }
}

/// The numbers of one step of Nadam.
private struct NadamCoefficients<Scalar: OptimizerScalar> {
  let ofMomentum: Scalar
  let ofGradient: Scalar
  let take1: Scalar
  let take2: Scalar
  let correction: Scalar
  let epsilon: Scalar
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func nadamStep<Scalar: OptimizerScalar>(
  _ p: UnsafeMutablePointer<Scalar>, _ g: UnsafePointer<Scalar>, _ m: UnsafeMutablePointer<Scalar>,
  _ v: UnsafeMutablePointer<Scalar>, _ range: Range<Int>, _ c: NadamCoefficients<Scalar>
) {
  for i in range {
    let gradient = unsafe g[i]
    let (first, second) = unsafe moments(gradient, m[i], v[i], c.take1, c.take2)
    unsafe m[i] = first
    unsafe v[i] = second
    let root = (second * c.correction).squareRoot() + c.epsilon
    unsafe p[i] -= (c.ofMomentum * first + c.ofGradient * gradient) / root
  }
}
