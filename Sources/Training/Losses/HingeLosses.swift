import CWinnowFloatKernels

/// The hinge loss: `mean max(0, 1 − t p)` with targets −1 and 1; 0 counts as −1, as in Keras.
public struct Hinge: KernelLoss {
  public static let kind = LossKind.hinge

  public var maskedMean: MaskedMean

  var error: ElementError { ElementError(function: winnow_error_hinge) }

  public init(maskedMean: MaskedMean = .all) {
    self.maskedMean = maskedMean
  }
}

/// The squared hinge loss: `mean max(0, 1 − t p)²` with targets −1 and 1; 0 counts as −1.
public struct SquaredHinge: KernelLoss {
  public static let kind = LossKind.squaredHinge

  public var maskedMean: MaskedMean

  var error: ElementError { ElementError(function: winnow_error_squared_hinge) }

  public init(maskedMean: MaskedMean = .all) {
    self.maskedMean = maskedMean
  }
}
