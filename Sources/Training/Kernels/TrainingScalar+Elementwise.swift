import CWinnowFloatKernels

/// Functions of each element, and of each pair.
///
/// `exp` and `log` are within 1.1 units in the last place, other functions within 3; an element's
/// bits do not depend on its place in the array.
extension TrainingScalar {
  /// `y = f(x)`; `y` may be `x`. `parameter` is the slope of `leaky_relu` or the factor of `elu`.
  static func apply(
    _ function: winnow_unary, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>,
    count: Int, parameter: Double = 0
  ) {
    unsafe kernels.pointee.unary(function, x, y, count, parameter)
  }

  /// `dx (+)= f′(x) · dy`, with `y = f(x)`.
  static func pull(
    _ function: winnow_unary, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>,
    _ dy: UnsafePointer<Self>, into dx: UnsafeMutablePointer<Self>, count: Int,
    parameter: Double = 0, accumulate: Bool
  ) {
    unsafe kernels.pointee.unary_backward(
      function, x, y, dy, dx, count, parameter, accumulate ? 1 : 0)
  }

  /// `y[rows × columns] (+)= f(a, b)`; `b` has `a`'s shape or is a row, a column or one scalar.
  static func apply(
    _ function: winnow_binary, _ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>,
    broadcast: winnow_broadcast = winnow_broadcast_none, into y: UnsafeMutablePointer<Self>,
    rows: Int, columns: Int, accumulate: Bool = false
  ) {
    unsafe kernels.pointee.binary(
      function, a, b, broadcast, y, rows, columns, accumulate ? 1 : 0)
  }

  /// `y (+)= factor · x`
  static func scale(
    _ factor: Double, _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int,
    accumulate: Bool
  ) {
    unsafe kernels.pointee.scale(factor, x, y, count, accumulate ? 1 : 0)
  }

  static func fill(_ value: Double, into y: UnsafeMutablePointer<Self>, count: Int) {
    unsafe kernels.pointee.fill(value, y, count)
  }
}
