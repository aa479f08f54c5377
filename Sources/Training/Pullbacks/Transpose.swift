public import WinnowNetworkIR

extension Transpose: Differentiable, RowSelection {
  public func scope(_ inputs: [TensorType]) -> Scope { selectionScope(inputs) }

  func keepsRows(_ input: TensorType) -> Bool { permutation.first == 0 }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    CopyPullback(site, [try copies(site)])
  }
}
