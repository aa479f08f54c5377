internal import CZlib

/// Writes a file of any length block by block, whole or not at all, and compressed where asked.
///
/// The file has a temporary name in the same folder until ``finish()`` gives it its own; a writer
/// that goes out of scope before removes it. Equal bytes give equal files with one version of zlib,
/// since no time is kept.
@safe
public final class ByteStreamWriter {
  public let path: String
  private let temporary: String
  private var file: POSIXFile?
  private var written = 0
  /// zlib's state, which must not move; `nil` without compression.
  private var compressor: UnsafeMutablePointer<z_stream>?

  /// - Parameter gzip: whether the bytes are compressed, as `gzip` does it.
  /// - Throws: ``TensorFileError`` where no file can be made.
  public init(_ path: String, gzip: Bool) throws(TensorFileError) {
    guard !path.isEmpty, !path.utf8.contains(0), path.utf8.last != UInt8(ascii: "/"),
      POSIXFile.look(path)?.kind ?? .regular == .regular
    else { throw TensorFileError("'\(path)' is no file's path; name a file to write") }
    self.path = path
    temporary = AtomicFile.temporaryPath(beside: POSIXFile.resolved(path))
    do throws(POSIXFile.Failure) { file = try POSIXFile(temporary, .create) } catch {
      throw AtomicFile.failure(error, path, 0)
    }
    if gzip { try startCompressing() }
  }

  deinit {
    if let compressor = unsafe compressor {
      _ = unsafe deflateEnd(compressor)
      unsafe compressor.deinitialize(count: 1)
      unsafe compressor.deallocate()
    }
    if file != nil { POSIXFile.remove(temporary) }
  }

  public func write(_ bytes: [UInt8]) throws(TensorFileError) {
    precondition(file != nil, "the file is finished already")
    if bytes.isEmpty { return }
    try store(unsafe compressor == nil ? bytes : compressed(bytes, Z_NO_FLUSH))
  }

  /// Closes the file and gives it its name.
  public func finish() throws(TensorFileError) {
    precondition(file != nil, "the file is finished already")
    if unsafe compressor != nil { try store(compressed([], Z_FINISH)) }
    do throws(POSIXFile.Failure) {
      if let permissions = POSIXFile.look(path)?.permissions {
        try file?.setPermissions(permissions)
      }
      guard let file = file.take() else { return }
      try file.finish()
      try POSIXFile.move(temporary, to: POSIXFile.resolved(path))
    } catch {
      file = nil
      POSIXFile.remove(temporary)
      throw AtomicFile.failure(error, path, written)
    }
  }

  private func store(_ bytes: [UInt8]) throws(TensorFileError) {
    written += bytes.count
    do throws(POSIXFile.Failure) { try file?.writeAll(bytes) } catch {
      throw AtomicFile.failure(error, path, written)
    }
  }

  private func startCompressing() throws(TensorFileError) {
    let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe state.initialize(to: z_stream())
    unsafe compressor = state
    let status = unsafe deflateInit2_(
      state, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw TensorFileError("'\(path)' cannot be compressed: zlib does not start; free memory")
    }
  }

  private func compressed(_ bytes: [UInt8], _ flush: Int32) throws(TensorFileError) -> [UInt8] {
    guard let compressor = unsafe compressor else { return bytes }
    precondition(bytes.count < Int(UInt32.max), "zlib counts with 32 bits")
    var (input, result) = (bytes, [UInt8]())
    var status = Z_OK
    // zlib reads the input, which stays in place, and writes at most `step` bytes at a time.
    let step = 1 << 18
    unsafe input.withUnsafeMutableBufferPointer { input in
      unsafe compressor.pointee.next_in = input.baseAddress
      unsafe compressor.pointee.avail_in = uInt(input.count)
      repeat {
        let block = unsafe [UInt8](unsafeUninitializedCapacity: step) { output, produced in
          unsafe compressor.pointee.next_out = output.baseAddress
          unsafe compressor.pointee.avail_out = uInt(step)
          status = unsafe deflate(compressor, flush)
          produced = step - Int(unsafe compressor.pointee.avail_out)
        }
        result += block
      } while unsafe status == Z_OK && compressor.pointee.avail_out == 0
    }
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
      throw TensorFileError("'\(path)' cannot be compressed: zlib reports \(status)")
    }
    return result
  }
}
