public import WinnowNetworkIR

extension Pad: Differentiable, RowSelection {
  public func scope(_ inputs: [TensorType]) -> Scope { selectionScope(inputs) }

  func keepsRows(_ input: TensorType) -> Bool {
    padding.first == 0 && padding[padding.count / 2] == 0
  }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    CopyPullback(site, [try copies(site)])
  }
}
