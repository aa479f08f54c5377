#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The few system calls that reading and replacing a file take, each retried when interrupted.
struct POSIXFile: ~Copyable {
  let descriptor: Int32

  /// A failed call: the error number of the system.
  struct Failure: Error {
    var number: Int32

    /// The failure of the call that has just returned.
    static var last: Failure { Failure(number: errno) }

    var isDiskFull: Bool { number == ENOSPC || number == EDQUOT }
    var isTooLarge: Bool { number == EFBIG }
    var isMissing: Bool { number == ENOENT || number == ENOTDIR }
    var isForbidden: Bool { number == EACCES || number == EPERM || number == EROFS }
    var isFolder: Bool { number == EISDIR }
    var isExisting: Bool { number == EEXIST }

    /// The system's words for it.
    var text: String {
      // strerror returns a string that lives until the next call on this thread.
      unsafe String(cString: strerror(number))
    }
  }

  enum Mode {
    case read
    /// A new file, readable and writable as the process's mask allows.
    case create
    /// An existing device or pipe.
    case write
  }

  init(_ path: String, _ mode: Mode) throws(Failure) {
    let flags =
      switch mode {
      case .read: O_RDONLY | O_CLOEXEC
      case .create: O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
      case .write: O_WRONLY | O_CLOEXEC
      }
    var result: Int32
    repeat { result = unsafe open(path, flags, 0o666) } while result < 0 && errno == EINTR
    guard result >= 0 else { throw .last }
    descriptor = result
  }

  /// Another descriptor of an open stream.
  init(duplicating stream: Int32) throws(Failure) {
    let result = dup(stream)
    guard result >= 0 else { throw .last }
    descriptor = result
  }

  deinit { _ = close(descriptor) }

  /// Closes the file and reports what a delayed write has met.
  consuming func finish() throws(Failure) {
    let result = close(descriptor)
    let failure = Failure.last
    discard self
    if result != 0, failure.number != EINTR { throw failure }
  }

  /// Reads up to `count` bytes onto the end; 0 at the end of the file.
  func readMore(upTo count: Int, into bytes: inout [UInt8]) throws(Failure) -> Int {
    var received = 0
    let chunk = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      // The buffer holds `count` bytes; the system fills `received` of them.
      repeat {
        received = unsafe read(descriptor, buffer.baseAddress, count)
      } while received < 0 && errno == EINTR
      initializedCount = max(received, 0)
    }
    guard received >= 0 else { throw .last }
    if bytes.isEmpty { bytes = chunk } else { bytes.append(contentsOf: chunk) }
    return received
  }

  func writeAll(_ bytes: [UInt8]) throws(Failure) {
    var offset = 0
    while offset < bytes.count {
      // The range is inside the array.
      let sent = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(
          descriptor, buffer.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
      }
      if sent < 0 {
        if errno == EINTR { continue }
        throw .last
      }
      offset += sent
    }
  }

  func setPermissions(_ permissions: UInt32) throws(Failure) {
    guard fchmod(descriptor, mode_t(permissions)) == 0 else { throw .last }
  }

  /// The length that the system reports; 0 for pipes and devices.
  var reportedCount: Int {
    var information = stat()
    guard unsafe fstat(descriptor, &information) == 0 else { return 0 }
    return Int(information.st_size)
  }
}

extension POSIXFile {
  enum Kind { case regular, folder, other }

  /// What is at the path, links followed, with its permissions; `nil` for nothing.
  static func look(_ path: String) -> (kind: Kind, permissions: UInt32)? {
    var information = stat()
    guard unsafe stat(path, &information) == 0 else { return nil }
    let mode = UInt32(information.st_mode)
    let kind: Kind =
      switch mode & UInt32(S_IFMT) {
      case UInt32(S_IFREG): .regular
      case UInt32(S_IFDIR): .folder
      default: .other
      }
    return (kind, mode & 0o7777)
  }

  /// The path with its links resolved, or unchanged where that fails.
  static func resolved(_ path: String) -> String {
    // realpath allocates its result, which is copied and freed here.
    guard let result = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(result) }
    return unsafe String(cString: result)
  }

  static func move(_ old: String, to new: String) throws(Failure) {
    guard unsafe rename(old, new) == 0 else { throw .last }
  }

  /// A folder that another process has just made is as good.
  static func makeFolder(_ path: String) throws(Failure) {
    guard unsafe mkdir(path, 0o777) != 0 else { return }
    let failure = Failure.last
    guard failure.isExisting, look(path)?.kind == .folder else { throw failure }
  }

  static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// Removes an empty folder.
  static func removeFolder(_ path: String) { _ = unsafe rmdir(path) }

  static var processNumber: Int32 { getpid() }
}
