import CWinnowFloatKernels

/// The three products of a dense layer `y[rows × columns] = x[rows × inner] · w[inner × columns]`.
///
/// Every sum over the contracted dimension is one chain of multiply-adds in order, or, where the
/// result is at most four wide, a dot product in lanes; either way a row's bits do not depend on
/// the other rows.
extension TrainingScalar {
  /// Scalars of scratch that each product below needs for a layer of this size; at most 98,304.
  static func scratchCount(rows: Int, inner: Int, columns: Int) -> Int {
    winnow_float_product_scratch(rows, inner, columns)
  }

  /// `c[rows × columns] = a[rows × inner] · b[inner × columns]`, plus `bias[columns]`, plus the old
  /// `c` if it accumulates.
  static func product(
    _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, into c: UnsafeMutablePointer<Self>,
    rows: Int, inner: Int, columns: Int, bias: UnsafePointer<Self>?, accumulate: Bool,
    scratch: UnsafeMutablePointer<Self>
  ) {
    unsafe kernels.pointee.product(
      a, inner, b, columns, c, columns, rows, inner, columns, bias, accumulate ? 1 : 0,
      winnow_epilogue_none, 0, scratch)
  }

  /// The same with leading dimensions and, at the end, the leaky rectifier: `slope · z` where
  /// `z < 0` (slope 0 is the rectifier, `nil` none).
  static func product(
    _ a: UnsafePointer<Self>, leadingA: Int, _ b: UnsafePointer<Self>, leadingB: Int,
    into c: UnsafeMutablePointer<Self>, leadingC: Int, rows: Int, inner: Int, columns: Int,
    bias: UnsafePointer<Self>?, accumulate: Bool, leakySlope: Double?,
    scratch: UnsafeMutablePointer<Self>
  ) {
    unsafe kernels.pointee.product(
      a, leadingA, b, leadingB, c, leadingC, rows, inner, columns, bias, accumulate ? 1 : 0,
      leakySlope == nil ? winnow_epilogue_none : winnow_epilogue_leaky, leakySlope ?? 0, scratch)
  }

  /// The gradient of a dense layer's input: `dx[rows × inner] (+)= dy[rows × columns] · wᵀ`.
  static func productTransposedRight(
    _ dy: UnsafePointer<Self>, _ w: UnsafePointer<Self>, into dx: UnsafeMutablePointer<Self>,
    rows: Int, inner: Int, columns: Int, accumulate: Bool, scratch: UnsafeMutablePointer<Self>
  ) {
    unsafe kernels.pointee.product_transposed_right(
      dy, columns, w, columns, dx, inner, rows, inner, columns, accumulate ? 1 : 0, scratch)
  }

  /// The same with leading dimensions.
  static func productTransposedRight(
    _ dy: UnsafePointer<Self>, leadingDY: Int, _ w: UnsafePointer<Self>, leadingW: Int,
    into dx: UnsafeMutablePointer<Self>, leadingDX: Int, rows: Int, inner: Int, columns: Int,
    accumulate: Bool, scratch: UnsafeMutablePointer<Self>
  ) {
    unsafe kernels.pointee.product_transposed_right(
      dy, leadingDY, w, leadingW, dx, leadingDX, rows, inner, columns, accumulate ? 1 : 0, scratch)
  }

  /// The gradient of a dense layer's weights: `dw[inner × columns] (+)= xᵀ · dy[rows × columns]`,
  /// rows summed in order.
  static func productTransposedLeft(
    _ x: UnsafePointer<Self>, _ dy: UnsafePointer<Self>, into dw: UnsafeMutablePointer<Self>,
    rows: Int, inner: Int, columns: Int, accumulate: Bool, scratch: UnsafeMutablePointer<Self>
  ) {
    unsafe kernels.pointee.product_transposed_left(
      x, inner, dy, columns, dw, columns, rows, inner, columns, accumulate ? 1 : 0, scratch)
  }

  /// The same with leading dimensions.
  static func productTransposedLeft(
    _ x: UnsafePointer<Self>, leadingX: Int, _ dy: UnsafePointer<Self>, leadingDY: Int,
    into dw: UnsafeMutablePointer<Self>, leadingDW: Int, rows: Int, inner: Int, columns: Int,
    accumulate: Bool, scratch: UnsafeMutablePointer<Self>
  ) {
    unsafe kernels.pointee.product_transposed_left(
      x, leadingX, dy, leadingDY, dw, leadingDW, rows, inner, columns, accumulate ? 1 : 0, scratch)
  }
}
