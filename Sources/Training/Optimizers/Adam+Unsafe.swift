import CWinnowFloatKernels

/// Adam, with AMSGrad where asked.
///
///     m += (1 − β₁)(g − m)       v += (1 − β₂)(g² − v)       w = v, or max(w, v) with AMSGrad
///     Keras:    p −= η √(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√w + ε)
///     PyTorch:  p −= η/(1 − β₁ᵗ) · m / (√w/√(1 − β₂ᵗ) + ε)
///
/// PyTorch's ε stands after the bias correction, which is Keras's form with `ε √(1 − β₂ᵗ)`. ε is
/// 1e-7 in Keras, 1e-8 in PyTorch; the learning rate is 0.001 in both.
///
/// - Reference: D. P. Kingma and J. Ba, arXiv:1412.6980, algorithm 1 and the remark after it;
///   AMSGrad: S. J. Reddi, S. Kale and S. Kumar, arXiv:1904.09237, algorithm 2.
public struct Adam: Optimizer {
  public static let kind = OptimizerKind.adam

  public var learningRate: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var isAMSGrad: Bool
  /// Whether ε is added to the bias-corrected root, as in PyTorch.
  public var epsilonAfterCorrection: Bool
  public var weightDecay = WeightDecay.none

  public init(
    convention: OptimizerConvention, learningRate: Double? = nil, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double? = nil, isAMSGrad: Bool = false
  ) {
    let isPyTorch = convention == .pytorch
    self.learningRate = learningRate ?? 0.001
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon ?? (isPyTorch ? 1e-8 : 1e-7)
    self.isAMSGrad = isAMSGrad
    epsilonAfterCorrection = isPyTorch
  }

  public var slots: [OptimizerSlot] { AdamRule.slots(isAMSGrad) }

  public func validate() throws(HyperparameterError) {
    try Self.checkRate(learningRate, weightDecay)
    try Self.checkMoments(beta1, beta2, epsilon)
  }

  public func apply<Scalar: OptimizerScalar>(
    parameters: UnsafeMutablePointer<Scalar>, gradients: UnsafePointer<Scalar>,
    slots: OptimizerSlots<Scalar>, range: Range<Int>, step: OptimizerStep
  ) {
    let rule = AdamRule(
      beta1: beta1, beta2: beta2, epsilon: epsilon, isAMSGrad: isAMSGrad,
      epsilonAfterCorrection: epsilonAfterCorrection)
    unsafe rule.apply(parameters, gradients, slots, range, step)
  }
}

/// Adam with decoupled weight decay: `p −= λ η p`, then Adam's step.
///
/// λ is 0.01 in PyTorch, 0.004 in Keras 3. Keras of 2020 had no AdamW; TensorFlow Addons did, which
/// took `λ p` without the learning rate and had no default: 0.01 here.
///
/// - Reference: I. Loshchilov and F. Hutter, arXiv:1711.05101, algorithm 2.
public struct AdamW: Optimizer {
  public static let kind = OptimizerKind.adamW

  public var learningRate: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var isAMSGrad: Bool
  /// Whether ε is added to the bias-corrected root, as in PyTorch.
  public var epsilonAfterCorrection: Bool
  public var weightDecay: WeightDecay

  public init(
    convention: OptimizerConvention, learningRate: Double? = nil, weightDecay: Double? = nil,
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double? = nil, isAMSGrad: Bool = false
  ) {
    let adam = Adam(
      convention: convention, learningRate: learningRate, beta1: beta1, beta2: beta2,
      epsilon: epsilon, isAMSGrad: isAMSGrad)
    self.learningRate = adam.learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = adam.epsilon
    self.isAMSGrad = isAMSGrad
    epsilonAfterCorrection = adam.epsilonAfterCorrection
    self.weightDecay = WeightDecay(
      rate: weightDecay ?? (convention == .keras3 ? 0.004 : 0.01),
      scalesWithLearningRate: convention == .keras3 || convention == .pytorch)
  }

  public var slots: [OptimizerSlot] { AdamRule.slots(isAMSGrad) }

  public func validate() throws(HyperparameterError) {
    try Self.checkRate(learningRate, weightDecay)
    try Self.checkMoments(beta1, beta2, epsilon)
  }

  public func apply<Scalar: OptimizerScalar>(
    parameters: UnsafeMutablePointer<Scalar>, gradients: UnsafePointer<Scalar>,
    slots: OptimizerSlots<Scalar>, range: Range<Int>, step: OptimizerStep
  ) {
    let rule = AdamRule(
      beta1: beta1, beta2: beta2, epsilon: epsilon, isAMSGrad: isAMSGrad,
      epsilonAfterCorrection: epsilonAfterCorrection)
    unsafe rule.apply(parameters, gradients, slots, range, step)
  }
}

