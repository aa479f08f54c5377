public import WinnowNetworkIR

extension TopK: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .along(axis, of: inputs[0]) }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    SortPullback(site, axis: axis, descends: largest)
  }
}
