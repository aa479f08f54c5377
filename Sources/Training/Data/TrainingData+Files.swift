import Foundation
import WinnowTensors

extension TrainingData {
  /// Opens a file or folder.
  ///
  /// The kind goes by the name: `.npz`, `.npy` (one column, named after the file), `.h5` and
  /// `.hdf5`, or a folder of `.npy` files, whose names are the arrays'.
  ///
  /// - Parameters:
  ///   - columns: column names with what they are: `["x": "Particles[:, :, 0:3]", "y": "label"]`;
  ///     every array of numbers under its own name when empty.
  ///   - memoryLimit: the most bytes that a compressed array of an `.npz` file may take in memory.
  /// - Throws: ``TrainingError`` for files and arrays that are missing, damaged or do not fit.
  public init(
    contentsOf path: String, columns: KeyValuePairs<String, String> = [:],
    memoryLimit: Int = 1 << 31
  ) throws(TrainingError) {
    try self.init(
      contentsOf: path, columns: columns.map { ($0.key, $0.value) }, memoryLimit: memoryLimit)
  }

  /// The same for columns that are not known when the program is written.
  public init(
    contentsOf path: String, columns: [(name: String, selection: String)],
    memoryLimit: Int = 1 << 31
  ) throws(TrainingError) {
    do {
      let source = try ArraySource(path, memoryLimit: memoryLimit)
      var found: [TrainingColumn] = []
      for (name, text) in columns.isEmpty ? try source.names().map({ ($0, $0) }) : columns {
        let selection =
          columns.isEmpty ? ColumnSelection(text) : try ColumnSelection(parsing: text)
        found.append(try TrainingColumn(name, try source.rows(selection.array), selection.axes))
      }
      guard !found.isEmpty else { throw TrainingError("'\(path)' holds no arrays of numbers") }
      try self.init(columns: found)
    } catch let error as TensorFileError {
      throw TrainingError(error.message)
    } catch let error as TrainingError {
      throw error
    } catch {
      throw TrainingError("'\(path)' cannot be read: \(error)")
    }
  }
}

/// Where arrays of one file or folder come from.
private enum ArraySource {
  case npz(MappedNPZ, limit: Int)
  case npy(String)
  case folder(String)
  case hdf5(HDF5File)

  init(_ path: String, memoryLimit: Int) throws {
    let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    if kind == .typeDirectory {
      self = .folder(path)
      return
    }
    switch path.split(separator: ".").last?.lowercased() {
    case "npz": self = .npz(try MappedNPZ(contentsOf: path), limit: memoryLimit)
    case "npy": self = .npy(path)
    case "h5", "hdf5": self = .hdf5(try HDF5File(contentsOf: path))
    default:
      throw TrainingError(
        "'\(path)' is no training data by its name; give an .npz, .npy, .h5 or .hdf5 file or a "
          + "folder of .npy files")
    }
  }

  /// The names of the arrays that can be columns.
  func names() throws -> [String] {
    switch self {
    case .npz(let file, _): return file.names
    case .npy(let path): return [stem(path)]
    case .folder(let folder):
      return try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { $0.hasSuffix(".npy") }.map { stem($0) }.sorted()
    case .hdf5(let file):
      return try file.datasetNames().filter { name in
        if case .numbers = try file.dataset(name).elements { return true }
        return false
      }
    }
  }

  func rows(_ name: String) throws -> any ArrayRows {
    switch self {
    case .npz(let file, let limit): return try file.rows(name, memoryLimit: limit)
    case .npy(let path):
      guard name == stem(path) else {
        throw TrainingError("'\(path)' holds one array, '\(stem(path))', and not '\(name)'")
      }
      return try MappedArray(contentsOf: path)
    case .folder(let folder): return try MappedArray(contentsOf: "\(folder)/\(name).npy")
    case .hdf5(let file):
      let dataset = try file.dataset(name)
      guard case .numbers = dataset.elements else {
        throw TrainingError("\(dataset.source) holds no numbers; name another dataset")
      }
      return dataset
    }
  }

  private func stem(_ path: String) -> String {
    String(path.split(separator: "/").last?.dropLast(4) ?? "")
  }
}
