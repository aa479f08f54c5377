import Foundation
import Testing

/// The commands of docs/training.md run as printed, one after another.
@Suite struct TrainingGuideTests {
  #if DEBUG
    static let isOptimized = false
  #else
    static let isOptimized = true
  #endif

  @Test(.enabled(if: isOptimized, "trainings of the guide take minutes in a debug build"))
  func commandsRunAsPrinted() throws {
    let guide = try String(contentsOfFile: Tool.root + "/docs/training.md", encoding: .utf8)
    let commands = guide.split(separator: "\n").filter { $0.hasPrefix("winnow ") }
    #expect(commands.count >= 9)
    try withFolder { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/Examples", withDestinationPath: Tool.root + "/Examples")
      // The simulation has tests of its own.
      for command in commands where !command.hasPrefix("winnow verify") {
        let arguments = command.split(separator: " ").dropFirst().map(String.init)
        let result = try Tool.run(arguments, in: folder)
        #expect(result.code == 0, "\(command): \(result.error)")
        #expect(!result.output.isEmpty, "\(command)")
      }
    }
  }
}
