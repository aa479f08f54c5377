public import WinnowNetworkIR

extension Clip: Differentiable {
  /// The derivative is 1 between the bounds and at them, as in PyTorch.
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ClipPullback(
      site, low: low.map { Scalar($0) } ?? -.infinity, high: high.map { Scalar($0) } ?? .infinity)
  }
}

private final class ClipPullback<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let low, high: Scalar

  init(_ site: Site<Scalar>, low: Scalar, high: Scalar) {
    (x, y) = (site.inputs[0], site.outputs[0])
    (self.low, self.high) = (low, high)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) { clip(x.values, y.values, low, high) }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dx = x.gradient, let dy = y.gradient else { return }
    pullInside(x.values, dy, dx, low, high, slope: 1, accumulates: x.accumulates)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func clip<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ low: Scalar, _ high: Scalar
) {
  for place in 0..<y.count {
    let value = unsafe x.base[place]
    let raised = value < low ? low : value
    unsafe y.base[place] = raised > high ? high : raised
  }
}

/// `dx = slope · dy` where `low ≤ x ≤ high`, else 0.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func pullInside<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>, _ low: Scalar, _ high: Scalar,
  slope: Scalar, accumulates: Bool
) {
  for place in 0..<dx.count {
    let value = unsafe x.base[place]
    let pulled = unsafe value >= low && value <= high ? slope * dy.base[place] : 0
    unsafe dx.base[place] = accumulates ? dx.base[place] + pulled : pulled
  }
}
