/// The rows of an array in memory.
public struct MemoryRows: ArrayRows {
  public let array: NumericArray
  public let source: String

  /// - Parameter source: the array in messages.
  public init(_ array: NumericArray, source: String) {
    self.array = array
    self.source = source
  }

  public var shape: [Int] { array.shape }
  public var elementType: StoredElementType { StoredElementType(array.elementType) }
  public var blockRows: Int? { nil }

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
    unsafe array.storage.withBytes { bytes in
      // An empty array has no address, and nothing is read from it.
      guard let base = bytes.baseAddress else { return nil }
      do throws(TensorFileError) {
        unsafe try body(
          StoredRows(
            base: base, type: elementType, isSwapped: false, rowElements: rowElements))
        return nil
      } catch { return error }
    }
  }
}
