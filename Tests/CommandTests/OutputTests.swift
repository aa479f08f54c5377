import Foundation
import Testing

/// Output that does not arrive, and folders that cannot be made: exit code 1 and one sentence.
@Suite struct OutputTests {
  static let network = "Examples/first-light/encoder.onnx"

  private func expectSentence(
    _ result: Tool.Result, _ texts: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.code == 1, "\(result.error)", sourceLocation: sourceLocation)
    let lines = result.error.split(separator: "\n").filter { $0.hasPrefix("winnow: ") }
    #expect(lines.count == 1, "\(result.error)", sourceLocation: sourceLocation)
    for text in texts {
      #expect(lines.first?.contains(text) == true, "\(result.error)", sourceLocation: sourceLocation)
    }
  }

  /// Short and longer than a buffer, plain and JSON, help too.
  @Test(arguments: [
    ["inspect", network], ["inspect", network, "--json"], ["devices"], ["devices", "--json"],
    ["--help"], ["train", "--help"], ["--version"],
  ])
  func fullDevice(arguments: [String]) throws {
    expectSentence(
      try Tool.run(arguments, writingTo: "/dev/full"),
      ["standard output cannot be written", "what the command writes to files is there"])
  }

  @Test func trainingIsKept() throws {
    try withFolder { folder in
      let recipe = "\(folder)/recipe.yaml"
      try Data(TrainBadInputTests.recipe().utf8).write(to: URL(fileURLWithPath: recipe))
      let arguments = ["train", recipe, "-o", "\(folder)/run"]
      expectSentence(
        try Tool.run(arguments, writingTo: "/dev/full"), ["standard output cannot be written"])
      let again = try Tool.run(arguments)
      #expect(again.code == 0 && again.output.contains("is finished already"), "\(again.error)")
    }
  }

  @Test func foldersThatCannotBeMade() throws {
    try withFolder { folder in
      let recipe = "\(folder)/recipe.yaml"
      try Data(TrainBadInputTests.recipe().utf8).write(to: URL(fileURLWithPath: recipe))
      for (place, reason) in [
        // The recipe itself stands where a folder is wanted; nobody makes folders in /proc.
        ("\(recipe)/below/run", "'\(recipe)' is a file"), ("/proc/winnow/run", "in '/proc'"),
      ] {
        let commands = [
          ["train", recipe, "-o", place], ["scan", recipe, "--grid", "batch=256,512", "-o", place],
          ["compile", Self.network, "-o", place],
          [
            "run", Self.network, "Examples/first-light/vectors.npz", "-o", "\(place)/scores.npz",
          ],
        ]
        for command in commands {
          let result = try Tool.run(command)
          expectSentence(result, ["cannot be made", reason, "name another folder"])
          #expect(!result.error.contains("Error Domain"))
        }
      }
    }
  }

  /// A tool that fails: one sentence, then its last lines, indented.
  @Test func failingTool() throws {
    try withFolder { folder in
      #expect(try Tool.run(["compile", Self.network, "-o", "\(folder)/out"]).code == 0)
      let compiler = "\(folder)/g++"
      try Data("#!/bin/sh\necho first line\necho second line >&2\nexit 1\n".utf8)
        .write(to: URL(fileURLWithPath: compiler))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: compiler)
      let result = try Tool.run(
        ["verify", "\(folder)/out", "--vectors", "10"], path: "\(folder):/usr/bin:/bin")
      #expect(result.code == 1)
      let lines = result.error.split(separator: "\n")
      let start = try #require(lines.firstIndex { $0.hasPrefix("winnow: ") })
      #expect(
        Array(lines[start...]) == [
          "winnow: compiling the emulator failed: g++ ended with an error; what it said last:",
          "    first line", "    second line",
        ], "\(result.error)")
    }
  }
}
