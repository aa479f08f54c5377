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

/// Per channel `Σ dz` and `Σ dz · x̂`, where `dz` is the gradient before the rectifier.
func channelPullSums<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ shape: ChannelShape,
  mean: Buffer<Scalar>, inverse: Buffer<Scalar>, slope: Scalar, into sum: Buffer<Scalar>,
  _ projection: Buffer<Scalar>
) {
  unsafe Scalar.channelPullSums(
    dy.base, x.base, y.base, rows: shape.rows, channels: shape.channels, inner: shape.inner,
    mean: mean.base, inverse: inverse.base, slope: Double(slope), sum: sum.base,
    projection: projection.base)
}

/// `dx = scale · inverse · (dz − (sum + x̂ · projection) / total)`.
func pullNormalization<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ dx: Buffer<Scalar>,
  _ shape: ChannelShape, mean: Buffer<Scalar>, inverse: Buffer<Scalar>, scale: Buffer<Scalar>,
  sum: Buffer<Scalar>, projection: Buffer<Scalar>, slope: Scalar, total: Scalar, accumulates: Bool
) {
  unsafe Scalar.channelPull(
    dy.base, x.base, y.base, into: dx.base, rows: shape.rows, channels: shape.channels,
    inner: shape.inner, mean: mean.base, inverse: inverse.base, scale: scale.base, sum: sum.base,
    projection: projection.base, slope: Double(slope), total: Double(total),
    accumulate: accumulates)
}
