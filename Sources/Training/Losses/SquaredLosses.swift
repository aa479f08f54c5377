import CWinnowFloatKernels

/// The mean squared error: `mean (p − t)²`. With a mask, the masked loss of zero-padded events.
public struct MeanSquaredError: KernelLoss {
  public static let kind = LossKind.meanSquaredError

  public var maskedMean: MaskedMean

  var error: ElementError { ElementError(function: winnow_error_squared) }

  public init(maskedMean: MaskedMean = .all) {
    self.maskedMean = maskedMean
  }
}

/// The mean squared logarithmic error: `mean (ln(1 + max(p, ε)) − ln(1 + max(t, ε)))²`.
///
/// As in Keras, whose ε is 1e-7; no gradient flows where the prediction is below it.
public struct MeanSquaredLogarithmicError: KernelLoss {
  public static let kind = LossKind.meanSquaredLogarithmicError

  /// The smallest value that is told from 0.
  public var epsilon: Double
  public var maskedMean: MaskedMean

  var error: ElementError {
    ElementError(function: winnow_error_squared_logarithmic, parameters: (epsilon, 0, 0))
  }

  public init(epsilon: Double = 1e-7, maskedMean: MaskedMean = .all) {
    self.epsilon = epsilon
    self.maskedMean = maskedMean
  }

  public func validate(widths: [Int]) throws(HyperparameterError) {
    try checkWidths(widths)
    try HyperparameterError.require(
      epsilon >= 0 && epsilon.isFinite, "an epsilon of \(epsilon) has no meaning; give 0 or more")
  }
}
