/// A slowly moving average of the weights, often better on new data than the last weights.
///
///     a += (1 − d)(p − a),  with d = min(decay, (1 + t)/(10 + t)) where warmed up
///
/// The average starts as the weights themselves, at the first update or before.
///
/// - Reference: B. T. Polyak and A. B. Juditsky, SIAM J. Control Optim. 30 (1992) 838; the warm-up
///   is that of TensorFlow's `ExponentialMovingAverage(num_updates:)`.
public struct ExponentialMovingAverage: Sendable, Codable, Hashable {
  public var decay: Double
  /// Whether early averages forget faster.
  public var warmsUp: Bool

  public init(decay: Double = 0.999, warmsUp: Bool = false) {
    self.decay = decay
    self.warmsUp = warmsUp
  }

  /// Refuses decays outside `[0, 1)`.
  public func validate() throws(HyperparameterError) {
    try HyperparameterError.require(
      decay >= 0 && decay < 1, "an average of weights cannot decay by \(decay); give 0 up to 1")
  }

  /// Moves the averages of `range` towards the parameters.
  ///
  /// - Parameter step: the updates done, this one included.
  public func update<Scalar: OptimizerScalar>(
    averages: UnsafeMutablePointer<Scalar>, parameters: UnsafePointer<Scalar>, range: Range<Int>,
    step: Int
  ) {
    let t = Double(step)
    let kept = warmsUp ? min(decay, (1 + t) / (10 + t)) : decay
    unsafe average(averages, parameters, range, Scalar(1 - kept))
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func average<Scalar: OptimizerScalar>(
  _ a: UnsafeMutablePointer<Scalar>, _ p: UnsafePointer<Scalar>, _ range: Range<Int>,
  _ take: Scalar
) {
  for i in range { unsafe a[i] += (p[i] - a[i]) * take }
}
