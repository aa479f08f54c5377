import CWinnowFloatKernels

/// The mean absolute error: `mean |p − t|`; the slope at 0 is 0.
public struct MeanAbsoluteError: KernelLoss {
  public static let kind = LossKind.meanAbsoluteError

  public var maskedMean: MaskedMean

  var error: ElementError { ElementError(function: winnow_error_absolute) }

  public init(maskedMean: MaskedMean = .all) {
    self.maskedMean = maskedMean
  }
}

/// The logarithm of the hyperbolic cosine of the error: `mean ln cosh(p − t)`.
///
/// Computed as `|d| + ln(1 + e^(−2|d|)) − ln 2`, which does not overflow.
public struct LogCosh: KernelLoss {
  public static let kind = LossKind.logCosh

  public var maskedMean: MaskedMean

  var error: ElementError { ElementError(function: winnow_error_log_cosh) }

  public init(maskedMean: MaskedMean = .all) {
    self.maskedMean = maskedMean
  }
}

/// The Huber loss: `½ d²` for errors of size up to δ, `δ (|d| − δ/2)` above.
///
/// - Reference: P. J. Huber, Ann. Math. Statist. 35 (1964) 73.
public struct Huber: KernelLoss {
  public static let kind = LossKind.huber

  /// The size of error from which the loss is a straight line.
  public var delta: Double
  public var maskedMean: MaskedMean

  var error: ElementError { ElementError(function: winnow_error_huber, parameters: (delta, 0, 0)) }

  public init(delta: Double = 1, maskedMean: MaskedMean = .all) {
    self.delta = delta
    self.maskedMean = maskedMean
  }

  public func validate(widths: [Int]) throws(HyperparameterError) {
    try checkWidths(widths)
    try HyperparameterError.require(
      delta > 0 && delta.isFinite,
      "a Huber loss with delta \(delta) has no meaning; give more than 0")
  }
}
