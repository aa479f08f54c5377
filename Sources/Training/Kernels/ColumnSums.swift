extension TrainingScalar {
  /// `y[columns] (+)= Σ_rows x[rows × columns]`, rows in order.
  static func columnSums(
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, rows: Int, columns: Int,
    accumulate: Bool
  ) {
    unsafe winnowColumnSums(x, y, rows: rows, columns: columns, accumulate: accumulate)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func winnowColumnSums<Scalar: TrainingScalar>(
  _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int,
  accumulate: Bool
) {
  if !accumulate { unsafe y.update(repeating: 0, count: columns) }
  for row in 0..<rows {
    for column in 0..<columns { unsafe y[column] += x[row * columns + column] }
  }
}
