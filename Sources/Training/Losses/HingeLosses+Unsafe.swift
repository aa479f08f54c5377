/// The hinge loss: `mean max(0, 1 − t p)` with targets −1 and 1; 0 counts as −1, as in Keras.
public struct Hinge: ElementwiseLoss {
  public static let kind = LossKind.hinge

  public var maskedMean: MaskedMean

  public init(maskedMean: MaskedMean = .all) {
    self.maskedMean = maskedMean
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    unsafe meanForward(HingeFunction<Scalar>(), data, rows, losses)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    unsafe meanBackward(HingeFunction<Scalar>(), data, rows, seeds, gradients)
  }
}

private struct HingeFunction<Scalar: RealScalar>: ElementFunction {
  @inline(__always)
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let margin = 1 - (target == 0 ? -1 : target) * prediction
    return margin > 0 ? margin : 0
  }

  @inline(__always)
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let sign = target == 0 ? -1 : target
    return 1 - sign * prediction > 0 ? -sign : 0
  }
}

/// The squared hinge loss: `mean max(0, 1 − t p)²` with targets −1 and 1; 0 counts as −1.
public struct SquaredHinge: ElementwiseLoss {
  public static let kind = LossKind.squaredHinge

  public var maskedMean: MaskedMean

  public init(maskedMean: MaskedMean = .all) {
    self.maskedMean = maskedMean
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    unsafe meanForward(SquaredHingeFunction<Scalar>(), data, rows, losses)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    unsafe meanBackward(SquaredHingeFunction<Scalar>(), data, rows, seeds, gradients)
  }
}

private struct SquaredHingeFunction<Scalar: RealScalar>: ElementFunction {
  @inline(__always)
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let margin = 1 - (target == 0 ? -1 : target) * prediction
    return margin > 0 ? margin * margin : 0
  }

  @inline(__always)
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let sign = target == 0 ? -1 : target
    let margin = 1 - sign * prediction
    return margin > 0 ? -2 * sign * margin : 0
  }
}
