/// Writes whole files so that a reader sees either the old bytes or all of the new ones.
public enum AtomicFile {
  /// Replaces the file, or makes it, by way of a temporary file in the same folder.
  ///
  /// A symbolic link is followed, an existing file's permissions are kept, and no folder is made.
  /// When the write fails, the temporary file is removed and an existing file is unchanged. Devices
  /// and pipes, such as `/dev/stdout`, are written directly.
  public static func write(_ bytes: [UInt8], to path: String) throws(TensorFileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw TensorFileError("'\(path)' is not a path; name a file to write")
    }
    let existing = POSIXFile.look(path)
    if existing?.kind == .folder || path.utf8.last == UInt8(ascii: "/") {
      throw TensorFileError("'\(path)' is a folder; name a file in it")
    }
    do throws(POSIXFile.Failure) {
      if let stream = stream(path) {
        let file = try POSIXFile(duplicating: stream)
        try file.writeAll(bytes)
        try file.finish()
      } else if existing?.kind == .other {
        let file = try POSIXFile(path, .write)
        try file.writeAll(bytes)
        try file.finish()
      } else {
        try replace(
          POSIXFile.resolved(path), with: bytes, permissions: existing?.permissions)
      }
    } catch {
      throw failure(error, path, bytes.count)
    }
  }

  /// The number of the open stream that the path names, which may lead to a regular file.
  private static func stream(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return 1
    case "/dev/stderr": return 2
    default:
      for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
        return Int32(path.dropFirst(folder.count))
      }
      return nil
    }
  }

  private static func replace(_ path: String, with bytes: [UInt8], permissions: UInt32?)
    throws(POSIXFile.Failure)
  {
    let temporary = temporaryPath(beside: path)
    let file = try POSIXFile(temporary, .create)
    do throws(POSIXFile.Failure) {
      if let permissions { try file.setPermissions(permissions) }
      try file.writeAll(bytes)
      try file.finish()
      try POSIXFile.move(temporary, to: path)
    } catch {
      POSIXFile.remove(temporary)
      throw error
    }
  }

  /// An unused name in the folder of `path`: 64 random bits, and no longer than 27 bytes, so that it
  /// fits wherever the final name does.
  static func temporaryPath(beside path: String) -> String {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let number = UInt64.random(in: .min ... .max)
    return "\(folder).winnow-\(String(number, radix: 36)).tmp"
  }

  /// Why a file of so many bytes cannot be written.
  static func failure(_ error: POSIXFile.Failure, _ path: String, _ count: Int)
    -> TensorFileError
  {
    if error.isDiskFull {
      return TensorFileError(
        "the disk is full: '\(path)' needs \(count) bytes (\(error.text)); free space and repeat")
    }
    if error.isTooLarge {
      return TensorFileError(
        "'\(path)' needs \(count) bytes, more than this system lets a file hold; raise the limit "
          + "on file sizes or write to another disk")
    }
    if error.isMissing {
      return TensorFileError(
        "'\(path)' cannot be written: its folder does not exist; make the folder first")
    }
    if error.isForbidden {
      return TensorFileError(
        "'\(path)' may not be written (\(error.text)); choose another folder or change permissions")
    }
    return TensorFileError("'\(path)' cannot be written: \(error.text)")
  }
}
