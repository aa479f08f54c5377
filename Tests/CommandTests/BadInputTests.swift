import Foundation
import Testing

/// One clear sentence, exit code 1 or 2, nothing half-written.
@Suite struct BadInputTests {
  static let network = "Examples/first-light/encoder.onnx"

  private func expectFailure(
    _ arguments: [String], code: Int32, saying text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Tool.run(arguments)
    #expect(result.code == code, "\(result.error)", sourceLocation: sourceLocation)
    #expect(result.error.contains(text), "\(result.error)", sourceLocation: sourceLocation)
    let sentences = result.error.split(separator: "\n").filter { $0.hasPrefix("winnow: ") }
    if code == 1 { #expect(sentences.count == 1, "\(result.error)", sourceLocation: sourceLocation) }
  }

  @Test func usageErrorsExitWithTwo() throws {
    try expectFailure(["compile"], code: 2, saying: "Missing expected argument")
    try expectFailure(["flatten"], code: 2, saying: "Unexpected argument")
    try expectFailure(
      ["compile", Self.network, "-o", "x", "--device", "xc"], code: 2, saying: "winnow devices")
    for clock in [["--clock", "-5"], ["--clock=-5"]] {
      try expectFailure(
        ["compile", Self.network, "-o", "x"] + clock, code: 2,
        saying: "--clock takes a frequency in MHz above 0, not -5.0")
      try expectFailure(
        ["pareto", "x"] + clock, code: 2,
        saying: "--clock takes a frequency in MHz above 0, not -5.0")
    }
    try expectFailure(
      ["verify", "x", "--vectors", "-1"], code: 2, saying: "--vectors takes 1 to 10000000, not -1")
    try expectFailure(
      ["scan", "x", "-o", "y", "-j", "-1"], code: 2, saying: "-j takes 1 to 1024, not -1")
    try expectFailure(
      ["compile", Self.network, "-o", "x", "--clock", "fast"], code: 2, saying: "--clock")
    try expectFailure(["verify", "x", "--vectors", "0"], code: 2, saying: "--vectors")
    try expectFailure(["verify", "x", "--mutate", "0"], code: 2, saying: "--mutate")
    try expectFailure(
      ["run", Self.network, "x.npz", "-o", "y", "--engine", "gpu"], code: 2, saying: "--engine")
  }

  /// What a style cannot have is refused before any work.
  @Test func boardFilesAreOfSomeStyles() throws {
    let parallel = [["--vhdl"], ["--stream"], ["--black-box"], ["--stream", "--trigger", "score=1"]]
    for (style, options) in [
      (["folded", "--reuse", "4"], parallel),
      (["dataflow"], parallel + [["--io", "io.yaml"], ["--io-template", "io.yaml"]]),
    ] {
      for option in options {
        try expectFailure(
          ["compile", Self.network, "-o", "x", "--style"] + style + option, code: 2,
          saying: "\(option[0]) is for --style parallel")
      }
    }
  }

  @Test func helpAndVersionSucceed() throws {
    #expect(try Tool.run(["--version"]).code == 0)
    for command in [
      "inspect", "train", "scan", "pareto", "compile", "verify", "run", "devices", "doctor",
      "generate",
    ] {
      let help = try Tool.run([command, "--help"])
      #expect(help.code == 0)
      #expect(help.output.contains("winnow \(command)"), "no example for \(command)")
    }
  }

  @Test func unreadableNetworks() throws {
    try withFolder { folder in
      let whole = try Data(contentsOf: URL(fileURLWithPath: "\(Tool.root)/\(Self.network)"))
      var noise = Data()
      var state: UInt64 = 7
      for _ in 0..<4096 {
        state = state &* 6_364_136_223_846_793_005 &+ 1
        noise.append(UInt8(truncatingIfNeeded: state >> 33))
      }
      let files: [(String, Data)] = [
        ("truncated", whole.prefix(whole.count / 2)), ("noise", noise), ("empty", Data()),
        ("brackets", Data(repeating: UInt8(ascii: "["), count: 100_000)),
        ("lengths", Data([0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])),
      ]
      for (name, data) in files {
        let path = "\(folder)/\(name)"
        try data.write(to: URL(fileURLWithPath: path))
        for command in [["inspect", path], ["compile", path, "-o", "\(folder)/out"]] {
          let result = try Tool.run(command)
          #expect(result.code == 1, "\(name): \(result.error)")
          #expect(result.error.contains("winnow: "), "\(name)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
      }
      try expectFailure(["inspect", "\(folder)/absent.onnx"], code: 1, saying: "absent.onnx")
      try expectFailure(["inspect", folder], code: 1, saying: folder)
    }
  }

  @Test func clocksThatNoPipelineReaches() throws {
    try withFolder { folder in
      try expectFailure(
        ["compile", Self.network, "-o", "\(folder)/out", "--clock", "2000"], code: 1,
        saying: "no pipeline reaches 2000.0 MHz")
      try expectFailure(
        ["compile", Self.network, "-o", "\(folder)/out", "--clock", "700"], code: 1,
        saying: "alone takes")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test func foldersThatHoldSomethingElse() throws {
    try withFolder { folder in
      try Data("keep me".utf8).write(to: URL(fileURLWithPath: "\(folder)/notes.txt"))
      try expectFailure(
        ["compile", Self.network, "-o", folder], code: 1, saying: "holds something else")
      try expectFailure(
        ["compile", Self.network, "-o", "\(folder)/notes.txt"], code: 1, saying: "is a file")
      try expectFailure(["verify", folder], code: 1, saying: "no run.json")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["notes.txt"])
      try expectFailure(["compile", Self.network, "-o", ""], code: 1, saying: "no name")
      // A folder of its own is replaced, one with a stranger's file is not.
      let own = "\(folder)/own"
      for _ in 0..<2 { #expect(try Tool.run(["compile", Self.network, "-o", own]).code == 0) }
      #expect(
        try Set(FileManager.default.contentsOfDirectory(atPath: own))
          == ["run.json", "network.onnx", "firmware"])
      try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(own)/firmware/reports/mine.txt"))
      try expectFailure(["compile", Self.network, "-o", own], code: 1, saying: "mine.txt")
      try FileManager.default.removeItem(atPath: "\(own)/firmware/reports/mine.txt")
      try Data("{".utf8).write(to: URL(fileURLWithPath: "\(own)/run.json"))
      try expectFailure(["verify", own], code: 1, saying: "damaged")
    }
  }

  @Test func missingSimulator() throws {
    try withFolder { folder in
      #expect(try Tool.run(["compile", Self.network, "-o", "\(folder)/out"]).code == 0)
      let result = try Tool.run(
        ["verify", "\(folder)/out", "--vectors", "10"], path: "\(folder)/nothing")
      #expect(result.code == 1)
      #expect(result.error.contains("apt-get install"), "\(result.error)")
    }
  }

  @Test func inputsThatDoNotFit() throws {
    try withFolder { folder in
      let vectors = "Tests/TensorsTests/Golden"
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(Tool.root)/\(vectors)")
      let other = try #require(files.first { $0.hasSuffix(".npz") })
      let result = try Tool.run(
        ["run", Self.network, "\(vectors)/\(other)", "-o", "\(folder)/out.npz"])
      #expect(result.code == 1, "\(result.error)")
      try expectFailure(
        ["run", Self.network, "absent.npz", "-o", "\(folder)/out.npz"], code: 1, saying: "absent.npz")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  /// A file system of 64 KB, where only root may make one.
  @Test(.enabled(if: geteuid() == 0, "mounting a small file system needs root"))
  func fullDisk() throws {
    try withFolder { folder in
      let mount = Process()
      mount.executableURL = URL(fileURLWithPath: "/bin/mount")
      mount.arguments = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
      mount.standardError = FileHandle.nullDevice
      try mount.run()
      mount.waitUntilExit()
      guard mount.terminationStatus == 0 else {
        print("skipped: this sandbox does not let a test mount a file system")
        return
      }
      defer {
        let unmount = Process()
        unmount.executableURL = URL(fileURLWithPath: "/bin/umount")
        unmount.arguments = [folder]
        try? unmount.run()
        unmount.waitUntilExit()
      }
      let result = try Tool.run(["compile", Self.network, "-o", "\(folder)/out"])
      #expect(result.code == 1)
      #expect(result.error.contains("space"), "\(result.error)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }
}
