internal import CHDF5

/// A type into which the HDF5 library converts numbers: `Float`, `Double` and `Int64`.
public protocol HDF5Number: BitwiseCopyable, Sendable {
  static var hdf5Number: HDF5NumberType { get }
}

/// The types of ``HDF5Number``, for the library.
public enum HDF5NumberType: Sendable {
  case float, double, int64

  fileprivate var id: hid_t {
    switch self {
    case .float: chdf5_native_float()
    case .double: chdf5_native_double()
    case .int64: chdf5_native_int64()
    }
  }
}

extension Float: HDF5Number {
  public static var hdf5Number: HDF5NumberType { .float }
}

extension Double: HDF5Number {
  public static var hdf5Number: HDF5NumberType { .double }
}

extension Int64: HDF5Number {
  public static var hdf5Number: HDF5NumberType { .int64 }
}

extension HDF5Dataset {
  /// Reads rows, in C order, converting each element to `Number`.
  ///
  /// - Parameter buffer: `rows.count * rowElements` elements, written in full.
  /// - Throws: ``TensorFileError`` for damaged data, rows that are not there, elements that are no
  ///   numbers, and floating-point elements or `uint64` read as integers.
  public func read<Number: HDF5Number>(
    rows: Range<Int>, into buffer: inout MutableSpan<Number>
  ) throws(TensorFileError) {
    try checkNumbers(as: Number.hdf5Number)
    guard rows.lowerBound >= 0, rows.upperBound <= rowCount else {
      throw TensorFileError(
        "\(source) has \(rowCount) rows; rows \(rows.lowerBound) to \(rows.upperBound) were asked for")
    }
    let count = rows.count * rowElements
    precondition(buffer.count == count, "\(count) elements do not fit a buffer of \(buffer.count)")
    if count == 0 { return }
    let failure = unsafe buffer.withUnsafeMutableBufferPointer { target -> TensorFileError? in
      do throws(TensorFileError) {
        // The buffer holds exactly the elements of the selection.
        unsafe try read(rows, Number.hdf5Number.id, UnsafeMutableRawPointer(target.baseAddress!))
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }

  /// The rows' elements, in C order.
  public func values<Number: HDF5Number>(
    rows: Range<Int>, as type: Number.Type = Number.self
  ) throws(TensorFileError) -> [Number] {
    try checkNumbers(as: Number.hdf5Number)
    let rows = max(rows.lowerBound, 0)..<max(min(rows.upperBound, rowCount), 0)
    let (bytes, overflow) = (rows.count * rowElements).multipliedReportingOverflow(by: 8)
    guard !overflow, bytes <= HDF5Dataset.maximumBytes else {
      throw TensorFileError("\(source) takes \(bytes) bytes at once; read fewer rows")
    }
    var result: [Number] = []
    var failure: TensorFileError?
    unsafe result = [Number](unsafeUninitializedCapacity: rows.count * rowElements) {
      buffer, initialized in
      let count = rows.count * rowElements
      do throws(TensorFileError) {
        // Numbers have no invalid bits: a span over memory that is written in full.
        var span = unsafe MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        try read(rows: rows, into: &span)
        initialized = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return result
  }

  /// The most bytes that are read at once into a new array.
  private static let maximumBytes = 1 << 36

  private func checkNumbers(as type: HDF5NumberType) throws(TensorFileError) {
    switch elements {
    case .numbers(let stored):
      if case .int64 = type, stored.isFloatingPoint || stored == .uint64 {
        throw TensorFileError("\(source) holds \(stored), which Int64 cannot hold; read it as Double")
      }
    case .strings: throw TensorFileError("\(source) holds text; name a dataset of numbers")
    case .other(let kind):
      throw TensorFileError("\(source) holds \(kind), which are not read; save plain numbers")
    }
  }

  /// Reads the rows into memory of the given type.
  func read(_ rows: Range<Int>, _ memoryType: hid_t, _ target: UnsafeMutableRawPointer)
    throws(TensorFileError)
  {
    try HDF5Library.locked { () throws(TensorFileError) in
      var (fileSpace, memorySpace) = (chdf5_whole_space(), chdf5_whole_space())
      var selection: HDF5Handle?
      var memory: HDF5Handle?
      if !shape.isEmpty {
        selection = HDF5Handle(H5Dget_space(id))
        let counts = ([rows.count] + rowShape).map { hsize_t($0) }
        var starts = [hsize_t](repeating: 0, count: shape.count)
        starts[0] = hsize_t(rows.lowerBound)
        memory = HDF5Handle(unsafe H5Screate_simple(Int32(counts.count), counts, nil))
        fileSpace = selection?.id ?? -1
        memorySpace = memory?.id ?? -1
        guard fileSpace >= 0, memorySpace >= 0,
          unsafe H5Sselect_hyperslab(fileSpace, H5S_SELECT_SET, starts, nil, counts, nil) >= 0
        else { throw unreadable(rows) }
      }
      guard
        unsafe H5Dread(id, memoryType, memorySpace, fileSpace, chdf5_defaults(), target) >= 0
      else { throw unreadable(rows) }
    }
  }

  private func unreadable(_ rows: Range<Int>) -> TensorFileError {
    TensorFileError(
      "rows \(rows.lowerBound) to \(rows.upperBound) of \(source) cannot be read: "
        + "\(HDF5Library.reason); copy or make the file again")
  }
}
