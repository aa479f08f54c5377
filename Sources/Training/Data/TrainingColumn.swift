public import WinnowTensors

/// One named quantity of every event: an array, or a part of one.
public struct TrainingColumn: Sendable {
  public let name: String
  public let rows: any ArrayRows
  /// The elements of a row that are used.
  public let elements: ElementRuns
  /// The shape of what is used of one row; empty for one number per event.
  public let shape: [Int]

  /// The number of values per event.
  public var count: Int { elements.count }

  /// - Throws: ``TrainingError`` where the selection does not fit the array, or rows have no elements.
  public init(
    _ name: String, _ rows: any ArrayRows, _ selection: [ColumnSelection.Axis] = []
  ) throws(TrainingError) {
    self.name = name
    self.rows = rows
    (shape, elements) = try ColumnSelection(name, axes: selection)
      .resolved(rowShape: rows.rowShape, source: rows.source)
    guard elements.count > 0 else {
      throw TrainingError("the rows of \(rows.source) hold no elements; its shape is \(rows.shape)")
    }
    guard !rows.shape.isEmpty else {
      throw TrainingError("\(rows.source) is one number; a column has a row per event")
    }
  }

  /// An array in memory.
  public init(_ name: String, _ array: NumericArray) throws(TrainingError) {
    try self.init(name, MemoryRows(array, source: "the array '\(name)' in memory"))
  }

  /// Reads consecutive rows into `values`, which holds `rows.count * count` of them.
  func read<Value: RowValue>(_ rows: Range<Int>, into values: inout [Value]) throws(TrainingError) {
    let wanted = rows.count * count
    if values.count != wanted {
      values.removeAll(keepingCapacity: true)
      values.append(contentsOf: repeatElement(Value(Int64(0)), count: wanted))
    }
    var span = values.mutableSpan
    do throws(TensorFileError) {
      try self.rows.read(rows: rows, elements: elements, into: &span)
    } catch { throw TrainingError(error.message) }
  }
}
