/// Makes the folders that results are written to.
public enum OutputFolder {
  /// Makes a folder, and those above it that are not there; a folder that is there is left as it is.
  ///
  /// - Throws: ``TensorFileError`` naming the folder, why it cannot be made, and what to do.
  public static func make(_ path: String) throws(TensorFileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw TensorFileError("'\(path)' is not a path; name a folder")
    }
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      let parent = made.isEmpty ? "." : made
      made += made.isEmpty || made == "/" ? String(part) : "/\(part)"
      if let found = POSIXFile.look(made) {
        guard found.kind == .folder else {
          throw TensorFileError(
            "the folder '\(path)' cannot be made: '\(made)' is a file; name another folder")
        }
        continue
      }
      do { try POSIXFile.makeFolder(made) } catch { throw failure(error, path, in: parent) }
    }
  }

  /// Checks, before long work, that a folder can be made, or replaced, where it is to stand.
  ///
  /// A folder is made and removed again in the nearest folder above it that is there: permissions alone
  /// do not tell, as for the superuser and in file systems that only the kernel writes.
  ///
  /// - Throws: ``TensorFileError`` as ``make(_:)`` does.
  public static func check(_ path: String) throws(TensorFileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw TensorFileError("'\(path)' is not a path; name a folder")
    }
    let parts = path.split(separator: "/")
    var parent = path.hasPrefix("/") ? "/" : "."
    var made = path.hasPrefix("/") ? "/" : ""
    for part in parts.dropLast() {
      made += made.isEmpty || made == "/" ? String(part) : "/\(part)"
      guard let found = POSIXFile.look(made) else { break }
      guard found.kind == .folder else {
        throw TensorFileError(
          "the folder '\(path)' cannot be made: '\(made)' is a file; name another folder")
      }
      parent = made
    }
    let name = parts.last.map(String.init) ?? ""
    let trial = "\(parent)/.\(name).\(POSIXFile.processNumber).try"
    do { try POSIXFile.makeFolder(trial) } catch { throw failure(error, path, in: parent) }
    POSIXFile.removeFolder(trial)
  }

  private static func failure(
    _ error: POSIXFile.Failure, _ path: String, in parent: String
  ) -> TensorFileError {
    if error.isDiskFull {
      return TensorFileError(
        "the disk is full: the folder '\(path)' cannot be made (\(error.text)); free space and repeat")
    }
    if error.isForbidden {
      return TensorFileError(
        "the folder '\(path)' cannot be made in '\(parent)' (\(error.text)); name another folder or change permissions"
      )
    }
    return TensorFileError(
      "the folder '\(path)' cannot be made in '\(parent)': \(error.text); name another folder")
  }
}
