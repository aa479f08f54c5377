import Foundation
import Winnow

/// One of Slurm's commands.
struct SlurmTool {
  struct Answer {
    var succeeded: Bool
    var output: String
    /// The last line on standard error.
    var lastError: String
  }

  private let path: String

  /// - Throws: ``NetworkError`` where it is not installed.
  init(_ name: String) throws {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    let path = folders.map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let path else {
      throw NetworkError("\(name) is not installed, so that no job can be submitted; leave --slurm out")
    }
    self.path = path
  }

  /// Runs it to its end; answers are short.
  func run(_ arguments: [String]) throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let texts = [output, errors].map {
      String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
    process.waitUntilExit()
    return Answer(
      succeeded: process.terminationStatus == 0, output: texts[0],
      lastError: texts[1].split(separator: "\n").last.map(String.init) ?? "no reason given")
  }
}
