internal import CHDF5

/// Writes an HDF5 file, whole or not at all.
///
///     let writer = try HDF5Writer("events.h5")
///     try writer.write(particles, as: "Particles", compression: 4)
///     try writer.write(strings: ["Pt", "Eta", "Phi", "Class"], as: "Particles_Names")
///     try writer.finish()
///
/// The file has a temporary name in the same folder until ``finish()`` gives it its own; a writer
/// that goes out of scope before removes it. Equal arrays give equal bytes with one version of the
/// library, since no times are kept.
public final class HDF5Writer {
  public let path: String
  private let temporary: String
  private var file: hid_t
  private var rowCounts: [String: Int] = [:]

  /// Makes the temporary file.
  public init(_ path: String) throws(TensorFileError) {
    guard !path.isEmpty, !path.utf8.contains(0), path.utf8.last != UInt8(ascii: "/"),
      POSIXFile.look(path)?.kind ?? .regular == .regular
    else { throw TensorFileError("'\(path)' is no file's path; name a file to write") }
    self.path = path
    let target = POSIXFile.resolved(path)
    let temporary = AtomicFile.temporaryPath(beside: target)
    self.temporary = temporary
    file = try HDF5Library.locked { () throws(TensorFileError) in
      // Nobody else knows the temporary name, so no lock is needed.
      guard let access = HDF5Handle(H5Pcreate(chdf5_file_access())) else {
        throw TensorFileError("'\(path)' cannot be written: \(HDF5Library.reason)")
      }
      chdf5_without_locks(access.id)
      let file = unsafe H5Fcreate(
        temporary, chdf5_must_be_new(), chdf5_defaults(), access.id)
      guard file >= 0 else {
        throw TensorFileError(
          "'\(path)' cannot be written: \(HDF5Library.reason); check the folder and its permissions")
      }
      return file
    }
  }

  deinit {
    guard file >= 0 else { return }
    HDF5Library.locked { _ = H5Fclose(file) }
    POSIXFile.remove(temporary)
  }

  /// Closes the file and gives it its name.
  public func finish() throws(TensorFileError) {
    precondition(file >= 0, "the file is finished already")
    let isWritten = HDF5Library.locked {
      defer { file = -1 }
      return H5Fclose(file) >= 0
    }
    do throws(POSIXFile.Failure) {
      guard isWritten else {
        POSIXFile.remove(temporary)
        throw .last
      }
      try POSIXFile.move(temporary, to: POSIXFile.resolved(path))
    } catch {
      POSIXFile.remove(temporary)
      throw TensorFileError("'\(path)' cannot be written: \(error.text)")
    }
  }

  /// Writes a dataset at once.
  ///
  /// - Parameters:
  ///   - compression: gzip's level, 0 to 9; `nil` keeps the elements as they are.
  ///   - chunkRows: the rows of a chunk of a compressed dataset; chosen when omitted.
  public func write(
    _ array: NumericArray, as name: String, compression: Int? = nil, chunkRows: Int? = nil
  ) throws(TensorFileError) {
    let isChunked = !array.shape.isEmpty && (compression != nil || chunkRows != nil)
    try create(
      name, array.elementType, shape: array.shape, compression: compression,
      chunkRows: isChunked ? chunkRows ?? suggestedChunkRows(array.shape, array.elementType) : nil,
      isGrowing: false)
    try store(array, name, at: 0)
  }

  /// Appends rows to a chunked dataset, which the first call makes.
  ///
  /// - Parameter rows: `[count, …]`; the later extents and the element type are the same each time.
  public func append(
    _ rows: NumericArray, to name: String, compression: Int? = nil, chunkRows: Int? = nil
  ) throws(TensorFileError) {
    precondition(!rows.shape.isEmpty, "a scalar has no rows to append")
    let start = rowCounts[name] ?? 0
    if rowCounts[name] == nil {
      try create(
        name, rows.elementType, shape: [0] + rows.shape.dropFirst(), compression: compression,
        chunkRows: chunkRows ?? suggestedChunkRows(rows.shape, rows.elementType), isGrowing: true)
    }
    try store(rows, name, at: start, growing: true)
    rowCounts[name] = start + rows.shape[0]
  }

