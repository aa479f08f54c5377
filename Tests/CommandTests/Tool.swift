import Foundation

/// Runs the command as a user does.
struct Tool {
  struct Result {
    var code: Int32
    var output: String
    var error: String
  }

  /// The repository's root, where the examples' paths start.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// The executable beside the test bundle.
  static let executable: String = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    for _ in 0..<4 {
      let candidate = folder.appendingPathComponent("winnow").path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      folder.deleteLastPathComponent()
    }
    return "winnow"
  }()

  /// - Parameters:
  ///   - path: `PATH` for the tool, instead of the test's.
  ///   - folder: where it starts, the repository's root if not given.
  ///   - environment: further variables.
  ///   - device: what standard output is, such as `/dev/full`.
  static func run(
    _ arguments: [String], path: String? = nil, in folder: String? = nil,
    environment: [String: String] = [:], writingTo device: String? = nil
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder ?? root)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let path { process.environment?["PATH"] = path }
    // Files, not pipes: a child that prints much can never block.
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-tool-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let outputs = ["out", "err"].map { folder.appendingPathComponent($0) }
    for output in outputs { try Data().write(to: output) }
    process.standardOutput = try FileHandle(
      forWritingTo: device.map { URL(fileURLWithPath: $0) } ?? outputs[0])
    process.standardError = try FileHandle(forWritingTo: outputs[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Result(
      code: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: outputs[0]), as: UTF8.self),
      error: String(decoding: try Data(contentsOf: outputs[1]), as: UTF8.self))
  }
}

/// A folder that is gone after the test.
func withFolder<Result>(_ action: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("winnow-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try action(folder.path)
}
