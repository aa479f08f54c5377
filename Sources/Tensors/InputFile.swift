/// Reads whole files.
public enum InputFile {
  /// Every byte of the file; pipes and devices are read to their end.
  ///
  /// - Parameter limit: the largest file accepted, in bytes; a guard against endless devices.
  public static func read(_ path: String, limit: Int = 1 << 34) throws(TensorFileError) -> [UInt8] {
    precondition(limit > 0, "a limit of \(limit) bytes admits no file")
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw TensorFileError("'\(path)' is not a path; name a file to read")
    }
    do throws(POSIXFile.Failure) {
      let file = try POSIXFile(path, .read)
      let expected = file.reportedCount
      if expected <= limit {
        var bytes: [UInt8] = []
        // All of a regular file in one call, then one more that meets its end.
        while bytes.count <= limit {
          let step = min(max(expected - bytes.count, 1 << 16), 1 << 30)
          if try file.readMore(upTo: step, into: &bytes) == 0 { return bytes }
        }
      }
    } catch {
      throw failure(error, path)
    }
    throw TensorFileError("'\(path)' is larger than \(limit) bytes; give a smaller file")
  }

  /// The first bytes of a file: as many as asked for, or all of a shorter one.
  public static func start(_ path: String, count: Int) throws(TensorFileError) -> [UInt8] {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw TensorFileError("'\(path)' is not a path; name a file to read")
    }
    do throws(POSIXFile.Failure) {
      let file = try POSIXFile(path, .read)
      var bytes: [UInt8] = []
      while bytes.count < count {
        if try file.readMore(upTo: count - bytes.count, into: &bytes) == 0 { break }
      }
      return bytes
    } catch {
      throw failure(error, path)
    }
  }

  /// Why a file cannot be read.
  static func failure(_ error: POSIXFile.Failure, _ path: String) -> TensorFileError {
    if error.isMissing {
      return TensorFileError("there is no file '\(path)'; check the path")
    }
    if error.isFolder {
      return TensorFileError("'\(path)' is a folder; name a file in it")
    }
    if error.isForbidden {
      return TensorFileError("'\(path)' may not be read (\(error.text)); change its permissions")
    }
    return TensorFileError("'\(path)' cannot be read: \(error.text)")
  }
}
