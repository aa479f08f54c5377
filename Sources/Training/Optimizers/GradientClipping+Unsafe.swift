/// A bound on gradients, applied before the optimiser.
public enum GradientClipping: Sendable, Codable, Hashable {
  case none
  /// Every element into `[−limit, limit]`.
  case value(limit: Double)
  /// Each tensor scaled so that its Euclidean norm is at most the limit (Keras's `clipnorm`).
  case norm(limit: Double)
  /// All tensors scaled by one factor so that their common norm is at most the limit (Keras's
  /// `global_clipnorm`, PyTorch's `clip_grad_norm_`, which divides by the norm plus 1e-6).
  case globalNorm(limit: Double)

  /// Refuses limits that are not positive.
  public func validate() throws(HyperparameterError) {
    switch self {
    case .none: break
    case .value(let limit), .norm(let limit), .globalNorm(let limit):
      try HyperparameterError.require(
        limit > 0 && limit.isFinite,
        "gradients cannot be clipped to \(limit); give a limit above 0")
    }
  }

  /// Clips in place.
  ///
  /// Norms are summed in `Double`, in an order that depends on the tensors' sizes alone. A gradient
  /// that is not finite stays so, for the caller to see in the norm.
  ///
  /// - Parameters:
  ///   - gradients: all gradients.
  ///   - tensors: the range of each tensor; elements outside are left alone.
  /// - Returns: the norm of all tensors before clipping where that was needed, else nil.
  @discardableResult
  public func apply<Scalar: OptimizerScalar>(
    to gradients: UnsafeMutableBufferPointer<Scalar>, tensors: [Range<Int>]
  ) -> Double? {
    switch self {
    case .none: return nil
    case .value(let limit):
      for tensor in tensors { unsafe clamp(gradients, tensor, Scalar(limit)) }
      return nil
    case .norm(let limit):
      var sum = 0.0
      for tensor in tensors {
        let square = unsafe gradientSquare(UnsafeBufferPointer(gradients), tensor)
        sum += square
        let norm = square.squareRoot()
        if norm > limit { unsafe scale(gradients, tensor, Scalar(limit / norm)) }
      }
      return sum.squareRoot()
    case .globalNorm(let limit):
      let norm = unsafe gradientNorm(UnsafeBufferPointer(gradients), tensors: tensors)
      if norm > limit {
        for tensor in tensors { unsafe scale(gradients, tensor, Scalar(limit / norm)) }
      }
      return norm
    }
  }
}

/// The Euclidean norm of all tensors' gradients, summed in `Double` in a fixed order.
public func gradientNorm<Scalar: OptimizerScalar>(
  _ gradients: UnsafeBufferPointer<Scalar>, tensors: [Range<Int>]
) -> Double {
  var sum = 0.0
  for tensor in tensors { sum += unsafe gradientSquare(gradients, tensor) }
  return sum.squareRoot()
}

/// The sum of squares of a tensor: eight interleaved sums, joined in a fixed order.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func gradientSquare<Scalar: OptimizerScalar>(
  _ gradients: UnsafeBufferPointer<Scalar>, _ range: Range<Int>
) -> Double {
  precondition(range.lowerBound >= 0 && range.upperBound <= gradients.count)
  var sums = SIMD8<Double>.zero
  var i = range.lowerBound
  while i + 8 <= range.upperBound {
    var values = SIMD8<Double>()
    for lane in 0..<8 { values[lane] = Double(unsafe gradients[i + lane]) }
    sums += values * values
    i += 8
  }
  var rest = 0.0
  while i < range.upperBound {
    let value = Double(unsafe gradients[i])
    rest += value * value
    i += 1
  }
  let pairs = sums.lowHalf + sums.highHalf
  return ((pairs[0] + pairs[2]) + (pairs[1] + pairs[3])) + rest
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func scale<Scalar: OptimizerScalar>(
  _ gradients: UnsafeMutableBufferPointer<Scalar>, _ range: Range<Int>, _ factor: Scalar
) {
  precondition(range.lowerBound >= 0 && range.upperBound <= gradients.count)
  for i in range { unsafe gradients[i] *= factor }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func clamp<Scalar: OptimizerScalar>(
  _ gradients: UnsafeMutableBufferPointer<Scalar>, _ range: Range<Int>, _ limit: Scalar
) {
  precondition(range.lowerBound >= 0 && range.upperBound <= gradients.count)
  for i in range {
    // Comparisons in this order keep a NaN.
    let value = unsafe gradients[i]
    let upper = value > limit ? limit : value
    unsafe gradients[i] = upper < -limit ? -limit : upper
  }
}
