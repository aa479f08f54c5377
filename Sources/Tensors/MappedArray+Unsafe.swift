/// An array of an `.npy` file, or of an `.npz` file that keeps it uncompressed, mapped into memory.
///
/// Rows are converted when they are read, so that an array larger than memory costs only its pages.
/// The shape is checked against the bytes that are there when the array is opened.
public struct MappedArray: ArrayRows {
  public let source: String
  public let shape: [Int]
  public let elementType: StoredElementType
  private let isSwapped: Bool
  private let file: MappedFile
  /// Where the elements lie in the file.
  private let range: Range<Int>

  public var blockRows: Int? { nil }

  /// Maps an `.npy` file.
  ///
  /// - Throws: ``TensorFileError`` for files cut short, elements other than numbers, and arrays in
  ///   Fortran order, whose rows are scattered over the file.
  public init(contentsOf path: String) throws(TensorFileError) {
    let file = try MappedFile(path)
    try self.init(file, 0..<file.count, source: "'\(path)'")
  }

  /// Maps the NPY array that lies at a range of the file.
  init(_ file: MappedFile, _ bytes: Range<Int>, source: String) throws(TensorFileError) {
    self.file = file
    self.source = source
    let header: NPY.Header
    do throws(NPY.Defect) {
      let (found, body) = try NPY.split(MappedBytes(file: file)[bytes])
      header = found
      range = body.startIndex..<body.endIndex
      try header.check(bodyCount: body.count)
    } catch {
      throw error.described(source)
    }
    guard !header.isFortranOrder || header.shape.count < 2 else {
      throw TensorFileError(
        "\(source) is in Fortran order, which cannot be mapped by rows; "
          + "save numpy.ascontiguousarray of it")
    }
    shape = header.shape
    elementType = header.elementType
    isSwapped = header.isBigEndian != isHostBigEndian
  }

  public func read<Value: RowValue>(
    rows: Range<Int>, elements: ElementRuns, into buffer: inout MutableSpan<Value>
  ) throws(TensorFileError) {
    let failure = unsafe buffer.withUnsafeMutableBufferPointer { target in
      unsafe withStoredRows { stored throws(TensorFileError) in
        var span = unsafe MutableSpan(_unsafeElements: target)
        unsafe try convert(stored, rows: rows, elements: elements, into: &span)
      }
    }
    if let failure { throw failure }
  }

  public func gather<Value: RowValue>(
    rows: Span<UInt32>, elements: ElementRuns, into buffer: inout MutableSpan<Value>
  ) throws(TensorFileError) {
    let failure = unsafe buffer.withUnsafeMutableBufferPointer { target in
      unsafe rows.withUnsafeBufferPointer { rows in
        unsafe withStoredRows { stored throws(TensorFileError) in
          // Both spans end inside the scope of their pointers.
          var span = unsafe MutableSpan(_unsafeElements: target)
          let rows = unsafe Span(_unsafeElements: rows)
          unsafe try convert(stored, rows: rows, elements: elements, into: &span)
        }
      }
    }
    if let failure { throw failure }
  }

  private func withStoredRows(_ body: (StoredRows) throws(TensorFileError) -> Void)
    -> TensorFileError?
  {
    let failure = unsafe file.withBytes(range) { base -> TensorFileError? in
      do throws(TensorFileError) {
        unsafe try body(
          StoredRows(
            base: base, type: elementType, isSwapped: isSwapped, rowElements: rowElements))
        return nil
      } catch { return error }
    }
    return failure ?? nil
  }
}
