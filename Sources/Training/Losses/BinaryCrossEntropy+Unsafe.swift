/// The binary cross-entropy: `mean −[t ln p + (1 − t) ln(1 − p)]`.
///
/// From logits `z` it is `max(z, 0) − z t + ln(1 + e^−|z|)`, exact for any `z`. From probabilities
/// these are first clipped to `[ε, 1 − ε]`, as in Keras, and no gradient flows outside. Label
/// smoothing `s` makes targets `t (1 − s) + s/2`.
public struct BinaryCrossEntropy: ElementwiseLoss {
  public static let kind = LossKind.binaryCrossEntropy

  /// Whether the predictions are logits; else probabilities.
  public var fromLogits: Bool
  public var labelSmoothing: Double
  public var epsilon: Double
  /// Whether ε is also added inside the logarithms, as `tf.keras` did until 2022.
  public var addsEpsilon: Bool
  public var maskedMean: MaskedMean

  public init(
    fromLogits: Bool, labelSmoothing: Double = 0, epsilon: Double = 1e-7,
    addsEpsilon: Bool = false, maskedMean: MaskedMean = .all
  ) {
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
    self.epsilon = epsilon
    self.addsEpsilon = addsEpsilon
    self.maskedMean = maskedMean
  }

  public func validate(widths: [Int]) throws(HyperparameterError) {
    try checkWidths(widths)
    try checkCrossEntropy(labelSmoothing, epsilon)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    if fromLogits {
      unsafe meanForward(LogitEntropy(smoothing: Scalar(labelSmoothing)), data, rows, losses)
    } else {
      unsafe meanForward(probabilityFunction(), data, rows, losses)
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    if fromLogits {
      unsafe meanBackward(
        LogitEntropy(smoothing: Scalar(labelSmoothing)), data, rows, seeds, gradients)
    } else {
      unsafe meanBackward(probabilityFunction(), data, rows, seeds, gradients)
    }
  }

  @inline(__always)
  private func probabilityFunction<Scalar: RealScalar>() -> ProbabilityEntropy<Scalar> {
    ProbabilityEntropy(
      smoothing: Scalar(labelSmoothing), epsilon: Scalar(epsilon),
      added: addsEpsilon ? Scalar(epsilon) : 0)
  }
}

/// Throws for smoothings and clips that have no meaning.
func checkCrossEntropy(_ labelSmoothing: Double, _ epsilon: Double) throws(HyperparameterError) {
  try HyperparameterError.require(
    labelSmoothing >= 0 && labelSmoothing < 1 && epsilon > 0 && epsilon < 0.5,
    "a cross-entropy with label smoothing \(labelSmoothing) and epsilon \(epsilon) has no meaning; "
      + "give a smoothing of 0 up to 1 and an epsilon above 0")
}

private struct LogitEntropy<Scalar: RealScalar>: ElementFunction {
  let smoothing: Scalar

  @inline(__always)
  private func smoothed(_ target: Scalar) -> Scalar { target * (1 - smoothing) + smoothing / 2 }

  @inline(__always)
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    Scalar.softplus(prediction) - prediction * smoothed(target)
  }

  @inline(__always)
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    Scalar.sigmoid(prediction) - smoothed(target)
  }
}

private struct ProbabilityEntropy<Scalar: RealScalar>: ElementFunction {
  let smoothing: Scalar
  let epsilon: Scalar
  let added: Scalar

  @inline(__always)
  private func smoothed(_ target: Scalar) -> Scalar { target * (1 - smoothing) + smoothing / 2 }

  @inline(__always)
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let t = smoothed(target)
    let low = prediction < epsilon ? epsilon : prediction
    let p = low > 1 - epsilon ? 1 - epsilon : low
    return -(t * Scalar.logarithm(p + added) + (1 - t) * Scalar.logarithm(1 - p + added))
  }

  @inline(__always)
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    if prediction < epsilon || prediction > 1 - epsilon { return 0 }
    let t = smoothed(target)
    return (1 - t) / (1 - prediction + added) - t / (prediction + added)
  }
}
