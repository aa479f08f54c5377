/// Normalises pieces of neighbouring elements: a row's trailing axes, or a group of channels.
///
/// Element `i` of piece `p` has the factor and offset of channel
/// `(p · size + i) / inner % channels`.
struct NormalizationShape: Sendable {
  /// Pieces, and the elements of one.
  let pieces, size: Int
  let channels, inner: Int
}

/// `y = scale · x̂ + bias`, `x̂ = (x − mean) / √(variance + ε)` within a piece.
///
/// `dx = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + ε)` with `g = scale · dy`;
/// `dscale = Σ dy · x̂`, `dbias = Σ dy`.
final class RowNormalizationPullback<Scalar: TrainingScalar>: Pullback {
  private let x, scale, y: Operand<Scalar>
  private let bias: Operand<Scalar>?
  private let shape: NormalizationShape
  private let epsilon: Scalar
  /// Mean and `1 / √(variance + ε)` of every piece.
  private let mean, inverse: Buffer<Scalar>

  init(_ site: Site<Scalar>, _ shape: NormalizationShape, epsilon: Double) {
    (x, scale, y) = (site.inputs[0], site.inputs[1], site.outputs[0])
    bias = site.inputs.count > 2 ? site.inputs[2] : nil
    self.shape = shape
    self.epsilon = Scalar(epsilon)
    mean = site.allocate(shape.pieces)
    inverse = site.allocate(shape.pieces)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    normalizePieces(
      x.values, scale.values, bias?.values, y.values, shape, epsilon: epsilon, mean, inverse)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if let dx = x.gradient {
      pullPieces(
        x.values, scale.values, dy, dx, shape, mean, inverse, accumulates: x.accumulates)
    }
    if let gradient = scale.gradient {
      if !scale.accumulates { gradient.fill(0) }
      pullScale(x.values, dy, gradient, shape, mean, inverse)
    }
    if let bias, let gradient = bias.gradient {
      if !bias.accumulates { gradient.fill(0) }
      pullBias(dy, gradient, shape)
    }
  }
}

extension NormalizationShape {
  /// Calls the body with each stretch of a piece that shares a channel, or whose channels step one
  /// by one (`inner` 1): piece, first place, first channel, count.
  @inline(__always)
  func forEachStretch(_ body: (Int, Int, Int, Int) -> Void) {
    for piece in 0..<pieces {
      let start = piece * size
      if inner == 1 {
        // A piece of channels lies within one row.
        body(piece, start, start % channels, size)
      } else {
        for offset in stride(from: start, to: start + size, by: inner) {
          body(piece, offset, offset / inner % channels, inner)
        }
      }
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func normalizePieces<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ scale: Buffer<Scalar>, _ bias: Buffer<Scalar>?, _ y: Buffer<Scalar>,
  _ shape: NormalizationShape, epsilon: Scalar, _ mean: Buffer<Scalar>, _ inverse: Buffer<Scalar>
) {
  let count = Scalar(shape.size)
  for piece in 0..<shape.pieces {
    let from = unsafe x.base + piece * shape.size
    var sum: Scalar = 0
    for n in 0..<shape.size { unsafe sum += from[n] }
    let average = sum / count
    var squares: Scalar = 0
    for n in 0..<shape.size { unsafe squares += (from[n] - average) * (from[n] - average) }
    unsafe mean.base[piece] = average
    unsafe inverse.base[piece] = 1 / (squares / count + epsilon).squareRoot()
  }
  let step = shape.inner == 1 ? 1 : 0
  shape.forEachStretch { piece, start, channel, count in
    let (average, factor) = unsafe (mean.base[piece], inverse.base[piece])
    for n in 0..<count {
      let normalized = unsafe (x.base[start + n] - average) * factor
      let scaled = unsafe normalized * scale.base[channel + n * step]
      unsafe y.base[start + n] =
        bias == nil ? scaled : scaled + bias!.base[channel + n * step]
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullPieces<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ scale: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>,
  _ shape: NormalizationShape, _ mean: Buffer<Scalar>, _ inverse: Buffer<Scalar>,
  accumulates: Bool
) {
  let (channels, inner) = (shape.channels, shape.inner)
  for piece in 0..<shape.pieces {
    let start = piece * shape.size
    let (average, factor) = unsafe (mean.base[piece], inverse.base[piece])
    var sum: Scalar = 0
    var projection: Scalar = 0
    var (channel, left) = (start / inner % channels, inner)
    for place in start..<start + shape.size {
      let pulled = unsafe scale.base[channel] * dy.base[place]
      sum += pulled
      unsafe projection += pulled * (x.base[place] - average) * factor
      left -= 1
      if left == 0 { (channel, left) = (channel + 1 == channels ? 0 : channel + 1, inner) }
    }
    sum /= Scalar(shape.size)
    projection /= Scalar(shape.size)
    (channel, left) = (start / inner % channels, inner)
    for place in start..<start + shape.size {
      let normalized = unsafe (x.base[place] - average) * factor
      let pulled =
        unsafe factor
        * (scale.base[channel] * dy.base[place] - sum - normalized * projection)
      unsafe dx.base[place] = accumulates ? dx.base[place] + pulled : pulled
      left -= 1
      if left == 0 { (channel, left) = (channel + 1 == channels ? 0 : channel + 1, inner) }
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullScale<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ gradient: Buffer<Scalar>,
  _ shape: NormalizationShape, _ mean: Buffer<Scalar>, _ inverse: Buffer<Scalar>
) {
  let step = shape.inner == 1 ? 1 : 0
  shape.forEachStretch { piece, start, channel, count in
    let (average, factor) = unsafe (mean.base[piece], inverse.base[piece])
    for n in 0..<count {
      unsafe gradient.base[channel + n * step] +=
        dy.base[start + n] * (x.base[start + n] - average) * factor
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullBias<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ gradient: Buffer<Scalar>, _ shape: NormalizationShape
) {
  let step = shape.inner == 1 ? 1 : 0
  shape.forEachStretch { _, start, channel, count in
    for n in 0..<count { unsafe gradient.base[channel + n * step] += dy.base[start + n] }
  }
}
