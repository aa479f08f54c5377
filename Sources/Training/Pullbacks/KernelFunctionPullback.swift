import CWinnowFloatKernels

/// A function of each element that has a kernel.
final class KernelFunctionPullback<Scalar: TrainingScalar>: Pullback {
  private let function: winnow_unary
  private let parameter: Double
  private let x, y: Operand<Scalar>

  init(_ function: winnow_unary, _ site: Site<Scalar>, parameter: Double = 0) {
    self.function = function
    self.parameter = parameter
    (x, y) = (site.inputs[0], site.outputs[0])
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    unsafe Scalar.apply(
      function, x.values.base, into: y.values.base, count: y.count, parameter: parameter)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dx = x.gradient, let dy = y.gradient else { return }
    unsafe Scalar.pull(
      function, x.values.base, y.values.base, dy.base, into: dx.base, count: dx.count,
      parameter: parameter, accumulate: x.accumulates)
  }
}