  /// Writes a list of strings of variable length, in UTF-8.
  public func write(strings: [String], as name: String) throws(TensorFileError) {
    try HDF5Library.locked { () throws(TensorFileError) in
      let extents = [hsize_t(strings.count)]
      guard let type = HDF5Handle(H5Tcopy(chdf5_text())),
        H5Tset_size(type.id, chdf5_variable_length()) >= 0,
        H5Tset_cset(type.id, H5T_CSET_UTF8) >= 0,
        let space = HDF5Handle(unsafe H5Screate_simple(1, extents, nil)),
        let creation = HDF5Handle(H5Pcreate(chdf5_dataset_creation())),
        H5Pset_obj_track_times(creation.id, false) >= 0,
        let dataset = HDF5Handle(
          unsafe H5Dcreate2(
            file, name, type.id, space.id, chdf5_defaults(), creation.id, chdf5_defaults()))
      else { throw failure(name) }
      if strings.isEmpty { return }
      // One block of zero-terminated strings, and where each begins.
      let bytes: [UInt8] = strings.flatMap { Array($0.utf8) + [0] }
      var offset = 0
      let offsets = strings.map { string in
        defer { offset += string.utf8.count + 1 }
        return offset
      }
      let status = unsafe bytes.withUnsafeBufferPointer { block in
        // The pointers lie inside the block, which outlives the call.
        let pointers = unsafe offsets.map { unsafe block.baseAddress! + $0 }
        return unsafe H5Dwrite(
          dataset.id, type.id, chdf5_whole_space(), chdf5_whole_space(), chdf5_defaults(), pointers)
      }
      guard status >= 0 else { throw failure(name) }
    }
  }

  /// About 256 KiB, and no more rows than there are.
  private func suggestedChunkRows(_ shape: [Int], _ type: NumericArray.ElementType) -> Int {
    let bytes = max(1, shape.dropFirst().reduce(type.byteCount, *))
    return max(1, min((1 << 18) / bytes, shape[0]))
  }

  private func create(
    _ name: String, _ type: NumericArray.ElementType, shape: [Int], compression: Int?,
    chunkRows: Int?, isGrowing: Bool
  ) throws(TensorFileError) {
    precondition((0...9).contains(compression ?? 0), "gzip's levels are 0 to 9")
    try HDF5Library.locked { () throws(TensorFileError) in
      var extents = shape.map { hsize_t($0) }
      var limits = extents
      if isGrowing { limits[0] = chdf5_unlimited() }
      guard let creation = HDF5Handle(H5Pcreate(chdf5_dataset_creation())),
        H5Pset_obj_track_times(creation.id, false) >= 0,
        let links = HDF5Handle(H5Pcreate(chdf5_link_creation())),
        H5Pset_create_intermediate_group(links.id, 1) >= 0,
        let space = HDF5Handle(unsafe H5Screate_simple(Int32(shape.count), extents, limits)),
        let elements = HDF5Handle(fileTypeOf: type)
      else { throw failure(name) }
      if let chunkRows {
        extents[0] = hsize_t(max(1, chunkRows))
        for axis in extents.indices { extents[axis] = max(1, extents[axis]) }
        guard unsafe H5Pset_chunk(creation.id, Int32(shape.count), extents) >= 0 else {
          throw failure(name)
        }
        if let compression {
          guard H5Pset_shuffle(creation.id) >= 0,
            H5Pset_deflate(creation.id, UInt32(compression)) >= 0
          else { throw failure(name) }
        }
      }
      guard
        HDF5Handle(
          unsafe H5Dcreate2(
            file, name, elements.id, space.id, links.id, creation.id, chdf5_defaults())) != nil
      else { throw failure(name) }
    }
  }

  private func store(_ array: NumericArray, _ name: String, at start: Int, growing: Bool = false)
    throws(TensorFileError)
  {
    if array.count == 0 { return }
    try HDF5Library.locked { () throws(TensorFileError) in
      guard let dataset = HDF5Handle(unsafe H5Dopen2(file, name, chdf5_defaults())),
        let type = HDF5Handle(memoryTypeOf: array.elementType)
      else { throw failure(name) }
      var (fileSpace, memorySpace) = (chdf5_whole_space(), chdf5_whole_space())
      var selection: HDF5Handle?
      var memory: HDF5Handle?
      if growing {
        let counts = array.shape.map { hsize_t($0) }
        var extents = counts
        extents[0] = hsize_t(start + array.shape[0])
        var starts = [hsize_t](repeating: 0, count: counts.count)
        starts[0] = hsize_t(start)
        guard unsafe H5Dset_extent(dataset.id, extents) >= 0 else { throw failure(name) }
        selection = HDF5Handle(H5Dget_space(dataset.id))
        memory = HDF5Handle(unsafe H5Screate_simple(Int32(counts.count), counts, nil))
        fileSpace = selection?.id ?? -1
        memorySpace = memory?.id ?? -1
        guard
          unsafe H5Sselect_hyperslab(fileSpace, H5S_SELECT_SET, starts, nil, counts, nil) >= 0
        else { throw failure(name) }
      }
      let status = unsafe array.storage.withBytes { bytes in
        unsafe H5Dwrite(
          dataset.id, type.id, memorySpace, fileSpace, chdf5_defaults(), bytes.baseAddress)
      }
      guard status >= 0 else { throw failure(name) }
    }
  }

  private func failure(_ name: String) -> TensorFileError {
    TensorFileError(
      "the dataset '\(name)' of '\(path)' cannot be written: \(HDF5Library.reason)")
  }
}
