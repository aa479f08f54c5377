public import WinnowNetworkIR

extension Slice: Differentiable, RowSelection {
  public func scope(_ inputs: [TensorType]) -> Scope { selectionScope(inputs) }

  func keepsRows(_ input: TensorType) -> Bool {
    !axes.contains { resolved($0, rank: input.shape.count) == 0 }
  }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    CopyPullback(site, [try copies(site)])
  }
}