/// What Adam and AdamW share.
struct AdamRule {
  let beta1: Double
  let beta2: Double
  let epsilon: Double
  let isAMSGrad: Bool
  let epsilonAfterCorrection: Bool

  static func slots(_ isAMSGrad: Bool) -> [OptimizerSlot] {
    ["m", "v"].map { OptimizerSlot($0) } + (isAMSGrad ? [OptimizerSlot("vMaximum")] : [])
  }

  func apply<Scalar: OptimizerScalar>(
    _ parameters: UnsafeMutablePointer<Scalar>, _ gradients: UnsafePointer<Scalar>,
    _ slots: OptimizerSlots<Scalar>, _ range: Range<Int>, _ step: OptimizerStep
  ) {
    let root = step.biasCorrection(beta2).squareRoot()
    let rate = step.learningRate * root / step.biasCorrection(beta1)
    if Scalar.self == Float.self {
      // The square root keeps Swift's loop from vectorising; the kernel does the same in one pass.
      let numbers = winnow_adam(
        rate: rate, beta1: beta1, beta2: beta2, root_scale: 1,
        epsilon: epsilonAfterCorrection ? epsilon * root : epsilon, keep: 1, penalty: 0,
        gradient_scale: 1)
      return unsafe Float.adam(
        numbers, UnsafeMutableRawPointer(parameters + range.lowerBound).assumingMemoryBound(to: Float.self),
        gradients: UnsafeRawPointer(gradients + range.lowerBound).assumingMemoryBound(to: Float.self),
        first: UnsafeMutableRawPointer(slots[0] + range.lowerBound).assumingMemoryBound(to: Float.self),
        second: UnsafeMutableRawPointer(slots[1] + range.lowerBound).assumingMemoryBound(to: Float.self),
        largest: isAMSGrad
          ? UnsafeMutableRawPointer(slots[2] + range.lowerBound).assumingMemoryBound(to: Float.self) : nil,
        count: range.count)
    }
    let coefficients = AdamCoefficients(
      rate: Scalar(rate), take1: Scalar(1 - beta1), take2: Scalar(1 - beta2),
      epsilon: Scalar(epsilonAfterCorrection ? epsilon * root : epsilon))
    if isAMSGrad {
      unsafe amsgradStep(
        parameters, gradients, slots[0], slots[1], slots[2], range, coefficients)
    } else {
      unsafe adamStep(parameters, gradients, slots[0], slots[1], range, coefficients)
    }
  }
}

/// The numbers of one step of Adam; all that a kernel needs beside the arrays.
struct AdamCoefficients<Scalar: OptimizerScalar> {
  /// The learning rate times both bias corrections.
  let rate: Scalar
  /// `1 − β₁` and `1 − β₂`.
  let take1: Scalar
  let take2: Scalar
  let epsilon: Scalar
}

/// The running means of gradient and square, moved by their shares of a gradient; Nadam's too.
@inline(__always)
func moments<Scalar: OptimizerScalar>(
  _ gradient: Scalar, _ mean: Scalar, _ square: Scalar, _ take1: Scalar, _ take2: Scalar
) -> (Scalar, Scalar) {
  (mean + (gradient - mean) * take1, square + (gradient * gradient - square) * take2)
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func adamStep<Scalar: OptimizerScalar>(
  _ p: UnsafeMutablePointer<Scalar>, _ g: UnsafePointer<Scalar>, _ m: UnsafeMutablePointer<Scalar>,
  _ v: UnsafeMutablePointer<Scalar>, _ range: Range<Int>, _ c: AdamCoefficients<Scalar>
) {
  for i in range {
    let gradient = unsafe g[i]
    let (first, second) = unsafe moments(gradient, m[i], v[i], c.take1, c.take2)
    unsafe m[i] = first
    unsafe v[i] = second
    unsafe p[i] -= first * c.rate / (second.squareRoot() + c.epsilon)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func amsgradStep<Scalar: OptimizerScalar>(
  _ p: UnsafeMutablePointer<Scalar>, _ g: UnsafePointer<Scalar>, _ m: UnsafeMutablePointer<Scalar>,
  _ v: UnsafeMutablePointer<Scalar>, _ w: UnsafeMutablePointer<Scalar>, _ range: Range<Int>,
  _ c: AdamCoefficients<Scalar>
) {
  for i in range {
    let gradient = unsafe g[i]
    let (first, second) = unsafe moments(gradient, m[i], v[i], c.take1, c.take2)
    let largest = unsafe second > w[i] ? second : w[i]
    unsafe m[i] = first
    unsafe v[i] = second
    unsafe w[i] = largest
    unsafe p[i] -= first * c.rate / (largest.squareRoot() + c.epsilon)
  }
}
