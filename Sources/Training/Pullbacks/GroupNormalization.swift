public import WinnowNetworkIR

extension GroupNormalization: Differentiable {
  public var parameterInputs: [Int] { [1, 2] }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    let shape = site.inputs[0].shape
    let inner = shape[2...].reduce(1, *)
    let size = shape[1] / groups * inner
    return RowNormalizationPullback(
      site,
      NormalizationShape(
        pieces: inner == 0 ? 0 : shape[0] * groups, size: size, channels: shape[1],
        inner: max(inner, 1)), epsilon: epsilon)
  }
}
