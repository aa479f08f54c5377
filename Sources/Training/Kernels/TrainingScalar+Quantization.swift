import CWinnowFloatKernels
import WinnowFixedPoint

/// Rounding to fixed-point numbers as `FixedPointType.convert` does; the same bits wherever
/// `|x · 2^f|` is below 2^23 (`Float`) or 2^52 (`Double`) and does not underflow. NaN stays NaN.
extension TrainingScalar {
  /// `y = overflow(round(x · factor)) · inverse` for `[rows × columns]`.
  ///
  /// - Parameters:
  ///   - factor: `2^f`; `inverse`: `2^−f`; `low`, `high`: the smallest and largest mantissa (for
  ///     symmetric saturation `low = −high`). One number each, or with `perColumn` one per column.
  static func quantize(
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int,
    rounding: RoundingMode, overflow: OverflowMode, factor: UnsafePointer<Self>,
    inverse: UnsafePointer<Self>, low: UnsafePointer<Self>, high: UnsafePointer<Self>,
    perColumn: Bool
  ) {
    unsafe kernels.pointee.quantise(
      rounding.kernel, overflow.kernel, x, y, rows, columns, factor, inverse, low, high,
      perColumn ? 1 : 0)
  }

  /// The straight-through estimate with clipping: `dx (+)= dy` where `low ≤ x · factor ≤ high`,
  /// else 0. (Without clipping it is a copy.)
  static func quantizePull(
    _ x: UnsafePointer<Self>, _ dy: UnsafePointer<Self>, into dx: UnsafeMutablePointer<Self>,
    rows: Int, columns: Int, factor: UnsafePointer<Self>, low: UnsafePointer<Self>,
    high: UnsafePointer<Self>, perColumn: Bool, accumulate: Bool
  ) {
    unsafe kernels.pointee.quantise_backward(
      x, dy, dx, rows, columns, factor, low, high, perColumn ? 1 : 0, accumulate ? 1 : 0)
  }
}

extension RoundingMode {
  var kernel: winnow_rounding {
    switch self {
    case .truncate: winnow_rounding_truncate
    case .truncateToZero: winnow_rounding_truncate_to_zero
    case .nearest: winnow_rounding_nearest
    case .nearestToZero: winnow_rounding_nearest_to_zero
    case .nearestToInfinity: winnow_rounding_nearest_to_infinity
    case .nearestToMinusInfinity: winnow_rounding_nearest_to_minus_infinity
    case .nearestToEven: winnow_rounding_nearest_to_even
    }
  }
}

extension OverflowMode {
  /// Symmetric saturation saturates; the caller's `low` is `−high`.
  var kernel: winnow_overflow {
    switch self {
    case .wrap: winnow_overflow_wrap
    case .saturate, .saturateSymmetrically: winnow_overflow_saturate
    case .saturateToZero: winnow_overflow_saturate_to_zero
    }
  }
}
