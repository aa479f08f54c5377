public import WinnowNetworkIR

extension LayerNormalization: Differentiable {
  public var parameterInputs: [Int] { [1, 2] }
  public func scope(_ inputs: [TensorType]) -> Scope { .along(axis, of: inputs[0]) }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    let size = site.inputs[1].count
    let pieces = size == 0 ? 0 : site.inputs[0].count / size
    return RowNormalizationPullback(
      site, NormalizationShape(pieces: pieces, size: size, channels: size, inner: 1),
      epsilon: epsilon)
  }
}
