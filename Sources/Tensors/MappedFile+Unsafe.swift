#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file mapped into memory for reading: its pages are read when they are touched.
///
/// The length is that at opening. A file that another program cuts short while it is mapped ends the
/// process with SIGBUS when a missing page is read; nothing can be done against that.
@safe
public final class MappedFile: Sendable {
  public let path: String
  public let count: Int
  /// The first byte, or `nil` for an empty file; unmapped by `deinit`, never written.
  private nonisolated(unsafe) let start: UnsafeRawPointer?

  /// Maps a regular file.
  public init(_ path: String) throws(TensorFileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw TensorFileError("'\(path)' is not a path; name a file to read")
    }
    guard let found = POSIXFile.look(path) else {
      throw TensorFileError("there is no file '\(path)'; check the path")
    }
    switch found.kind {
    case .regular: break
    case .folder: throw TensorFileError("'\(path)' is a folder; name a file in it")
    case .other:
      throw TensorFileError("'\(path)' is no regular file and cannot be mapped; copy it to a file")
    }
    self.path = path
    do throws(POSIXFile.Failure) {
      let file = try POSIXFile(path, .read)
      count = file.reportedCount
      unsafe start = try file.mapped(count)
    } catch {
      throw TensorFileError("'\(path)' cannot be mapped: \(error.text)")
    }
  }

  deinit {
    if let start = unsafe start { _ = unsafe munmap(UnsafeMutableRawPointer(mutating: start), count) }
  }

  /// The bytes at `range`, which must lie inside the file, while the body runs.
  func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawPointer) -> Result) -> Result? {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes outside the file")
    guard let start = unsafe start else { return nil }
    // `self` keeps the mapping alive for as long as the body runs.
    return withExtendedLifetime(self) { unsafe body(start + range.lowerBound) }
  }

  /// The bytes at `range`, copied.
  func bytes(_ range: Range<Int>) -> [UInt8] {
    unsafe withBytes(range) {
      unsafe Array(UnsafeRawBufferPointer(start: $0, count: range.count))
    } ?? []
  }
}

/// The bytes of a mapped file as a collection, for the readers of headers and directories.
struct MappedBytes: RandomAccessCollection {
  let file: MappedFile

  var startIndex: Int { 0 }
  var endIndex: Int { file.count }

  subscript(position: Int) -> UInt8 {
    unsafe file.withBytes(position..<position + 1) { unsafe $0.load(as: UInt8.self) } ?? 0
  }
}

extension POSIXFile {
  /// Maps the first `count` bytes for reading; `nil` for none.
  func mapped(_ count: Int) throws(Failure) -> UnsafeRawPointer? {
    if count == 0 { return nil }
    let start = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { throw .last }
    return UnsafeRawPointer(start)
  }
}
