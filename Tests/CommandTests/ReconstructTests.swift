import Foundation
import Testing

/// `winnow reconstruct` as a user runs it.
@Suite struct ReconstructTests {
  private static let events = "Examples/events/w-leptons.npz"

  @Test func particleFlowIsComparedWithItsTruth() throws {
    try withFolder { folder in
      let flow = "\(folder)/flow.h5"
      let simulated = try Tool.run([
        "simulate", "particle-flow", Self.events, "--pileup-library",
        "Examples/events/minimum-bias.npz", "--pileup", "20", "-o", flow,
      ])
      #expect(simulated.code == 0, "\(simulated.error)")
      let arguments = ["reconstruct", flow, "--puppi", "cms-ul", "-o", "\(folder)/objects.h5"]
      let result = try Tool.run(arguments)
      #expect(result.code == 0, "\(result.error)")
      #expect(result.output.hasPrefix("100 events: "))
      #expect(result.output.contains("(q75-q25)/2"))
      let json = try Tool.run(arguments + ["--truth", Self.events, "--areas", "--json"])
      #expect(json.code == 0, "\(json.error)")
      let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
      let counts = try #require((object as? [String: Any])?["counts"] as? [String: Int])
      #expect(counts["events"] == 100)
      for extra in [[], ["--event", "3"]] {
        let shown = try Tool.run(["show", "\(folder)/objects.h5"] + extra)
        #expect(shown.code == 0 && shown.output.contains("missing momentum"), "\(shown.error)")
      }
    }
  }

  @Test func wrongWordsAndFilesAreRefused() throws {
    try withFolder { folder in
      let out = "\(folder)/out.h5"
      for (arguments, code, words) in [
        ([Self.events, "-o", "\(folder)/out.npz"], 2, "ends in .h5"),
        ([Self.events, "-o", out, "--radius", "0"], 2, "a jet radius of 0.0"),
        ([Self.events, "-o", out, "--min-pt=-1"], 2, "a least jet pT"),
        ([Self.events, "-o", out, "--puppi", "best"], 2, "cms-v15"),
        ([Self.events, "-o", out, "--algorithm", "siscone"], 2, "cambridge-aachen"),
        ([Self.events, "-o", out, "--puppi", "cms-ul"], 1, "nothing to weigh in"),
        ([Self.events, "-o", out, "--truth", Self.events], 1, "their own truth"),
        (["\(folder)/none.npz", "-o", out], 1, "there is no file"),
        (["README.md", "-o", out], 1, "neither an NPZ nor an HDF5 file"),
      ] as [([String], Int32, String)] {
        let result = try Tool.run(["reconstruct"] + arguments)
        #expect(result.code == code && result.error.contains(words), "\(result.error)")
        #expect(!FileManager.default.fileExists(atPath: out))
      }
    }
  }
}
