import CWinnowFloatKernels

/// Steps of optimisers over flat arrays, each one pass.
extension TrainingScalar {
  /// Adam, AdamW and AMSGrad; see `winnow_adam` for the formula.
  ///
  /// - Parameter largest: AMSGrad's running maximum of the second moment.
  static func adam(
    _ step: winnow_adam, _ parameters: UnsafeMutablePointer<Self>,
    gradients: UnsafePointer<Self>, first: UnsafeMutablePointer<Self>,
    second: UnsafeMutablePointer<Self>, largest: UnsafeMutablePointer<Self>? = nil, count: Int
  ) {
    var step = step
    unsafe kernels.pointee.adam(&step, parameters, gradients, first, second, largest, count)
  }

  /// Gradient descent, with momentum if there is a velocity; see `winnow_descent`.
  static func descend(
    _ step: winnow_descent, _ parameters: UnsafeMutablePointer<Self>,
    gradients: UnsafePointer<Self>, velocity: UnsafeMutablePointer<Self>?, count: Int
  ) {
    var step = step
    unsafe kernels.pointee.momentum_descent(&step, parameters, gradients, velocity, count)
  }
}
