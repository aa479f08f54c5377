import CWinnowFloatKernels

/// Functions of whole rows.
extension TrainingScalar {
  /// Softmax of each row, its largest element subtracted first; `y` may be `x`.
  static func softmax(
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int
  ) {
    unsafe kernels.pointee.softmax(x, y, rows, columns)
  }

  /// `dx (+)= y · (dy − Σ dy·y)` per row.
  static func softmaxPull(
    _ y: UnsafePointer<Self>, _ dy: UnsafePointer<Self>, into dx: UnsafeMutablePointer<Self>,
    rows: Int, columns: Int, accumulate: Bool
  ) {
    unsafe kernels.pointee.softmax_backward(y, dy, dx, rows, columns, accumulate ? 1 : 0)
  }

  /// `y = (x − mean) · inverse · scale + bias` per row with `inverse = 1/√(variance + ε)`; keeps
  /// the rows' means and inverses.
  ///
  /// - Reference: J. L. Ba, J. R. Kiros, G. E. Hinton, arXiv 1607.06450, equation 4.
  static func layerNormalize(
    _ x: UnsafePointer<Self>, scale: UnsafePointer<Self>?, bias: UnsafePointer<Self>?,
    into y: UnsafeMutablePointer<Self>, mean: UnsafeMutablePointer<Self>,
    inverse: UnsafeMutablePointer<Self>, rows: Int, columns: Int, epsilon: Double
  ) {
    unsafe kernels.pointee.layer_normalize(
      x, scale, bias, y, mean, inverse, rows, columns, epsilon)
  }

  /// With `g = dy · scale`: `dx (+)= inverse · (g − mean(g) − x̂ · mean(g · x̂))`,
  /// `dscale (+)= Σ dy · x̂`, `dbias (+)= Σ dy`; each of the three may be absent.
  static func layerNormalizePull(
    _ x: UnsafePointer<Self>, scale: UnsafePointer<Self>?, mean: UnsafePointer<Self>,
    inverse: UnsafePointer<Self>, _ dy: UnsafePointer<Self>,
    into dx: UnsafeMutablePointer<Self>?, scaleGradient: UnsafeMutablePointer<Self>?,
    biasGradient: UnsafeMutablePointer<Self>?, rows: Int, columns: Int, accumulate: Bool,
    accumulateParameters: Bool
  ) {
    unsafe kernels.pointee.layer_normalize_backward(
      x, scale, mean, inverse, dy, dx, scaleGradient, biasGradient, rows, columns,
      accumulate ? 1 : 0, accumulateParameters ? 1 : 0)
  }
}
