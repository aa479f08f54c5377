import WinnowTensors

extension TrainingData {
  /// Reads all columns once and stops at the first number that training cannot use.
  ///
  /// - Parameters:
  ///   - classes: columns that hold class numbers, with the number of classes: `0..<classes`.
  ///   - weights: the column of event weights, which are not negative.
  /// - Throws: ``TrainingError`` naming the file, the array, the column, the row and the element.
  public func validate(classes: [String: Int] = [:], weights: String? = nil) throws(TrainingError) {
    guard count > 0 else {
      throw TrainingError("the training data have no rows; \(columns[0].rows.source) is empty")
    }
    for name in classes.keys.sorted() { _ = try column(name) }
    if let weights, try column(weights).count != 1 {
      throw TrainingError(
        "the weight column '\(weights)' has \(try column(weights).count) values per event, not one")
    }
    var values: [Float] = []
    for column in columns {
      let step = max(1, (1 << 20) / column.count)
      for start in stride(from: 0, to: count, by: step) {
        let rows = start..<min(start + step, count)
        try column.read(rows, into: &values)
        if let index = values.firstIndex(where: { !$0.isFinite }) {
          throw try notFinite(column, row: start + index / column.count, element: index % column.count)
        }
        if let count = classes[column.name],
          let index = values.firstIndex(where: { $0 < 0 || $0 >= Float(count) || $0 != $0.rounded() })
        {
          throw TrainingError(
            "the label \(values[index]) in \(column.place(row: start + index / column.count, element: index % column.count)) "
              + "is no class of 0 to \(count - 1); mend the label or the number of classes")
        }
        if column.name == weights, let index = values.firstIndex(where: { $0 < 0 }) {
          throw TrainingError(
            "the weight \(values[index]) in \(column.place(row: start + index / column.count, element: index % column.count)) "
              + "is negative; event weights are 0 or more")
        }
      }
    }
  }

  private func notFinite(_ column: TrainingColumn, row: Int, element: Int) throws(TrainingError)
    -> TrainingError
  {
    var values: [Double] = []
    try column.read(row..<row + 1, into: &values)
    let what =
      values[element].isNaN
      ? "is NaN" : values[element].isInfinite ? "is infinite" : "is \(values[element]), beyond 32-bit floats"
    return TrainingError(
      "\(column.place(row: row, element: element)) \(what); remove the row or mend the value")
  }
}

extension TrainingColumn {
  /// A number of the column in messages.
  func place(row: Int, element: Int) -> String {
    "row \(row), element \(elements.place(element)) of \(rows.source) (column '\(name)')"
  }
}
