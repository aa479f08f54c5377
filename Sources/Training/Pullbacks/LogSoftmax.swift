public import WinnowNetworkIR

extension LogSoftmax: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .along(axis, of: inputs[0]) }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    LogSoftmaxPullback(site, axis: axis)
  }
}

/// `dx = dy − eʸ · Σ dy`, the sum along the axis.
private final class LogSoftmaxPullback<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let lines: AxisLines

  init(_ site: Site<Scalar>, axis: Int) {
    (x, y) = (site.inputs[0], site.outputs[0])
    lines = AxisLines(x.shape, axis: axis)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) { logSoftmax(x.values, y.values, lines) }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient, let dx = x.gradient else { return }
    pullLogSoftmax(y.values, dy, dx, lines, accumulates: x.accumulates)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func logSoftmax<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ lines: AxisLines
) {
  let (extent, stride) = (lines.extent, lines.inner)
  lines.forEachLine { start in
    let (p, r) = unsafe (x.base + start, y.base + start)
    let most = unsafe largest(p, extent, stride)
    var sum: Scalar = 0
    for n in 0..<extent { unsafe sum += exponential(p[n * stride] - most) }
    let offset = logarithm(sum)
    for n in 0..<extent { unsafe r[n * stride] = p[n * stride] - most - offset }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullLogSoftmax<Scalar: TrainingScalar>(
  _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>, _ lines: AxisLines,
  accumulates: Bool
) {
  let (extent, stride) = (lines.extent, lines.inner)
  lines.forEachLine { start in
    let (p, g, r) = unsafe (y.base + start, dy.base + start, dx.base + start)
    var sum: Scalar = 0
    for n in 0..<extent { unsafe sum += g[n * stride] }
    for n in 0..<extent {
      let pulled = unsafe g[n * stride] - exponential(p[n * stride]) * sum
      unsafe r[n * stride] = accumulates ? r[n * stride] + pulled : pulled
    }
  }
}
