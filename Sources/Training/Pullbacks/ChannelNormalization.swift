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
func channelStatistics<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ shape: ChannelShape, mean: Buffer<Scalar>, squares: Buffer<Scalar>
) {
  unsafe Scalar.channelStatistics(
    x.base, rows: shape.rows, channels: shape.channels, inner: shape.inner, mean: mean.base,
    squares: squares.base)
}

/// `y = rectify((x − mean) · factor + bias)` per channel.
func normalize<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ shape: ChannelShape, mean: Buffer<Scalar>,
  factor: Buffer<Scalar>, bias: Buffer<Scalar>, slope: Scalar
) {
  unsafe Scalar.channelNormalize(
    x.base, into: y.base, rows: shape.rows, channels: shape.channels, inner: shape.inner,
    mean: mean.base, factor: factor.base, bias: bias.base, slope: Double(slope))
}

/// What the backward pass knows of a normalisation, per channel.
struct ChannelFactors<Scalar: TrainingScalar> {
  var mean, inverse, factor, bias: Buffer<Scalar>
  var slope: Scalar
}

/// Per channel `Σ dz` and `Σ dz · x̂`, where `dz` is the gradient before the rectifier.
func channelPullSums<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ x: Buffer<Scalar>, _ shape: ChannelShape, _ k: ChannelFactors<Scalar>,
  into sum: Buffer<Scalar>, _ projection: Buffer<Scalar>
) {
  unsafe Scalar.channelPullSums(
    dy.base, x.base, rows: shape.rows, channels: shape.channels, inner: shape.inner,
    mean: k.mean.base, inverse: k.inverse.base, factor: k.factor.base, bias: k.bias.base,
    slope: Double(k.slope), sum: sum.base, projection: projection.base)
}

/// `dx = factor · (dz − (sum + x̂ · projection) / total)`.
func pullNormalization<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ x: Buffer<Scalar>, _ dx: Buffer<Scalar>, _ shape: ChannelShape,
  _ k: ChannelFactors<Scalar>, sum: Buffer<Scalar>, projection: Buffer<Scalar>, total: Scalar,
  accumulates: Bool
) {
  unsafe Scalar.channelPull(
    dy.base, x.base, into: dx.base, rows: shape.rows, channels: shape.channels,
    inner: shape.inner, mean: k.mean.base, inverse: k.inverse.base, factor: k.factor.base,
    bias: k.bias.base, sum: sum.base, projection: projection.base, slope: Double(k.slope),
    total: Double(total), accumulate: accumulates)
}

/// The batch's mean and sum of squared differences from those of its parts, in order.
///
/// - Reference: T. F. Chan, G. H. Golub and R. J. LeVeque, The American Statistician 37 (1983) 242,
///   equation 2.1.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func combineStatistics<Scalar: TrainingScalar>(
  _ sums: Buffer<Scalar>, parts: Int, rows: Int, inner: Int, mean: Buffer<Scalar>,
  squares: Buffer<Scalar>
) {
  let channels = mean.count
  for channel in 0..<channels { unsafe mean.base[channel] = 0 }
  for part in 0..<parts {
    let weight = Scalar(shardRange(part, of: parts, count: rows).count * inner)
    let means = unsafe sums.base + 2 * part * channels
    for channel in 0..<channels { unsafe mean.base[channel] += weight * means[channel] }
  }
  let total = Scalar(rows * inner)
  for channel in 0..<channels {
    unsafe mean.base[channel] /= total
    unsafe squares.base[channel] = 0
  }
  for part in 0..<parts {
    let weight = Scalar(shardRange(part, of: parts, count: rows).count * inner)
    let means = unsafe sums.base + 2 * part * channels
    let own = unsafe means + channels
    for channel in 0..<channels {
      let away = unsafe means[channel] - mean.base[channel]
      unsafe squares.base[channel] += own[channel] + weight * away * away
    }
  }
}

/// Adds both sums of every part, in order.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func sumStatistics<Scalar: TrainingScalar>(
  _ sums: Buffer<Scalar>, parts: Int, _ first: Buffer<Scalar>, _ second: Buffer<Scalar>
) {
  let channels = first.count
  for channel in 0..<channels {
    unsafe first.base[channel] = 0
    unsafe second.base[channel] = 0
  }
  for part in 0..<parts {
    let own = unsafe sums.base + 2 * part * channels
    for channel in 0..<channels {
      unsafe first.base[channel] += own[channel]
      unsafe second.base[channel] += own[channels + channel]
    }
  }
}

/// `inverse = 1/√(variance + ε)` and `factor = scale · inverse`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func standardize<Scalar: TrainingScalar>(
  squares: Buffer<Scalar>, count: Scalar, epsilon: Scalar, scale: Buffer<Scalar>,
  inverse: Buffer<Scalar>, factor: Buffer<Scalar>
) {
  for channel in 0..<scale.count {
    let spread = unsafe 1 / (squares.base[channel] / count + epsilon).squareRoot()
    unsafe inverse.base[channel] = spread
    unsafe factor.base[channel] = scale.base[channel] * spread
  }
}

/// Moves the averages towards the batch's mean and variance.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func moveAverages<Scalar: TrainingScalar>(
  mean: Buffer<Scalar>, squares: Buffer<Scalar>, count: Int, momentum: Scalar, unbiased: Bool,
  _ movingMean: Buffer<Scalar>, _ movingVariance: Buffer<Scalar>
) {
  let divisor = Scalar(unbiased && count > 1 ? count - 1 : count)
  for channel in 0..<mean.count {
    let variance = unsafe squares.base[channel] / divisor
    unsafe movingMean.base[channel] =
      movingMean.base[channel] * momentum + mean.base[channel] * (1 - momentum)
    unsafe movingVariance.base[channel] =
      movingVariance.base[channel] * momentum + variance * (1 - momentum)
  }
}
