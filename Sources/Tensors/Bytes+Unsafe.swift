/// Bulk copies between bytes and elements, in the byte order of this machine.

/// The bytes as elements.
///
/// - Precondition: `bytes.count` is a multiple of the element's size, and every bit pattern is a
///   value of `Element` (integers and floating-point numbers, not `Bool`).
func elements<Element: BitwiseCopyable>(_ bytes: ArraySlice<UInt8>, as type: Element.Type)
  -> [Element]
{
  let size = MemoryLayout<Element>.stride
  precondition(bytes.count % size == 0, "\(bytes.count) bytes are no whole number of elements")
  let count = bytes.count / size
  return unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
    // The buffer holds at least `count` elements, which is exactly `bytes.count` bytes.
    unsafe bytes.withUnsafeBytes { source in
      unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
    }
    initializedCount = count
  }
}

extension [UInt8] {
  /// Appends the bytes of the values.
  mutating func append<Value: BitwiseCopyable>(bytesOf values: [Value]) {
    // The element types stored in files have no padding.
    unsafe values.withUnsafeBytes { unsafe append(contentsOf: $0) }
  }
}
