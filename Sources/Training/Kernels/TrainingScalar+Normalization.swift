import CWinnowFloatKernels

/// Batch normalisation of `[rows × channels × inner]` with a leaky rectifier behind it.
///
/// A slope of 1 is none. The rectifier's derivative is 1 where `z > 0`, else the slope.
extension TrainingScalar {
  /// Per channel the mean and `Σ (x − mean)²`, in two passes; zeros without rows.
  static func channelStatistics(
    _ x: UnsafePointer<Self>, rows: Int, channels: Int, inner: Int,
    mean: UnsafeMutablePointer<Self>, squares: UnsafeMutablePointer<Self>
  ) {
    unsafe kernels.pointee.channel_statistics(x, rows, channels, inner, mean, squares)
  }

  /// `y = rectify((x − mean) · factor + bias)` per channel.
  static func channelNormalize(
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, rows: Int, channels: Int,
    inner: Int, mean: UnsafePointer<Self>, factor: UnsafePointer<Self>,
    bias: UnsafePointer<Self>, slope: Double
  ) {
    unsafe kernels.pointee.channel_normalize(
      x, y, rows, channels, inner, mean, factor, bias, slope)
  }

  /// Per channel `Σ dz` and `Σ dz · x̂`, where `dz` is the gradient before the rectifier of
  /// `z = (x − mean) · factor + bias` and `x̂ = (x − mean) · inverse`.
  static func channelPullSums(
    _ dy: UnsafePointer<Self>, _ x: UnsafePointer<Self>, rows: Int, channels: Int, inner: Int,
    mean: UnsafePointer<Self>, inverse: UnsafePointer<Self>, factor: UnsafePointer<Self>,
    bias: UnsafePointer<Self>, slope: Double, sum: UnsafeMutablePointer<Self>,
    projection: UnsafeMutablePointer<Self>
  ) {
    unsafe kernels.pointee.channel_pull_sums(
      dy, x, rows, channels, inner, mean, inverse, factor, bias, slope, sum, projection)
  }

  /// `dx (+)= factor · (dz − (sum + x̂ · projection) / total)`.
  static func channelPull(
    _ dy: UnsafePointer<Self>, _ x: UnsafePointer<Self>, into dx: UnsafeMutablePointer<Self>,
    rows: Int, channels: Int, inner: Int, mean: UnsafePointer<Self>,
    inverse: UnsafePointer<Self>, factor: UnsafePointer<Self>, bias: UnsafePointer<Self>,
    sum: UnsafePointer<Self>, projection: UnsafePointer<Self>, slope: Double, total: Double,
    accumulate: Bool
  ) {
    unsafe kernels.pointee.channel_pull(
      dy, x, dx, rows, channels, inner, mean, inverse, factor, bias, sum, projection, slope,
      total, accumulate ? 1 : 0)
  }
}
