/// The mean absolute error: `mean |p − t|`; the slope at 0 is 0.
public struct MeanAbsoluteError: ElementwiseLoss {
  public static let kind = LossKind.meanAbsoluteError

  public var maskedMean: MaskedMean

  public init(maskedMean: MaskedMean = .all) {
    self.maskedMean = maskedMean
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    unsafe meanForward(AbsoluteError<Scalar>(), data, rows, losses)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    unsafe meanBackward(AbsoluteError<Scalar>(), data, rows, seeds, gradients)
  }
}

private struct AbsoluteError<Scalar: RealScalar>: ElementFunction {
  @inline(__always)
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    abs(prediction - target)
  }

  @inline(__always)
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let difference = prediction - target
    return difference > 0 ? 1 : (difference < 0 ? -1 : 0)
  }
}

/// The logarithm of the hyperbolic cosine of the error: `mean ln cosh(p − t)`.
///
/// Computed as `|d| + ln(1 + e^(−2|d|)) − ln 2`, which does not overflow.
public struct LogCosh: ElementwiseLoss {
  public static let kind = LossKind.logCosh

  public var maskedMean: MaskedMean

  public init(maskedMean: MaskedMean = .all) {
    self.maskedMean = maskedMean
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    unsafe meanForward(LogarithmicCosine<Scalar>(), data, rows, losses)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    unsafe meanBackward(LogarithmicCosine<Scalar>(), data, rows, seeds, gradients)
  }
}

private struct LogarithmicCosine<Scalar: RealScalar>: ElementFunction {
  @inline(__always)
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let size = abs(prediction - target)
    let ln2 = Scalar(0.693147180559945309)
    return size + Scalar.logarithm(onePlus: Scalar.exponential(-2 * size)) - ln2
  }

  @inline(__always)
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    Scalar.hyperbolicTangent(prediction - target)
  }
}

/// The Huber loss: `½ d²` for errors of size up to δ, `δ (|d| − δ/2)` above.
///
/// - Reference: P. J. Huber, Ann. Math. Statist. 35 (1964) 73.
public struct Huber: ElementwiseLoss {
  public static let kind = LossKind.huber

  /// The size of error from which the loss is a straight line.
  public var delta: Double
  public var maskedMean: MaskedMean

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

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    unsafe meanForward(HuberFunction(delta: Scalar(delta)), data, rows, losses)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    unsafe meanBackward(HuberFunction(delta: Scalar(delta)), data, rows, seeds, gradients)
  }
}

private struct HuberFunction<Scalar: RealScalar>: ElementFunction {
  let delta: Scalar

  @inline(__always)
  func value(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let size = abs(prediction - target)
    return size <= delta ? size * size / 2 : delta * (size - delta / 2)
  }

  @inline(__always)
  func slope(_ prediction: Scalar, _ target: Scalar) -> Scalar {
    let difference = prediction - target
    return difference > delta ? delta : (difference < -delta ? -delta : difference)
  }
}
