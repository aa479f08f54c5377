public import WinnowNetworkIR

extension LayerNormalization: Differentiable {
  public var parameterInputs: [Int] { [1, 2] }
  public func scope(_ inputs: [TensorType]) -> Scope { .along(axis, of: inputs[0]) }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    let size = site.inputs[1].count
    let pieces = size == 0 ? 0 : site.inputs[0].count / size
    return LayerNormalizationPullback(site, rows: pieces, columns: size, epsilon: epsilon)
  }
}

/// Rows by the kernels.
private final class LayerNormalizationPullback<Scalar: TrainingScalar>: Pullback {
  private let x, scale, y: Operand<Scalar>
  private let bias: Operand<Scalar>?
  private let rows, columns: Int
  private let epsilon: Double
  private let mean, inverse: Buffer<Scalar>

  init(_ site: Site<Scalar>, rows: Int, columns: Int, epsilon: Double) {
    (x, scale, y) = (site.inputs[0], site.inputs[1], site.outputs[0])
    bias = site.inputs.count > 2 ? site.inputs[2] : nil
    (self.rows, self.columns, self.epsilon) = (rows, columns, epsilon)
    mean = site.allocate(rows)
    inverse = site.allocate(rows)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    unsafe Scalar.layerNormalize(
      x.values.base, scale: scale.values.base, bias: bias?.values.base, into: y.values.base,
      mean: mean.base, inverse: inverse.base, rows: rows, columns: columns, epsilon: epsilon)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    // Both at once where they are written alike.
    if let bias, bias.gradient != nil, bias.accumulates != scale.accumulates {
      pull(dy, x, scale, nil)
      pull(dy, nil, nil, bias)
    } else {
      pull(dy, x, scale, bias)
    }
  }

  private func pull(
    _ dy: Buffer<Scalar>, _ x: Operand<Scalar>?, _ scale: Operand<Scalar>?, _ bias: Operand<Scalar>?
  ) {
    let parameter = scale?.gradient == nil ? bias : scale
    unsafe Scalar.layerNormalizePull(
      self.x.values.base, scale: self.scale.values.base, mean: mean.base, inverse: inverse.base,
      dy.base, into: x?.gradient?.base, scaleGradient: scale?.gradient?.base,
      biasGradient: bias?.gradient?.base, rows: rows, columns: columns,
      accumulate: self.x.accumulates, accumulateParameters: parameter?.accumulates ?? false)
  }
}
