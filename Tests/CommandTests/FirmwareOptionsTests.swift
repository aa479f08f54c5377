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

  /// What `make` leaves in the emulator's folder does not keep a folder from being made anew.
  @Test func emulatorLibrariesAreReplaced() throws {
    try withFolder { folder throws in
      let arguments = ["compile", Self.network, "-o", "\(folder)/out", "--effort", "0"]
      #expect(try Tool.run(arguments).code == 0)
      let library = "\(folder)/out/firmware/emulator/first_light.so"
      try Data("made".utf8).write(to: URL(fileURLWithPath: library))
      #expect(try Tool.run(arguments).code == 0)
      #expect(!FileManager.default.fileExists(atPath: library))
      let other = "\(folder)/out/firmware/emulator/other.so"
      try Data("mine".utf8).write(to: URL(fileURLWithPath: other))
      #expect(try Tool.run(arguments).error.contains("other.so"))
    }
  }

  @Test func doctorKnowsWhatTheGuidesRun() throws {
    let output = try Tool.run(["doctor"]).output
    for tool in ["verilator", "g++", "yosys", "iverilog", "ghdl"] {
      #expect(output.split(separator: "\n").contains { $0.hasPrefix(tool + " ") }, "\(tool)")
    }
  }
}
