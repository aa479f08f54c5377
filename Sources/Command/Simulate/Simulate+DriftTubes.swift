import ArgumentParser
import Winnow

extension Simulate {
  struct DriftTubes: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "drift-tubes",
      abstract: "Decays of long-lived particles in muon drift tubes: images and hits.",
      discussion: """
        Toy decays with a decay length uniform in 0 to 5 m and 2 to 10 charged
        products. docs/detectors/drift-tubes.md describes the model.

        Example:
          winnow simulate drift-tubes -n 1000 -o build/drift-tubes.h5
        """)

    @Option(name: [.customShort("n"), .long], help: "Events to make.")
    var events: Int = LongLivedSample.publishedCount

    @OptionGroup var common: Common

    func validate() throws {
      guard events > 0 else { throw ValidationError("-n is \(events); give 1 or more.") }
    }

    func run() throws {
      let sample = LongLivedSample(seed: common.seed)
      var report = DriftTubeReport(sample)
      try common.run(data: "Decays of long-lived particles in drift tubes") { progress in
        try sample.write(
          events: 0..<events, to: common.output, progress: progress,
          watch: {
            try Interruption.check(writing: common.output)
            if common.makesReport { report.add($0) }
          })
        return SimulatedEvents(read: events, written: events)
      } page: {
        try report.page($0)
      }
    }
  }
}
