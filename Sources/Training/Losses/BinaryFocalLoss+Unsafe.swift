/// The focal loss of two classes: the cross-entropy with well-classified elements weighted down.
///
///     p_t = t p + (1 − t)(1 − p)
///     mean α_t (1 − p_t)^γ · −[t ln p + (1 − t) ln(1 − p)],  α_t = t α + (1 − t)(1 − α)
///
/// Without α its factor is 1, as Keras's default. From probabilities the cross-entropy clips them
/// to `[ε, 1 − ε]`; from logits it is exact.
///
/// - Reference: T.-Y. Lin et al., arXiv:1708.02002, equation 5.
public struct BinaryFocalLoss: ElementwiseLoss {
  public static let kind = LossKind.binaryFocal

  public var fromLogits: Bool
  public var gamma: Double
  /// The weight of class 1; that of class 0 is `1 − alpha`.
  public var alpha: Double?
  public var epsilon: Double
  public var maskedMean: MaskedMean

  public init(
    fromLogits: Bool, gamma: Double = 2, alpha: Double? = nil, epsilon: Double = 1e-7,
    maskedMean: MaskedMean = .all
  ) {
    self.fromLogits = fromLogits
    self.gamma = gamma
    self.alpha = alpha
    self.epsilon = epsilon
    self.maskedMean = maskedMean
  }

  public func validate(widths: [Int]) throws(HyperparameterError) {
    try checkWidths(widths)
    try checkCrossEntropy(0, epsilon)
    try HyperparameterError.require(
      gamma >= 0 && gamma.isFinite && (0...1).contains(alpha ?? 0),
      "a focal loss with gamma \(gamma) and alpha \(alpha ?? 0) has no meaning; "
        + "give a gamma of 0 or more and an alpha in 0...1")
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    unsafe meanForward(function(), data, rows, losses)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    unsafe meanBackward(function(), data, rows, seeds, gradients)
  }

  @inline(__always)
  private func function<Scalar: RealScalar>() -> FocalFunction<Scalar> {
    FocalFunction(
      fromLogits: fromLogits, gamma: Scalar(gamma), epsilon: Scalar(epsilon),
      positive: Scalar(alpha ?? 1), negative: Scalar(alpha.map { 1 - $0 } ?? 1))
  }
}

private struct FocalFunction<Scalar: RealScalar>: ElementFunction {
  let fromLogits: Bool
  let gamma: Scalar
  let epsilon: Scalar
  let positive: Scalar
  let negative: Scalar

  /// The probability, the cross-entropy and the probability's miss `1 − p_t`.
  @inline(__always)
  private func parts(_ prediction: Scalar, _ t: Scalar)
    -> (p: Scalar, entropy: Scalar, miss: Scalar)
  {
    let p = fromLogits ? Scalar.sigmoid(prediction) : prediction
    let entropy: Scalar
    if fromLogits {
      entropy = Scalar.softplus(prediction) - prediction * t
    } else {
      let low = p < epsilon ? epsilon : p
      let clipped = low > 1 - epsilon ? 1 - epsilon : low
      entropy = -(t * Scalar.logarithm(clipped) + (1 - t) * Scalar.logarithm(1 - clipped))
    }
    return (p, entropy, t * (1 - p) + (1 - t) * p)
  }

  @inline(__always)
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let (_, entropy, miss) = parts(prediction, target)
    let weight = target * positive + (1 - target) * negative
    return weight * Scalar.power(miss, gamma) * entropy
  }

  @inline(__always)
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let (p, entropy, miss) = parts(prediction, target)
    let weight = target * positive + (1 - target) * negative
    // By the probability: of the factor, then of the cross-entropy.
    var ofFactor: Scalar = 0
    if gamma != 0 {
      ofFactor = gamma * Scalar.power(miss, gamma - 1) * (1 - 2 * target) * entropy
    }
    let factor = Scalar.power(miss, gamma)
    if fromLogits { return weight * (ofFactor * p * (1 - p) + factor * (p - target)) }
    let isClipped = p < epsilon || p > 1 - epsilon
    return weight * (ofFactor + (isClipped ? 0 : factor * (p - target) / (p * (1 - p))))
  }
}

/// A loss of one element against its target that the kernels do not know.
private protocol ElementFunction<Scalar> {
  associatedtype Scalar: RealScalar
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar
  /// The derivative by the prediction.
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar
}

extension ElementwiseLoss {
  /// The mean of each row; inlined where scalar and function are known.
  @inline(__always)
  fileprivate func meanForward<F: ElementFunction>(
    _ function: F, _ data: LossData<F.Scalar>, _ rows: Range<Int>,
    _ losses: UnsafeMutablePointer<F.Scalar>
  ) {
    let width = unsafe data.widths.0
    guard let target = unsafe data.target else { return }
    for row in rows {
      let (p, t) = unsafe (data.first + row * width, target + row * width)
      if let mask = unsafe data.mask {
        let m = unsafe mask + row * width
        var sum: F.Scalar = 0
        var kept: F.Scalar = 0
        for k in 0..<width where unsafe m[k] != 0 {
          unsafe sum += m[k] * function.value(p[k], t[k])
          unsafe kept += m[k]
        }
        let count = maskedMean == .all ? F.Scalar(width) : kept
        unsafe losses[row] = count == 0 ? 0 : sum / count
      } else {
        // Four sums, so that additions do not wait for one another.
        var (a, b, c, d) = (F.Scalar.zero, F.Scalar.zero, F.Scalar.zero, F.Scalar.zero)
        var k = 0
        while k + 4 <= width {
          unsafe a += function.value(p[k], t[k])
          unsafe b += function.value(p[k + 1], t[k + 1])
          unsafe c += function.value(p[k + 2], t[k + 2])
          unsafe d += function.value(p[k + 3], t[k + 3])
          k += 4
        }
        while k < width {
          unsafe a += function.value(p[k], t[k])
          k += 1
        }
        unsafe losses[row] = ((a + c) + (b + d)) / F.Scalar(width)
      }
    }
  }

  @inline(__always)
  fileprivate func meanBackward<F: ElementFunction>(
    _ function: F, _ data: LossData<F.Scalar>, _ rows: Range<Int>,
    _ seeds: UnsafePointer<F.Scalar>, _ gradients: LossGradients<F.Scalar>
  ) {
    let width = unsafe data.widths.0
    guard let gradient = unsafe gradients.first, let target = unsafe data.target else { return }
    for row in rows {
      let (p, t) = unsafe (data.first + row * width, target + row * width)
      let g = unsafe gradient + row * width
      if let mask = unsafe data.mask {
        let m = unsafe mask + row * width
        var kept: F.Scalar = 0
        for k in 0..<width { unsafe kept += m[k] }
        let count = maskedMean == .all ? F.Scalar(width) : kept
        let scale = unsafe count == 0 ? 0 : seeds[row] / count
        // A masked element may hold anything; its slope is not even looked at.
        for k in 0..<width {
          unsafe g[k] = m[k] == 0 ? 0 : scale * m[k] * function.slope(p[k], t[k])
        }
      } else {
        let scale = unsafe seeds[row] / F.Scalar(width)
        for k in 0..<width { unsafe g[k] = scale * function.slope(p[k], t[k]) }
      }
    }
  }
}
