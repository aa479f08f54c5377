import WinnowTensors

extension TrainingColumn {
  /// The column scaled, under the same or another name: for targets, which no network's first layer
  /// can scale.
  public func scaled(by scaler: Scaler, name: String? = nil) throws(TrainingError) -> TrainingColumn {
    guard scaler.features.count == count else {
      throw TrainingError(
        "column '\(self.name)' has \(count) features and the scaler \(scaler.features.count); "
          + "fit it to this column")
    }
    return try TrainingColumn(name ?? self.name, ScaledRows(column: self, scaler: scaler))
  }
}

/// The rows of a column, scaled when they are read.
private struct ScaledRows: ArrayRows {
  let column: TrainingColumn
  let scaler: Scaler

  var source: String { "\(column.rows.source), scaled" }
  var shape: [Int] { [column.rows.rowCount] + column.shape }
  var elementType: StoredElementType { .float64 }
  var blockRows: Int? { column.rows.blockRows }

  func read<Value: RowValue>(
    rows: Range<Int>, elements: ElementRuns, into buffer: inout MutableSpan<Value>
  ) throws(TensorFileError) {
    var values = [Double](repeating: 0, count: rows.count * column.count)
    var span = values.mutableSpan
    try column.rows.read(rows: rows, elements: column.elements, into: &span)
    scale(values, elements, into: &buffer)
  }

  func gather<Value: RowValue>(
    rows: Span<UInt32>, elements: ElementRuns, into buffer: inout MutableSpan<Value>
  ) throws(TensorFileError) {
    var values = [Double](repeating: 0, count: rows.count * column.count)
    var span = values.mutableSpan
    try column.rows.gather(rows: rows, elements: column.elements, into: &span)
    scale(values, elements, into: &buffer)
  }

  private func scale<Value: RowValue>(
    _ values: [Double], _ elements: ElementRuns, into buffer: inout MutableSpan<Value>
  ) {
    var next = 0
    for row in stride(from: 0, to: values.count, by: column.count) {
      for run in elements.runs {
        for place in run {
          buffer[next] = Value(scaler(values[row + place], feature: place))
          next += 1
        }
      }
    }
  }
}
