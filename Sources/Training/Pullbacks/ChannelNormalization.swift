/// A value as rows of channels of inner elements: `[rows, channels, inner]`.
struct ChannelShape: Sendable {
  var rows, channels, inner: Int

  /// The channel axis is axis 1.
  init(_ shape: [Int]) {
    rows = shape[0]
    channels = shape[1]
    inner = shape.dropFirst(2).reduce(1, *)
  }
}

/// Mean and `Σ (x − mean)²` per channel; zeros without rows.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func channelStatistics<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ shape: ChannelShape, mean: Buffer<Scalar>, squares: Buffer<Scalar>
) {
  mean.fill(0)
  squares.fill(0)
  for row in 0..<shape.rows {
    for channel in 0..<shape.channels {
      let start = (row * shape.channels + channel) * shape.inner
      var sum: Scalar = 0
      for place in start..<start + shape.inner { unsafe sum += x.base[place] }
      unsafe mean.base[channel] += sum
    }
  }
  let count = Scalar(max(shape.rows * shape.inner, 1))
  for channel in 0..<shape.channels { unsafe mean.base[channel] /= count }
  for row in 0..<shape.rows {
    for channel in 0..<shape.channels {
      let start = (row * shape.channels + channel) * shape.inner
      let middle = unsafe mean.base[channel]
      var sum: Scalar = 0
      for place in start..<start + shape.inner {
        let away = unsafe x.base[place] - middle
        sum += away * away
      }
      unsafe squares.base[channel] += sum
    }
  }
}

/// `y = rectify((x − mean) · factor + bias)` per channel.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func normalize<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ shape: ChannelShape, mean: Buffer<Scalar>,
  factor: Buffer<Scalar>, bias: Buffer<Scalar>, slope: Scalar
) {
  for row in 0..<shape.rows {
    for channel in 0..<shape.channels {
      let start = (row * shape.channels + channel) * shape.inner
      for place in start..<start + shape.inner {
        let z = unsafe (x.base[place] - mean.base[channel]) * factor.base[channel] + bias.base[channel]
        unsafe y.base[place] = z > 0 ? z : z * slope
      }
    }
  }
}

/// Per channel `Σ dz` and `Σ dz · x̂`, where `dz` is the gradient before the rectifier.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func channelPullSums<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ shape: ChannelShape,
  mean: Buffer<Scalar>, inverse: Buffer<Scalar>, slope: Scalar, into sum: Buffer<Scalar>,
  _ projection: Buffer<Scalar>
) {
  sum.fill(0)
  projection.fill(0)
  for row in 0..<shape.rows {
    for channel in 0..<shape.channels {
      let start = (row * shape.channels + channel) * shape.inner
      for place in start..<start + shape.inner {
        let pulled = unsafe y.base[place] > 0 ? dy.base[place] : dy.base[place] * slope
        unsafe sum.base[channel] += pulled
        unsafe projection.base[channel] +=
          pulled * (x.base[place] - mean.base[channel]) * inverse.base[channel]
      }
    }
  }
}

/// `dx = scale · inverse · (dz − (sum + x̂ · projection) / total)`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func pullNormalization<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ dx: Buffer<Scalar>,
  _ shape: ChannelShape, mean: Buffer<Scalar>, inverse: Buffer<Scalar>, scale: Buffer<Scalar>,
  sum: Buffer<Scalar>, projection: Buffer<Scalar>, slope: Scalar, total: Scalar, accumulates: Bool
) {
  for row in 0..<shape.rows {
    for channel in 0..<shape.channels {
      let start = (row * shape.channels + channel) * shape.inner
      let (shift, spread) = unsafe (mean.base[channel], inverse.base[channel])
      let factor = unsafe scale.base[channel] * spread
      let (offset, tilt) = unsafe (sum.base[channel] / total, projection.base[channel] / total)
      for place in start..<start + shape.inner {
        let normalized = unsafe (x.base[place] - shift) * spread
        let gradient = unsafe y.base[place] > 0 ? dy.base[place] : dy.base[place] * slope
        let pulled = factor * (gradient - offset - normalized * tilt)
        unsafe dx.base[place] = accumulates ? dx.base[place] + pulled : pulled
      }
    }
  }
}
