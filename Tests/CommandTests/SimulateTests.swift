import Foundation
import Testing

/// `winnow simulate` and `winnow show` on the sample events.
@Suite struct SimulateTests {
  private static let events = "Examples/events/w-leptons.npz"
  private static let library = "Examples/events/minimum-bias.npz"

  private static let detectors: [[String]] = [
    ["level-1", events], ["muon-trigger", events, "--era", "run3"], ["drift-tubes", "-n", "50"],
    ["particle-flow", events, "--pileup-library", library, "--pileup", "20"],
    ["zero-bias", library, "-n", "60", "--pileup", "10", "--dead-towers", "-0.35:0:-0.2:0.2"],
  ]

  @Test(arguments: detectors)
  func theSameSeedGivesTheSameBytes(_ arguments: [String]) throws {
    try withFolder { folder in
      for (name, seed) in [("a", "7"), ("b", "7"), ("c", "8")] {
        let result = try Tool.run(
          ["simulate"] + arguments + ["--seed", seed, "-o", "\(folder)/\(name).h5"])
        #expect(result.code == 0, "\(result.error)")
      }
      func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).h5"))
      }
      #expect(try bytes("a") == bytes("b"))
      #expect(try bytes("a") != bytes("c"))
      for extra in [[], ["--event", "3"]] {
        let shown = try Tool.run(["show", "\(folder)/a.h5"] + extra)
        #expect(shown.code == 0 && !shown.output.isEmpty, "\(shown.error)")
      }
      let none = try Tool.run(["show", "\(folder)/a.h5", "--event", "100000"])
      #expect(none.code == 1 && none.error.contains("there is no event 100000"))
    }
  }

  @Test func anInterruptedSimulationLeavesNothing() throws {
    try withFolder { folder in
      let tool = try RunningTool(
        ["simulate", "drift-tubes", "-n", "100000000", "-o", "\(folder)/out.h5"])
      defer { tool.kill(SIGKILL) }
      func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }
      while try files().isEmpty { Thread.sleep(forTimeInterval: 0.005) }
      tool.kill(SIGINT)
      let result = try tool.finish()
      #expect(result.code == 1)
      #expect(
        result.error.contains("interrupted (SIGINT); '\(folder)/out.h5' was not written"),
        "\(result.error)")
      let left = try files()
      #expect(left.isEmpty, "\(left)")
    }
  }

  @Test func lessThanTheWordsNeedIsRefused() throws {
    try withFolder { folder in
      let out = "\(folder)/out.h5"
      for (arguments, code, words) in [
        (["level-1", Self.events, "-o", "\(folder)/out.npz"], 2, "ends in .h5"),
        (["level-1", Self.events, "--pileup", "50", "-o", out], 2, "go together"),
        (["drift-tubes", "-n", "0", "-o", out], 2, "give 1 or more"),
        (["muon-trigger", Self.events, "-o", out], 2, "--era"),
        (["level-1", "\(folder)/none.npz", "-o", out], 1, "there is no file"),
        (["level-1", "README.md", "-o", out], 1, "neither an NPZ nor an HDF5 file"),
        (
          ["particle-flow", Self.events, "--pileup-library", Self.events, "-o", out], 1,
          "has 100 events"
        ),
        (["zero-bias", Self.library, "-n", "5", "-o", out], 2, "--pileup"),
        (["zero-bias", Self.library, "-n", "0", "--pileup", "5", "-o", out], 2, "give 1 or more"),
        (["zero-bias", Self.library, "-n", "5", "--pileup", "1001", "-o", out], 2, "0 to 1000"),
        (
          ["zero-bias", Self.library, "-n", "5", "--pileup", "300", "-o", out], 1,
          "too few for a mean pileup of 300.0"
        ),
        (
          ["zero-bias", Self.library, "-n", "5", "--pileup", "5", "-o", out, "--dead-towers", "0:1"],
          2, "four numbers, ETA0:ETA1:PHI0:PHI1, not '0:1'"
        ),
        (
          [
            "zero-bias", Self.library, "-n", "5", "--pileup", "5", "-o", out, "--dead-towers",
            "1:0:0:1",
          ], 2, "end before they begin"
        ),
      ] as [([String], Int32, String)] {
        let result = try Tool.run(["simulate"] + arguments)
        #expect(result.code == code && result.error.contains(words), "\(result.error)")
        #expect(!FileManager.default.fileExists(atPath: out))
      }
    }
  }

  /// A file cut short is named, and nothing is left behind.
  @Test func aTruncatedFileIsNamed() throws {
    try withFolder { folder in
      let whole = try Data(contentsOf: URL(fileURLWithPath: Tool.root + "/" + Self.events))
      let cut = "\(folder)/cut.npz"
      try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: cut))
      let result = try Tool.run(["simulate", "level-1", cut, "-o", "\(folder)/out.h5"])
      #expect(result.code == 1 && result.error.contains("cut.npz"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/out.h5"))
    }
  }
}
