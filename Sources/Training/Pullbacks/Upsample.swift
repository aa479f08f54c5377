public import WinnowNetworkIR

extension Upsample: Differentiable, RowSelection {
  public func scope(_ inputs: [TensorType]) -> Scope { selectionScope(inputs) }

  func keepsRows(_ input: TensorType) -> Bool { factors.first == 1 }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    CopyPullback(site, [try copies(site)])
  }
}
