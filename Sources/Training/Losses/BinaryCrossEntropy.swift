import CWinnowFloatKernels

/// The binary cross-entropy: `mean −[t ln p + (1 − t) ln(1 − p)]`.
///
/// From logits `z` it is `max(z, 0) − z t + ln(1 + e^−|z|)`, exact for any `z`. From probabilities
/// these are first clipped to `[ε, 1 − ε]`, as in Keras, and no gradient flows outside. Label
/// smoothing `s` makes targets `t (1 − s) + s/2`.
public struct BinaryCrossEntropy: KernelLoss {
  public static let kind = LossKind.binaryCrossEntropy

  /// Whether the predictions are logits; else probabilities.
  public var fromLogits: Bool
  public var labelSmoothing: Double
  public var epsilon: Double
  /// Whether ε is also added inside the logarithms, as `tf.keras` did until 2022.
  public var addsEpsilon: Bool
  public var maskedMean: MaskedMean

  var error: ElementError {
    fromLogits
      ? ElementError(function: winnow_error_logit_entropy, parameters: (labelSmoothing, 0, 0))
      : ElementError(
        function: winnow_error_entropy,
        parameters: (labelSmoothing, epsilon, addsEpsilon ? epsilon : 0))
  }

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
}

/// Throws for smoothings and clips that have no meaning.
func checkCrossEntropy(_ labelSmoothing: Double, _ epsilon: Double) throws(HyperparameterError) {
  try HyperparameterError.require(
    labelSmoothing >= 0 && labelSmoothing < 1 && epsilon > 0 && epsilon < 0.5,
    "a cross-entropy with label smoothing \(labelSmoothing) and epsilon \(epsilon) has no meaning; "
      + "give a smoothing of 0 up to 1 and an epsilon above 0")
}
