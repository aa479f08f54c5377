internal import CHDF5

/// One dataset of an ``HDF5File``; it keeps the file open.
///
/// The first axis counts the rows. A scalar has the shape `[]` and one row.
public final class HDF5Dataset: Sendable {
  /// What a dataset's elements are.
  public enum Elements: Sendable, Hashable {
    case numbers(StoredElementType)
    /// Text of fixed or variable length.
    case strings
    /// Compound, opaque and other types, which are not read; the library's name of the class.
    case other(String)
  }

  public let name: String
  public let shape: [Int]
  public let elements: Elements
  /// The extents of the pieces in which the file keeps the dataset; `nil` where it is one piece.
  public let chunkShape: [Int]?
  let file: HDF5File
  let id: Int64

  /// - Returns: `nil` where nothing has that name.
  init?(_ name: String, of file: HDF5File) throws(TensorFileError) {
    let opened = try HDF5Library.locked { () throws(TensorFileError) -> Opened? in
      try Opened(name, file.id, file.path)
    }
    guard let opened else { return nil }
    self.name = name
    self.file = file
    shape = opened.shape
    elements = opened.elements
    chunkShape = opened.chunkShape
    id = opened.id
  }

  deinit { HDF5Library.locked { _ = H5Idec_ref(id) } }

  /// The number of rows: the first extent, or 1 for a scalar.
  public var rowCount: Int { shape.first ?? 1 }

  /// The shape of one row.
  public var rowShape: [Int] { Array(shape.dropFirst()) }

  /// The number of elements of one row.
  public var rowElements: Int { shape.dropFirst().reduce(1, *) }

  /// The dataset in messages.
  public var source: String { "the dataset '\(name)' of '\(file.path)'" }
}

/// What opening a dataset has found, before there is an object to hold it.
private struct Opened {
  var id: hid_t
  var shape: [Int]
  var elements: HDF5Dataset.Elements
  var chunkShape: [Int]?

  init?(_ name: String, _ file: hid_t, _ path: String) throws(TensorFileError) {
    func failure() -> TensorFileError {
      TensorFileError(
        "the dataset '\(name)' of '\(path)' cannot be opened: \(HDF5Library.reason); "
          + "copy or make the file again")
    }
    guard !name.isEmpty, !name.utf8.contains(0) else { return nil }
    // Each step of the path is asked for, since a missing group is an error of its own.
    var prefix = ""
    for part in name.split(separator: "/") {
      prefix += (prefix.isEmpty ? "" : "/") + part
      if unsafe H5Lexists(file, prefix, chdf5_defaults()) <= 0 { return nil }
    }
    guard let object = HDF5Handle(unsafe H5Oopen(file, name, chdf5_defaults())) else {
      throw failure()
    }
    guard H5Iget_type(object.id) == H5I_DATASET else { return nil }
    guard let space = HDF5Handle(H5Dget_space(object.id)),
      let type = HDF5Handle(H5Dget_type(object.id)),
      let shape = hdf5Shape(space.id)
    else { throw failure() }
    guard NumericArray.elementCount(of: shape) != nil else {
      throw TensorFileError(
        "the dataset '\(name)' of '\(path)' has the shape \(shape), larger than any memory; "
          + "copy or make the file again")
    }
    self.shape = shape
    elements = hdf5Elements(type.id)
    chunkShape = nil
    if let creation = HDF5Handle(H5Dget_create_plist(object.id)),
      H5Pget_layout(creation.id) == H5D_CHUNKED
    {
      var extents = [hsize_t](repeating: 0, count: 64)
      let rank = unsafe H5Pget_chunk(creation.id, 64, &extents)
      if rank > 0 { chunkShape = extents.prefix(Int(rank)).map { Int(clamping: $0) } }
    }
    // A chunk that does not fit the library's cache would be expanded anew for each read.
    let bytes = Opened.cacheBytes(shape, chunkShape, H5Tget_size(type.id))
    guard let access = HDF5Handle(H5Pcreate(chdf5_dataset_access())),
      H5Pset_chunk_cache(access.id, 12_421, bytes, 1) >= 0,
      let dataset = HDF5Handle(unsafe H5Dopen2(file, name, access.id))
    else { throw failure() }
    id = dataset.released()
  }

  /// Two rows of chunks, at least the library's 1 MiB and at most 256 MiB.
  private static func cacheBytes(_ shape: [Int], _ chunk: [Int]?, _ size: Int) -> Int {
    var bytes = 2 * size
    for (extent, part) in zip(shape, chunk ?? []).dropFirst() {
      let count = max(extent, part)
      bytes = bytes.multipliedReportingOverflow(by: max(count, 1)).partialValue
      if bytes > 1 << 28 || bytes < 0 { return 1 << 28 }
    }
    let (total, overflow) = bytes.multipliedReportingOverflow(by: chunk?.first ?? 1)
    return overflow ? 1 << 28 : min(max(total, 1 << 20), 1 << 28)
  }
}

/// The extents of a data space: none for a scalar, `[0]` for an empty one; `nil` where it is damaged.
private func hdf5Shape(_ space: hid_t) -> [Int]? {
  if H5Sget_simple_extent_type(space) == H5S_NULL { return [0] }
  let rank = H5Sget_simple_extent_ndims(space)
  guard rank >= 0 else { return nil }
  var extents = [hsize_t](repeating: 0, count: max(1, Int(rank)))
  guard unsafe H5Sget_simple_extent_dims(space, &extents, nil) == rank else { return nil }
  var shape: [Int] = []
  for extent in extents.prefix(Int(rank)) {
    guard let extent = Int(exactly: extent) else { return nil }
    shape.append(extent)
  }
  return shape
}

private func hdf5Elements(_ type: hid_t) -> HDF5Dataset.Elements {
  let size = H5Tget_size(type)
  switch H5Tget_class(type) {
  case H5T_INTEGER:
    let isSigned = H5Tget_sign(type) == H5T_SGN_2
    let name = "\(isSigned ? "int" : "uint")\(8 * size)"
    return StoredElementType(rawValue: name).map { .numbers($0) } ?? .other(name)
  case H5T_FLOAT:
    let name = "float\(8 * size)"
    return StoredElementType(rawValue: name).map { .numbers($0) } ?? .other(name)
  case H5T_ENUM:
    // h5py keeps Booleans as an enumeration of one byte.
    return size == 1 && H5Tget_nmembers(type) == 2 ? .numbers(.bool) : .other("an enumeration")
  case H5T_STRING: return .strings
  case H5T_COMPOUND: return .other("compound elements")
  case H5T_ARRAY: return .other("array elements")
  case H5T_VLEN: return .other("elements of variable length")
  case H5T_BITFIELD: return .other("bit fields")
  case H5T_OPAQUE: return .other("opaque elements")
  case H5T_REFERENCE: return .other("references")
  default: return .other("elements of an unknown class")
  }
}
