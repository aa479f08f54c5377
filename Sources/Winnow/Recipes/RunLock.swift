import Foundation
import WinnowNetworkIR

/// Keeps a second process out of a run's folder; the system lets go when the process ends, however.
final class RunLock {
  private let handle: FileHandle

  /// - Throws: ``NetworkError`` where another process trains in the folder.
  init(_ folder: String) throws {
    let path = folder + "/.lock"
    if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(fileURLWithPath: path)) }
    handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw NetworkError(
        "another process trains in '\(folder)'; wait for it, end it, or give -o another folder")
    }
  }
}
