import Foundation
import Winnow

/// Whether a program is on the search path.
public func isInstalled(_ tool: String) -> Bool {
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
  }
}

/// A number from the environment, such as `WINNOW_RANDOM_NETWORKS=2000`.
public func environmentNumber(_ name: String) -> Int? { environmentText(name).flatMap { Int($0) } }

/// A word from the environment, such as `WINNOW_SIMULATOR=verilator`.
public func environmentText(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

/// Runs a program by name or path and fails with the end of what it printed.
///
/// - Returns: standard output and standard error.
@discardableResult
public func runTool(_ tool: String, _ arguments: [String], in folder: String) throws -> String {
  let log = "\(folder)/\(UUID().uuidString).log"
  _ = FileManager.default.createFile(atPath: log, contents: nil)
  let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
  let process = Process()
  process.executableURL = URL(fileURLWithPath: tool.hasPrefix("/") ? tool : "/usr/bin/env")
  process.arguments = tool.hasPrefix("/") ? arguments : [tool] + arguments
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  process.standardOutput = file
  process.standardError = file
  try process.run()
  process.waitUntilExit()
  try file.close()
  let output = String(decoding: try Data(contentsOf: URL(fileURLWithPath: log)), as: UTF8.self)
  guard process.terminationStatus == 0 else {
    throw NetworkError("\(tool) failed with \(process.terminationStatus):\n\(output.suffix(3000))")
  }
  return output
}

/// Runs a step in a folder of its own, which is removed afterwards.
public func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("winnow-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try await body(folder.path)
}
