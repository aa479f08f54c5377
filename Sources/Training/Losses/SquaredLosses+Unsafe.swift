/// The mean squared error: `mean (p − t)²`. With a mask, the masked loss of zero-padded events.
public struct MeanSquaredError: ElementwiseLoss {
  public static let kind = LossKind.meanSquaredError

  public var maskedMean: MaskedMean

  public init(maskedMean: MaskedMean = .all) {
    self.maskedMean = maskedMean
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    unsafe meanForward(SquaredError<Scalar>(), data, rows, losses)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    unsafe meanBackward(SquaredError<Scalar>(), data, rows, seeds, gradients)
  }
}

private struct SquaredError<Scalar: RealScalar>: ElementFunction {
  @inline(__always)
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let difference = prediction - target
    return difference * difference
  }

  @inline(__always)
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    2 * (prediction - target)
  }
}

/// The mean squared logarithmic error: `mean (ln(1 + max(p, ε)) − ln(1 + max(t, ε)))²`.
///
/// As in Keras, whose ε is 1e-7; no gradient flows where the prediction is below it.
public struct MeanSquaredLogarithmicError: ElementwiseLoss {
  public static let kind = LossKind.meanSquaredLogarithmicError

  /// The smallest value that is told from 0.
  public var epsilon: Double
  public var maskedMean: MaskedMean

  public init(epsilon: Double = 1e-7, maskedMean: MaskedMean = .all) {
    self.epsilon = epsilon
    self.maskedMean = maskedMean
  }

  public func validate(widths: [Int]) throws(HyperparameterError) {
    try checkWidths(widths)
    try HyperparameterError.require(
      epsilon >= 0 && epsilon.isFinite, "an epsilon of \(epsilon) has no meaning; give 0 or more")
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    unsafe meanForward(SquaredLogarithmicError(epsilon: Scalar(epsilon)), data, rows, losses)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    unsafe meanBackward(
      SquaredLogarithmicError(epsilon: Scalar(epsilon)), data, rows, seeds, gradients)
  }
}

private struct SquaredLogarithmicError<Scalar: RealScalar>: ElementFunction {
  let epsilon: Scalar

  @inline(__always)
  private func logarithm(_ x: Scalar) -> Scalar {
    Scalar.logarithm((x < epsilon ? epsilon : x) + 1)
  }

  @inline(__always)
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let difference = logarithm(prediction) - logarithm(target)
    return difference * difference
  }

  @inline(__always)
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    if prediction < epsilon { return 0 }
    return 2 * (logarithm(prediction) - logarithm(target)) / (prediction + 1)
  }
}
