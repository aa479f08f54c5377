import ArgumentParser
import Winnow

extension Simulate {
  struct MuonTrigger: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "muon-trigger",
      abstract: "CMS's Level-1 muons in the barrel, as words and as numbers.",
      discussion: """
        docs/detectors/global-muon-trigger.md describes the model.

        Example:
          winnow simulate muon-trigger Examples/events/w-leptons.npz --era run2 \\
            -o build/muons.h5
        """)

    @Argument(help: "Generated events: NPZ, HDF5, .csv or .csv.gz.")
    var events: String

    @OptionGroup var common: Common

    enum Era: String, ExpressibleByArgument, CaseIterable {
      case run2, run3
      var words: MuonWordEra { self == .run2 ? .run2 : .run3 }
    }

    @Option(help: "Whose words are written.")
    var era: Era

    func run() throws {
      var report = GlobalMuonTriggerReport()
      try common.run(data: events) { progress in
        try GlobalMuonTrigger.cms.run(
          events: events, output: common.output, seed: common.seed, era: era.words,
          progress: progress,
          watch: {
            try Interruption.check(writing: common.output)
            if common.makesReport { report.add($0, $1, firstEvent: $2) }
          })
      } page: {
        try report.page($0)
      }
    }
  }
}
