import WinnowTensors

/// The arrays of an NPZ or HDF5 file by name, told apart by the file's first bytes.
struct EventColumns: Sendable {
  let path: String
  let names: Set<String>
  private let npz: MappedNPZ?
  private let hdf5: HDF5File?

  init(_ path: String) throws {
    self.path = path
    let start = try InputFile.start(path, count: 8)
    if start.starts(with: [0x50, 0x4b]) {
      let file = try MappedNPZ(contentsOf: path)
      (npz, hdf5, names) = (file, nil, Set(file.names))
    } else if start.starts(with: [0x89, 0x48, 0x44, 0x46]) {
      let file = try HDF5File(contentsOf: path)
      (npz, hdf5, names) = (nil, file, Set(try file.datasetNames()))
    } else {
      throw EventError(
        "'\(path)' is neither an NPZ nor an HDF5 file; give one of the two, or a table named .csv or .csv.gz")
    }
  }

  func contains(_ name: String) -> Bool { names.contains(name) }

  /// The rows of a column, with its shape checked: so many rows (`nil`: any) of so many elements.
  func rows(_ name: String, count: Int?, elements: Int = 1) throws -> any ArrayRows {
    guard names.contains(name) else {
      let present = names.sorted().map { "'\($0)'" }.joined(separator: ", ")
      throw EventError("'\(path)' has no column '\(name)'; it holds \(present)")
    }
    let rows: any ArrayRows =
      if let npz { try npz.rows(name, memoryLimit: 1 << 34) } else { try hdf5!.dataset(name) }
    guard rows.shape.count >= 1, count == nil || rows.rowCount == count, rows.rowElements == elements
    else {
      let wanted = count.map { "\($0) rows" } ?? "rows"
      throw EventError(
        "\(rows.source) has shape \(rows.shape); \(wanted) of \(elements) number\(elements == 1 ? "" : "s") were expected"
      )
    }
    return rows
  }
}

extension ArrayRows {
  /// Consecutive rows, all elements, as `Double` (exact for every integer below 2^53) or `Float`.
  func values<Value: RowValue>(_ rows: Range<Int>, as: Value.Type = Value.self) throws -> [Value] {
    var values = [Value](repeating: Value(Float(0)), count: rows.count * rowElements)
    var span = values.mutableSpan
    try read(rows: rows, elements: ElementRuns(all: rowElements), into: &span)
    return values
  }
}

/// What any file of events tells.
public enum EventFile {
  /// The names of its columns.
  ///
  /// - Throws: ``EventError`` or `TensorFileError` for a file that is missing, damaged, or neither
  ///   NPZ nor HDF5 nor, by its name, CSV.
  public static func columnNames(of path: String) throws -> Set<String> {
    CSVReader.isTable(path) ? Set(try CSVReader(path).columns) : try EventColumns(path).names
  }

  /// Whether columns of these names are those of a ``LevelOneEventFile``.
  public static func isLevelOne(_ names: Set<String>) -> Bool {
    names.contains("Particles") || names.contains(LevelOneEventTable.objectColumn)
  }
}
