import CWinnowFloatKernels
public import WinnowNetworkIR

extension Elu: Differentiable {
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    KernelFunctionPullback(winnow_unary_elu, site, parameter: alpha)
  }
}
