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

/// Per channel `Σ x`, or `Σ (x − shift)²`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func channelSums<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ shape: ChannelShape, shift: Buffer<Scalar>?, into sums: Buffer<Scalar>
) {
  sums.fill(0)
  for row in 0..<shape.rows {
    for channel in 0..<shape.channels {
      let start = (row * shape.channels + channel) * shape.inner
      var sum: Scalar = 0
      for place in start..<start + shape.inner {
        let value = unsafe x.base[place]
        if let shift = unsafe shift?.base[channel] {
          sum += (value - shift) * (value - shift)
        } else {
          sum += value
        }
      }
      unsafe sums.base[channel] += sum
    }
  }
}

/// `y = (x − mean) · factor + bias` per channel.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func normalize<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ shape: ChannelShape, mean: Buffer<Scalar>,
  factor: Buffer<Scalar>, bias: Buffer<Scalar>
) {
  for row in 0..<shape.rows {
    for channel in 0..<shape.channels {
      let start = (row * shape.channels + channel) * shape.inner
      for place in start..<start + shape.inner {
        unsafe y.base[place] =
          (x.base[place] - mean.base[channel]) * factor.base[channel] + bias.base[channel]
      }
    }
  }
}

/// Per channel `Σ dy` and `Σ dy · x̂`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func channelPullSums<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ x: Buffer<Scalar>, _ shape: ChannelShape, mean: Buffer<Scalar>,
  inverse: Buffer<Scalar>, into sum: Buffer<Scalar>, _ projection: Buffer<Scalar>
) {
  sum.fill(0)
  projection.fill(0)
  for row in 0..<shape.rows {
    for channel in 0..<shape.channels {
      let start = (row * shape.channels + channel) * shape.inner
      for place in start..<start + shape.inner {
        let pulled = unsafe dy.base[place]
        unsafe sum.base[channel] += pulled
        unsafe projection.base[channel] +=
          pulled * (x.base[place] - mean.base[channel]) * inverse.base[channel]
      }
    }
  }
}

/// `dx = scale · inverse · (dy − (sum + x̂ · projection) / total)`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func pullNormalization<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ x: Buffer<Scalar>, _ dx: Buffer<Scalar>, _ shape: ChannelShape,
  mean: Buffer<Scalar>, inverse: Buffer<Scalar>, scale: Buffer<Scalar>, sum: Buffer<Scalar>,
  projection: Buffer<Scalar>, total: Scalar, accumulates: Bool
) {
  for row in 0..<shape.rows {
    for channel in 0..<shape.channels {
      let start = (row * shape.channels + channel) * shape.inner
      let (shift, spread) = unsafe (mean.base[channel], inverse.base[channel])
      let factor = unsafe scale.base[channel] * spread
      let (offset, slope) = unsafe (sum.base[channel] / total, projection.base[channel] / total)
      for place in start..<start + shape.inner {
        let normalized = unsafe (x.base[place] - shift) * spread
        let pulled = unsafe factor * (dy.base[place] - offset - normalized * slope)
        unsafe dx.base[place] = accumulates ? dx.base[place] + pulled : pulled
      }
    }
  }
}
