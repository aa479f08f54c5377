import CWinnowFloatKernels

/// Sums in a fixed order that depends on the sizes alone.
///
/// Rows are summed in order in blocks of 256, and the blocks' sums in order, so the error grows
/// with 256 plus the number of blocks.
extension TrainingScalar {
  /// `y[columns] (+)= factor · Σ x` over rows, or `Σ x·other` with `other` of `x`'s shape.
  static func columnSums(
    _ x: UnsafePointer<Self>, times other: UnsafePointer<Self>? = nil,
    into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int, factor: Double = 1,
    accumulate: Bool
  ) {
    unsafe kernels.pointee.column_sums(x, other, y, rows, columns, factor, accumulate ? 1 : 0)
  }

  /// `y[rows] (+)= factor · Σ x` over columns, or `Σ x·other`.
  static func rowSums(
    _ x: UnsafePointer<Self>, times other: UnsafePointer<Self>? = nil,
    into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int, factor: Double = 1,
    accumulate: Bool
  ) {
    unsafe kernels.pointee.row_sums(x, other, y, rows, columns, factor, accumulate ? 1 : 0)
  }

  /// `Σ x`, or `Σ x·other` (with `other = x` the sum of squares).
  static func sum(
    _ x: UnsafePointer<Self>, times other: UnsafePointer<Self>? = nil, count: Int
  ) -> Double {
    unsafe kernels.pointee.sum(x, other, count)
  }
}
