public import WinnowNetworkIR

extension Absolute: Differentiable {
  /// At 0 the derivative is 0, as in PyTorch.
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ElementwisePullback(site, value: { abs($0) }, slope: { x, _ in x > 0 ? 1 : x < 0 ? -1 : 0 })
  }
}
