import WinnowTensors

/// The events of a training: named columns with a row per event.
///
///     let data = try TrainingData(
///       contentsOf: "background_for_training.h5", columns: ["x": "Particles[:, :, 0:3]"])
///     let split = try data.split(validation: 0.1, test: 0.1, seed: 7)
///     let stream = try BatchStream(data, rows: split.training, BatchOptions(columns: ["x"]))
///
/// Columns come from `.npz`, `.npy` and HDF5 files, from folders of `.npy` files, and from arrays
/// in memory; files are read when batches are made and may be larger than memory.
public struct TrainingData: Sendable {
  public let columns: [TrainingColumn]
  /// The number of events.
  public let count: Int

  /// - Throws: ``TrainingError`` for no columns, equal names, and columns of different lengths.
  public init(columns: [TrainingColumn]) throws(TrainingError) {
    guard let first = columns.first else {
      throw TrainingError("the training data have no columns; name at least one array")
    }
    for (index, column) in columns.enumerated() {
      guard column.rows.rowCount == first.rows.rowCount else {
        throw TrainingError(
          "column '\(column.name)' (\(column.rows.source)) has \(column.rows.rowCount) rows and "
            + "column '\(first.name)' (\(first.rows.source)) \(first.rows.rowCount); "
            + "every column needs one row per event")
      }
      guard !columns[..<index].contains(where: { $0.name == column.name }) else {
        throw TrainingError("two columns are named '\(column.name)'; rename one")
      }
    }
    guard first.rows.rowCount < UInt32.max else {
      throw TrainingError("the training data have \(first.rows.rowCount) rows, more than 2^32")
    }
    self.columns = columns
    count = first.rows.rowCount
  }

  /// The column of a name.
  public func column(_ name: String) throws(TrainingError) -> TrainingColumn {
    if let column = columns.first(where: { $0.name == name }) { return column }
    let names = columns.map { "'\($0.name)'" }.joined(separator: ", ")
    throw TrainingError("the training data have no column '\(name)'; they have \(names)")
  }

  /// The bytes of all columns, or of some, as 32-bit numbers in memory.
  public func bytesInMemory(columns names: [String]? = nil) -> Int {
    columns.filter { names?.contains($0.name) ?? true }
      .reduce(0) { $0 + $1.count * count * MemoryLayout<Float>.stride }
  }

  /// The same columns as 32-bit numbers in memory, for random access at full speed.
  ///
  /// - Parameter available: the bytes that may be taken; what the system has free when omitted.
  /// - Throws: ``TrainingError`` where they do not fit, before anything is read.
  public func loaded(available: Int? = AvailableMemory.bytes()) throws(TrainingError) -> TrainingData {
    try AvailableMemory.require(
      bytesInMemory(), for: "the training data", available: available,
      remedy: "read them in shuffled blocks or use fewer columns")
    var loaded: [TrainingColumn] = []
    for column in columns {
      var values: [Float] = []
      try column.read(0..<count, into: &values)
      let array = NumericArray(floats: values, shape: [count] + column.shape)
      loaded.append(try TrainingColumn(column.name, MemoryRows(array, source: column.rows.source)))
    }
    return try TrainingData(columns: loaded)
  }
}
