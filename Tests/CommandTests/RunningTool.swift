import Foundation
import Testing

/// The command while it runs, to be sent signals.
final class RunningTool {
  private let process = Process()
  private let errors: URL

  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    errors = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-running-\(UUID().uuidString)")
    try Data().write(to: errors)
    process.executableURL = URL(fileURLWithPath: Tool.executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: Tool.root)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  deinit { try? FileManager.default.removeItem(at: errors) }

  /// Waits until a file is there.
  func wait(for path: String) throws {
    while !FileManager.default.fileExists(atPath: path) {
      try #require(process.isRunning, "the command ended first")
      Thread.sleep(forTimeInterval: 0.005)
    }
  }

  func kill(_ signal: Int32) {
    if process.isRunning { _ = Foundation.kill(process.processIdentifier, signal) }
  }

  func finish() throws -> (code: Int32, error: String) {
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  /// Whether nobody trains in the folder that a lock is of.
  static func isFree(_ lock: String) -> Bool {
    guard let handle = FileHandle(forUpdatingAtPath: lock) else { return false }
    defer { try? handle.close() }
    return flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0
  }
}
