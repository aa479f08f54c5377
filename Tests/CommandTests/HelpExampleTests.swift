import Foundation
import Testing

/// The examples in the help texts run as printed.
@Suite struct HelpExampleTests {
  @Test(arguments: [
    "inspect", "compile", "run", "devices", "doctor", "train", "scan", "generate", "show",
    "simulate level-1", "simulate zero-bias", "simulate muon-trigger", "simulate drift-tubes",
    "simulate particle-flow",
    "reconstruct",
  ])
  func runAsPrinted(command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let help = try Tool.run(words + ["--help"]).output
    let lines = help.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let start = try #require(lines.firstIndex { $0.hasPrefix("Example") })
    // A backslash at the end of a line continues it, as in a shell.
    let text = lines[start...].joined(separator: "\n").replacingOccurrences(of: "\\\n", with: "")
    let example = try #require(
      text.split(separator: "\n").first { $0.hasPrefix("winnow ") })
    try withFolder { folder in
      let arguments = example.split(separator: " ").dropFirst().map {
        $0.replacingOccurrences(of: "build/", with: folder + "/")
      }
      let result = try Tool.run(arguments)
      #expect(result.code == 0, "\(example): \(result.error)")
      #expect(!result.output.isEmpty)
    }
  }

  @Test func jsonIsJSON() throws {
    for arguments in [
      ["devices", "--json"], ["doctor", "--json"], ["generate", "--list", "--json"],
      ["inspect", "Examples/first-light/encoder.onnx", "--json"],
    ] {
      let result = try Tool.run(arguments)
      #expect(result.code == 0)
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(result.output.utf8))
      }
    }
  }
}
