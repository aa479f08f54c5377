public import WinnowNetworkIR

extension LeakyRelu: Differentiable {
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    RectifierPullback(site, slope: slope)
  }
}
