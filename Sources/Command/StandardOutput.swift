// `stdout` is a variable of C, which nothing here ever sets.
#if canImport(Darwin)
  @unsafe @preconcurrency import Darwin
#elseif canImport(Musl)
  @unsafe @preconcurrency import Musl
#else
  @unsafe @preconcurrency import Glibc
#endif

/// Standard output, which `print` fills without looking whether anything arrives.
enum StandardOutput {
  struct Failure: Error, CustomStringConvertible {
    var reason: String
    var description: String {
      "standard output cannot be written (\(reason)); what the command writes to files is there"
    }
  }

  /// Writes what is still held back.
  ///
  /// - Throws: ``Failure`` if any of it, or of what was printed before, did not arrive.
  static func finish() throws {
    if unsafe fflush(stdout) != 0 { throw Failure(reason: unsafe String(cString: strerror(errno))) }
    // What filled the buffer was written earlier, and is forgotten when that failed.
    if unsafe ferror(stdout) != 0 { throw Failure(reason: "an earlier write failed") }
  }
}
