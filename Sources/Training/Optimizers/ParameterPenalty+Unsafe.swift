/// An L1 and L2 penalty on one range of the parameters, added to the loss and its gradient.
///
///     loss += l1 Σ|w| + l2 Σ w²       gradient += l1 sign(w) + 2 l2 w
///
/// As Keras's `kernel_regularizer`: give it the ranges of kernels, not of biases or normalisations.
/// PyTorch's coupled `weight_decay` λ is `l2 = λ/2` on every parameter. The gradient of `|w|` at 0
/// is 0.
public struct ParameterPenalty: Sendable, Codable, Hashable {
  /// The elements of the flat parameter array.
  public var range: Range<Int>
  public var l1: Double
  public var l2: Double

  public init(range: Range<Int>, l1: Double = 0, l2: Double = 0) {
    self.range = range
    self.l1 = l1
    self.l2 = l2
  }

  /// Refuses negative strengths.
  public func validate() throws(HyperparameterError) {
    try HyperparameterError.require(
      l1 >= 0 && l2 >= 0 && l1.isFinite && l2.isFinite,
      "a penalty of strength l1 \(l1), l2 \(l2) rewards large weights; give 0 or more")
  }

  /// What the loss gains, summed in `Double` in index order.
  public func value<Scalar: OptimizerScalar>(_ parameters: UnsafeBufferPointer<Scalar>) -> Double {
    precondition(range.lowerBound >= 0 && range.upperBound <= parameters.count)
    var (magnitudes, squares) = (0.0, 0.0)
    for i in range {
      let weight = Double(unsafe parameters[i])
      magnitudes += abs(weight)
      squares += weight * weight
    }
    return l1 * magnitudes + l2 * squares
  }

  /// Adds the penalty's gradient to the elements that lie both in its range and in `part`.
  public func addGradient<Scalar: OptimizerScalar>(
    parameters: UnsafePointer<Scalar>, gradients: UnsafeMutablePointer<Scalar>, part: Range<Int>
  ) {
    let common = range.clamped(to: part)
    unsafe penalize(parameters, gradients, common, Scalar(l1), Scalar(2 * l2))
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func penalize<Scalar: OptimizerScalar>(
  _ p: UnsafePointer<Scalar>, _ g: UnsafeMutablePointer<Scalar>, _ range: Range<Int>, _ l1: Scalar,
  _ twiceL2: Scalar
) {
  for i in range {
    let weight = unsafe p[i]
    let sign: Scalar = weight > 0 ? l1 : (weight < 0 ? -l1 : 0)
    unsafe g[i] += sign + twiceL2 * weight
  }
}
