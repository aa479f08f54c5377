public import WinnowNetworkIR

extension Reshape: Differentiable, RowSelection {
  public func scope(_ inputs: [TensorType]) -> Scope { selectionScope(inputs) }

  func keepsRows(_ input: TensorType) -> Bool {
    guard input.isBatched, let output = try? infer([input]).first else { return false }
    return output.shape.first == input.shape.first
  }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    CopyPullback(site, [copies(site)])
  }

  /// All elements in their order, whatever the shapes.
  func copies<Scalar>(_ site: Site<Scalar>) -> CopyRuns {
    CopyRuns(site, contiguous: site.inputs[0].count)
  }
}
