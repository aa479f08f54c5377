import Foundation
import WinnowNetworkIR

/// Keeps a second process out of a run's or a study's folder; the system lets go when the process ends, however.
package final class RunLock {
  private let handle: FileHandle

  /// - Throws: ``NetworkError`` where another process works in the folder, or nothing can be written
  ///   to it.
  package init(_ folder: String) throws {
    let path = folder + "/.lock"
    // Not through a temporary file: two processes must find the same one.
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw NetworkError(
        "nothing can be written to '\(folder)' (\(unsafe String(cString: strerror(errno)))); give -o another folder, or change permissions"
      )
    }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw NetworkError(
        "another process works in '\(folder)'; wait for it, end it, or give -o another folder")
    }
  }
}
