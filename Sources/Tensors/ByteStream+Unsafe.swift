internal import CZlib

/// The bytes of a file from its beginning to its end, a block at a time; what gzip has compressed is
/// expanded on the way.
///
/// Compression is told by the file's first bytes, not by its name. Takes the memory of two blocks.
///
/// - Reference: P. Deutsch, GZIP file format specification, RFC 1952; several members in a row count
///   as one stream.
@safe
public final class ByteStream {
  public let path: String
  private let file: POSIXFile
  /// zlib's state, which must not move; `nil` for a file that is not compressed.
  private var expander: UnsafeMutablePointer<z_stream>?
  private var input: [UInt8] = []
  private var used = 0
  private var isAtEnd = false
  /// Whether a member of a compressed file has begun and not ended.
  private var isInMember = false
  private static let blockSize = 1 << 18

  /// - Throws: ``TensorFileError`` for a file that is missing or may not be read.
  public init(_ path: String) throws(TensorFileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw TensorFileError("'\(path)' is not a path; name a file to read")
    }
    self.path = path
    do throws(POSIXFile.Failure) { file = try POSIXFile(path, .read) } catch {
      throw InputFile.failure(error, path)
    }
    try refill()
    if input.starts(with: [0x1f, 0x8b]) { try startExpanding() }
  }

  deinit {
    guard let expander = unsafe expander else { return }
    _ = unsafe inflateEnd(expander)
    unsafe expander.deinitialize(count: 1)
    unsafe expander.deallocate()
  }

  /// The next bytes; none at the end.
  ///
  /// - Throws: ``TensorFileError`` for a compressed file that is damaged or cut short.
  public func next() throws(TensorFileError) -> [UInt8] {
    if unsafe expander != nil { return try expanded() }
    if used == input.count { try refill() }
    defer { used = input.count }
    return used == 0 ? input : Array(input[used...])
  }

  /// Reads a block of the file where there is one.
  private func refill() throws(TensorFileError) {
    (used, input) = (0, [])
    if isAtEnd { return }
    do throws(POSIXFile.Failure) {
      isAtEnd = try file.readMore(upTo: Self.blockSize, into: &input) == 0
    } catch { throw InputFile.failure(error, path) }
  }

  private func startExpanding() throws(TensorFileError) {
    let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe state.initialize(to: z_stream())
    unsafe expander = state
    // 16 more than the largest window: gzip's header and checksum, and no others.
    let status = unsafe inflateInit2_(
      state, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw TensorFileError("'\(path)' cannot be expanded: zlib does not start; free memory")
    }
  }

  private func expanded() throws(TensorFileError) -> [UInt8] {
    while true {
      if used == input.count { try refill() }
      if input.isEmpty {
        guard !isInMember else {
          throw TensorFileError(
            "'\(path)' ends inside its compressed data; copy or make the file again")
        }
        return []
      }
      if !isInMember, let expander = unsafe expander { _ = unsafe inflateReset(expander) }
      isInMember = true
      let block = try expandMore()
      if !block.isEmpty { return block }
    }
  }

  /// Gives zlib what is left of the input and takes what comes of it.
  private func expandMore() throws(TensorFileError) -> [UInt8] {
    guard let expander = unsafe expander else { return [] }
    var status = Z_OK
    let (rest, capacity) = (input.count - used, Self.blockSize)
    let block = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, produced in
      unsafe input.withUnsafeMutableBufferPointer { bytes in
        // zlib reads `rest` bytes from the first unused one and writes at most `capacity`.
        unsafe expander.pointee.next_in = unsafe bytes.baseAddress! + used
        unsafe expander.pointee.avail_in = uInt(rest)
        unsafe expander.pointee.next_out = output.baseAddress
        unsafe expander.pointee.avail_out = uInt(capacity)
        status = unsafe inflate(expander, Z_NO_FLUSH)
        used += rest - Int(unsafe expander.pointee.avail_in)
        produced = capacity - Int(unsafe expander.pointee.avail_out)
      }
    }
    switch status {
    case Z_STREAM_END: isInMember = false
    case Z_OK, Z_BUF_ERROR: break
    default:
      throw TensorFileError("'\(path)' holds damaged compressed data; copy or make the file again")
    }
    return block
  }
}
