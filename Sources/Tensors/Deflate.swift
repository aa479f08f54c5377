internal import CZlib

/// Raw deflate streams and the CRC-32 of zip archives, by zlib.
///
/// - Reference: P. Deutsch, DEFLATE compressed data format specification, RFC 1951.
enum Deflate {
  /// The most bytes that one byte of deflate can stand for: 258 bytes in two bits.
  static let maximumRatio = 1032

  enum Failure: Error {
    /// The bytes are no deflate stream, or end inside it.
    case damaged
    /// The stream holds fewer bytes than expected, or is followed by others.
    case shorter
    /// The stream holds more bytes than expected.
    case longer
    /// zlib could not start: no memory, or another version than compiled for.
    case unavailable
  }

  static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    unsafe bytes.withUnsafeBytes { buffer in
      // zlib reads `count` bytes from the start, which may be nil only where the count is 0.
      let start = unsafe buffer.bindMemory(to: UInt8.self).baseAddress
      return UInt32(truncatingIfNeeded: unsafe crc32_z(0, start, buffer.count))
    }
  }

  /// Expands a whole stream to exactly `count` bytes.
  ///
  /// - Parameter step: the most bytes given to zlib at a time.
  static func expand(_ bytes: ArraySlice<UInt8>, count: Int, step: Int = 1 << 30) throws(Failure)
    -> [UInt8]
  {
    guard count / maximumRatio <= bytes.count else { throw .shorter }
    var failure: Failure?
    // One byte more than expected shows a longer stream, and gives zlib a buffer where count is 0.
    let result = unsafe [UInt8](unsafeUninitializedCapacity: count + 1) {
      output, initializedCount in
      unsafe bytes.withUnsafeBytes { input in
        do throws(Failure) {
          unsafe initializedCount = try inflate(input, into: output, count: count, step: step)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    return result
  }

  /// Compresses to a whole stream, at zlib's level 6, with `memLevel` 8 and a 32 KiB window.
  ///
  /// The result is the same for the same version of zlib.
  ///
  /// - Parameter step: the most bytes given to zlib at a time.
  static func compress(_ bytes: ArraySlice<UInt8>, step: Int = 1 << 30) throws(Failure) -> [UInt8] {
    var stream = unsafe z_stream()
    let started = unsafe deflateInit2_(
      &stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else { throw .unavailable }
    defer { _ = unsafe deflateEnd(&stream) }
    let capacity = Int(unsafe deflateBound(&stream, uLong(bytes.count)))
    var status = Z_OK
    let result = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, initializedCount in
      unsafe bytes.withUnsafeBytes { input in
        var pump = unsafe Pump(input, output, step: step)
        repeat {
          unsafe pump.refill(&stream)
          status = unsafe deflate(&stream, pump.isLastInput ? Z_FINISH : Z_NO_FLUSH)
        } while status == Z_OK
        initializedCount = unsafe pump.produced(stream)
      }
    }
    guard status == Z_STREAM_END else { throw .unavailable }
    return result
  }

  /// Expands `input` into `output` and returns the number of bytes, which is `count`.
  private static func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>, count: Int,
    step: Int
  ) throws(Failure) -> Int {
    var stream = unsafe z_stream()
    let started = unsafe inflateInit2_(
      &stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else { throw .unavailable }
    defer { _ = unsafe inflateEnd(&stream) }
    var pump = unsafe Pump(input, output, step: step)
    var status = Z_OK
    repeat {
      unsafe pump.refill(&stream)
      status = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
    } while status == Z_OK
    let produced = unsafe pump.produced(stream)
    if produced > count { throw .longer }
    guard status == Z_STREAM_END else { throw .damaged }
    guard produced == count, unsafe pump.isInputUsed(stream) else { throw .shorter }
    return produced
  }

  /// Hands zlib, whose counts have 32 bits, buffers of any length.
  @unsafe
  private struct Pump {
    private var input: UnsafeRawBufferPointer.SubSequence
    private var output: UnsafeMutableBufferPointer<UInt8>.SubSequence
    private var handedOut = 0
    private let step: Int

    init(
      _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<UInt8>, step: Int
    ) {
      precondition(step > 0 && step <= Int(UInt32.max), "zlib counts with 32 bits")
      unsafe self.step = step
      unsafe self.input = unsafe input[...]
      unsafe self.output = unsafe output[...]
    }

    /// Whether zlib has been given all of the input.
    var isLastInput: Bool { unsafe input.isEmpty }

    /// Gives zlib the next part of a buffer that it has used up.
    mutating func refill(_ stream: inout z_stream) {
      if unsafe stream.avail_in == 0 {
        let part = unsafe UnsafeRawBufferPointer(rebasing: input.prefix(step))
        unsafe input = unsafe input.dropFirst(part.count)
        // zlib does not write through next_in; its declaration only lacks `const`.
        unsafe stream.next_in = UnsafeMutablePointer(
          mutating: part.bindMemory(to: UInt8.self).baseAddress)
        unsafe stream.avail_in = uInt(part.count)
      }
      if unsafe stream.avail_out == 0 {
        let part = unsafe UnsafeMutableBufferPointer(rebasing: output.prefix(step))
        unsafe output = unsafe output.dropFirst(part.count)
        unsafe stream.next_out = part.baseAddress
        unsafe stream.avail_out = uInt(part.count)
        unsafe handedOut += part.count
      }
    }

    func produced(_ stream: z_stream) -> Int { unsafe handedOut - Int(stream.avail_out) }

    func isInputUsed(_ stream: z_stream) -> Bool {
      unsafe input.isEmpty && stream.avail_in == 0
    }
  }
}
