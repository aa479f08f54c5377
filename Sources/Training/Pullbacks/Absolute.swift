import CWinnowFloatKernels
public import WinnowNetworkIR

extension Absolute: Differentiable {
  /// At 0 the derivative is 0, as in PyTorch.
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    KernelFunctionPullback(winnow_unary_abs, site)
  }
}
