/// The losses that have kernels of their own; any other is a graph.
public enum LossKind: String, Sendable, Codable, Hashable, CaseIterable {
  case meanSquaredError = "mse"
  case meanAbsoluteError = "mae"
  case meanSquaredLogarithmicError = "msle"
  case logCosh = "logcosh"
  case huber
  case binaryCrossEntropy = "binary_crossentropy"
  case categoricalCrossEntropy = "categorical_crossentropy"
  case binaryFocal = "binary_focal"
  case hinge
  case squaredHinge = "squared_hinge"
  case contrastive
  case klDivergence = "kl_divergence"
  case gaussianKL = "gaussian_kl"
  case betaVAE = "beta_vae"
  case slicedWasserstein = "sliced_wasserstein"
}

/// One of the losses, as a recipe or checkpoint holds it.
public enum AnyLoss: Sendable, Codable, Hashable {
  case meanSquaredError(MeanSquaredError)
  case meanAbsoluteError(MeanAbsoluteError)
  case meanSquaredLogarithmicError(MeanSquaredLogarithmicError)
  case logCosh(LogCosh)
  case huber(Huber)
  case binaryCrossEntropy(BinaryCrossEntropy)
  case categoricalCrossEntropy(CategoricalCrossEntropy)
  case binaryFocal(BinaryFocalLoss)
  case hinge(Hinge)
  case squaredHinge(SquaredHinge)
  case contrastive(ContrastiveLoss)
  case klDivergence(KLDivergence)
  case gaussianKL(GaussianKL)
  case betaVAE(BetaVAELoss)
  case slicedWasserstein(SlicedWasserstein)

  /// The loss itself.
  public var loss: any Loss {
    switch self {
    case .meanSquaredError(let loss): loss
    case .meanAbsoluteError(let loss): loss
    case .meanSquaredLogarithmicError(let loss): loss
    case .logCosh(let loss): loss
    case .huber(let loss): loss
    case .binaryCrossEntropy(let loss): loss
    case .categoricalCrossEntropy(let loss): loss
    case .binaryFocal(let loss): loss
    case .hinge(let loss): loss
    case .squaredHinge(let loss): loss
    case .contrastive(let loss): loss
    case .klDivergence(let loss): loss
    case .gaussianKL(let loss): loss
    case .betaVAE(let loss): loss
    case .slicedWasserstein(let loss): loss
    }
  }
}
