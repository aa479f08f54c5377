import CWinnowFloatKernels
public import WinnowNetworkIR

extension Relu: Differentiable {
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    RectifierPullback(site, slope: 0)
  }
}

/// `max(x, 0) + slope · min(x, 0)`; at 0 the derivative is the negative side's, as in PyTorch and
/// TensorFlow.
final class RectifierPullback<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let slope: Scalar

  init(_ site: Site<Scalar>, slope: Double) {
    (x, y) = (site.inputs[0], site.outputs[0])
    self.slope = Scalar(slope)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) { rectify(x.values, y.values, slope: slope) }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dx = x.gradient, let dy = y.gradient else { return }
    pullRectifier(x.values, dy, dx, slope: slope, accumulates: x.accumulates)
  }
}

func rectify<Scalar: TrainingScalar>(_ x: Buffer<Scalar>, _ y: Buffer<Scalar>, slope: Scalar) {
  unsafe Scalar.apply(
    winnow_unary_leaky_relu, x.base, into: y.base, count: y.count, parameter: Double(slope))
}

/// `x` may be the output: its sign is the same.
func pullRectifier<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>, slope: Scalar, accumulates: Bool
) {
  unsafe Scalar.pull(
    winnow_unary_leaky_relu, x.base, x.base, dy.base, into: dx.base, count: dx.count,
    parameter: Double(slope), accumulate: accumulates)
}
