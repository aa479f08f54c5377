import Foundation
import Testing

/// What is wrong with a compilation is said before the work, not after it.
@Suite struct FirmwareOptionsTests {
  private static let network = "Examples/first-light/encoder.onnx"

  /// - Returns: what the command said, without its usage.
  private func refusal(_ options: [String], code: Int32) throws -> String {
    try withFolder { folder throws in
      let output = options.contains("-o") ? [] : ["-o", "\(folder)/out"]
      let result = try Tool.run(["compile", Self.network] + output + options)
      #expect(result.code == code, "\(options): \(result.error)")
      #expect(!result.error.contains("] compiling "), "\(options): \(result.error)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      return result.error
    }
  }

  @Test func optionsThatWouldDoNothing() throws {
    for options in [["--emp", "early"], ["--emp", "early", "--vhdl"]] {
      #expect(try refusal(options, code: 2).contains("--emp chooses the ports of emp_payload.vhd"))
    }
    #expect(
      try refusal(["--products", "logic"], code: 2).contains("--products is for --style folded"))
  }

  @Test func foldersThatCannotBeMade() throws {
    #expect(try refusal(["-o", "README.md/out"], code: 1).contains("'README.md' is a file"))
    #if os(Linux)
      #expect(try refusal(["-o", "/proc/out"], code: 1).contains("cannot be made in '/proc'"))
    #endif
  }

  @Test func triggersAndLinks() throws {
    for (trigger, text) in [
      ("score=65536", "would never be reached"), ("score=0", "would always be reached"),
      ("nothing=1", "which the network does not have"), ("mu[3]=1", "element 3 of 'mu', which has 3"),
    ] {
      #expect(try refusal(["--stream", "--trigger", trigger], code: 1).contains(text))
    }
    #expect(try refusal(["--io", "absent.yaml"], code: 1).contains("absent.yaml"))
    try withFolder { folder throws in
      let map = "\(folder)/io.yaml"
      #expect(
        try Tool.run(["compile", Self.network, "--clock", "360", "--io-template", map]).code == 0)
      #expect(
        try refusal(["--clock", "200", "--io", map], code: 1).contains("compile it with --clock 360"))
    }
  }

  /// What the guide's commands leave in a folder does not keep it from being made anew.
  @Test func whatTheGuideBuildsIsReplaced() throws {
    try withFolder { folder throws in
      let arguments = ["compile", Self.network, "-o", "\(folder)/out", "--effort", "0"]
      #expect(try Tool.run(arguments).code == 0)
      let left = ["emulator/first_light.so", "vectors/sim", "vectors/first_light_result.txt"]
        .map { "\(folder)/out/firmware/\($0)" }
      for file in left { try Data("made".utf8).write(to: URL(fileURLWithPath: file)) }
      #expect(try Tool.run(arguments).code == 0)
      for file in left { #expect(!FileManager.default.fileExists(atPath: file)) }
      for other in ["emulator/other.so", "vectors/first_light_notes.txt", "sim"] {
        let path = "\(folder)/out/firmware/\(other)"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try Tool.run(arguments).error.contains("'firmware/\(other)'"))
        try FileManager.default.removeItem(atPath: path)
      }
    }
  }

  @Test func doctorKnowsWhatTheGuidesRun() throws {
    let output = try Tool.run(["doctor"]).output
    for tool in ["verilator", "g++", "yosys", "iverilog", "ghdl"] {
      #expect(output.split(separator: "\n").contains { $0.hasPrefix(tool + " ") }, "\(tool)")
    }
  }
}
