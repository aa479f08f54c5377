public import WinnowNetworkIR

extension ArgMax: Differentiable {
  public func isDifferentiable(input: Int) -> Bool { false }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    try integerPullback(self, site)
  }
}
