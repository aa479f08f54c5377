internal import CHDF5

/// An HDF5 file, open for reading.
///
///     let file = try HDF5File(contentsOf: "background_for_training.h5")
///     let particles = try file.dataset("Particles")          // shape [N, 19, 4], float64
///     let first = try particles.values(rows: 0..<1000, as: Float.self)
///
/// Chunked and compressed datasets are read through the library, which must have the filter (gzip
/// is always there). The library's serial build admits one thread at a time, so that calls wait for
/// one another whatever file they read.
///
/// - Reference: The HDF Group, HDF5 library and file format, version 1.10.
public final class HDF5File: Sendable {
  public let path: String
  let id: Int64

  /// Opens the file.
  ///
  /// - Throws: ``TensorFileError`` where there is no such file, or it is cut short or no HDF5 file.
  public init(contentsOf path: String) throws(TensorFileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw TensorFileError("'\(path)' is not a path; name a file to read")
    }
    guard let found = POSIXFile.look(path) else {
      throw TensorFileError("there is no file '\(path)'; check the path")
    }
    if found.kind == .folder {
      throw TensorFileError("'\(path)' is a folder; name a file in it")
    }
    self.path = path
    id = try HDF5Library.locked { () throws(TensorFileError) in
      guard let access = HDF5Handle(H5Pcreate(chdf5_file_access())) else {
        throw TensorFileError("'\(path)' cannot be opened: \(HDF5Library.reason)")
      }
      chdf5_ignore_missing_locks(access.id)
      guard let file = HDF5Handle(unsafe H5Fopen(path, chdf5_read_only(), access.id)) else {
        throw TensorFileError(
          "'\(path)' cannot be opened as an HDF5 file: \(HDF5Library.reason); "
            + "copy or make the file again")
      }
      return file.released()
    }
  }

  deinit { HDF5Library.locked { _ = H5Idec_ref(id) } }

  /// The paths of all datasets, groups searched, in alphabetical order: `Particles`, `jets/pt`.
  ///
  /// Links to other files are not followed.
  public func datasetNames() throws(TensorFileError) -> [String] {
    try HDF5Library.locked { () throws(TensorFileError) in
      var names: [String] = []
      try collect(from: id, prefix: "", depth: 0, into: &names)
      return names
    }
  }

  /// The dataset at a path.
  ///
  /// - Throws: ``TensorFileError`` with the names that there are where it is missing.
  public func dataset(_ name: String) throws(TensorFileError) -> HDF5Dataset {
    if let dataset = try HDF5Dataset(name, of: self) { return dataset }
    let names = try datasetNames().map { "'\($0)'" }.joined(separator: ", ")
    throw TensorFileError(
      "'\(path)' has no dataset '\(name)'; it holds \(names.isEmpty ? "none" : names)")
  }

  /// Deeper groups are a loop of links or no data set of the field.
  private static let maximumDepth = 16
  private static let maximumNames = 100_000

  private func collect(from group: hid_t, prefix: String, depth: Int, into names: inout [String])
    throws(TensorFileError)
  {
    var information = H5G_info_t()
    guard unsafe H5Gget_info(group, &information) >= 0 else {
      throw TensorFileError(
        "the group '/\(prefix)' of '\(path)' cannot be read: \(HDF5Library.reason)")
    }
    for index in 0..<information.nlinks {
      guard names.count < HDF5File.maximumNames else { return }
      guard let name = linkName(index, in: group), unsafe chdf5_is_hard_link(group, name) != 0,
        let object = HDF5Handle(unsafe H5Oopen(group, name, chdf5_defaults()))
      else { continue }
      switch H5Iget_type(object.id) {
      case H5I_DATASET: names.append(prefix + name)
      case H5I_GROUP where depth < HDF5File.maximumDepth:
        try collect(from: object.id, prefix: "\(prefix)\(name)/", depth: depth + 1, into: &names)
      default: break
      }
    }
  }

  private func linkName(_ index: hsize_t, in group: hid_t) -> String? {
    func read(_ buffer: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
      unsafe H5Lget_name_by_idx(
        group, ".", H5_INDEX_NAME, H5_ITER_INC, index, buffer, count, chdf5_defaults())
    }
    let count = read(nil, 0)
    guard count > 0, count < 1 << 16 else { return nil }
    // The library writes `count` bytes and a zero.
    let bytes = unsafe [CChar](unsafeUninitializedCapacity: count + 1) { buffer, initialized in
      initialized = unsafe read(buffer.baseAddress, count + 1) == count ? count : 0
    }
    return String(validating: bytes.lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
