public import WinnowNetworkIR

extension Softmax: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .along(axis, of: inputs[0]) }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    SoftmaxPullback(site, axis: axis, isLogarithm: false)
  }
}

extension LogSoftmax: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .along(axis, of: inputs[0]) }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    SoftmaxPullback(site, axis: axis, isLogarithm: true)
  }
}

/// `dx = y · (dy − Σ y·dy)`, or `dx = dy − eʸ · Σ dy` of the logarithm; the sums along the axis.
private final class SoftmaxPullback<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let lines: AxisLines
  private let isLogarithm: Bool

  init(_ site: Site<Scalar>, axis: Int, isLogarithm: Bool) {
    (x, y) = (site.inputs[0], site.outputs[0])
    lines = AxisLines(x.shape, axis: axis)
    self.isLogarithm = isLogarithm
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    if isLogarithm { return logSoftmax(x.values, y.values, lines) }
    guard lines.inner == 1 else { return softmax(x.values, y.values, lines) }
    unsafe Scalar.softmax(
      x.values.base, into: y.values.base, rows: lines.outer, columns: lines.extent)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient, let dx = x.gradient else { return }
    if isLogarithm {
      return pullLogSoftmax(y.values, dy, dx, lines, accumulates: x.accumulates)
    }
    guard lines.inner == 1 else {
      return pullSoftmax(y.values, dy, dx, lines, accumulates: x.accumulates)
    }
    unsafe Scalar.softmaxPull(
      y.values.base, dy.base, into: dx.base, rows: lines.outer, columns: lines.extent,
      accumulate: x.accumulates)
  }
}

/// The largest of a line, or NaN if there is one.
@inline(__always)
func largest<Scalar: TrainingScalar>(
  _ line: UnsafeMutablePointer<Scalar>, _ extent: Int, _ stride: Int
) -> Scalar {
  var most = -Scalar.infinity
  for n in 0..<extent {
    let value = unsafe line[n * stride]
    most = value <= most ? most : value
  }
  return most
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func softmax<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ lines: AxisLines
) {
  let (extent, stride) = (lines.extent, lines.inner)
  lines.forEachLine { start in
    let (p, r) = unsafe (x.base + start, y.base + start)
    let most = unsafe largest(p, extent, stride)
    var sum: Scalar = 0
    for n in 0..<extent {
      let weight = unsafe exponential(p[n * stride] - most)
      unsafe r[n * stride] = weight
      sum += weight
    }
    for n in 0..<extent { unsafe r[n * stride] /= sum }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullSoftmax<Scalar: TrainingScalar>(
  _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>, _ lines: AxisLines,
  accumulates: Bool
) {
  let (extent, stride) = (lines.extent, lines.inner)
  lines.forEachLine { start in
    let (p, g, r) = unsafe (y.base + start, dy.base + start, dx.base + start)
    var mean: Scalar = 0
    for n in 0..<extent { unsafe mean += p[n * stride] * g[n * stride] }
    for n in 0..<extent {
      let pulled = unsafe p[n * stride] * (g[n * stride] - mean)
      unsafe r[n * stride] = accumulates ? r[n * stride] + pulled : pulled
    }
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
