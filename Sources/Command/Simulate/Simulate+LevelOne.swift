import ArgumentParser
import Winnow

extension Simulate {
  struct LevelOne: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "level-1",
      abstract: "Level-1 trigger objects: missing momentum, electrons, muons, jets.",
      discussion: """
        The file has the layout of the ADC2021 data: 19 objects an event.
        docs/detectors/level1.md describes the model.

        Example:
          winnow simulate level-1 Examples/events/w-leptons.npz -o build/level1.h5
        """)

    @Argument(help: "Generated events: NPZ, HDF5, .csv or .csv.gz.")
    var events: String

    @OptionGroup var common: Common

    @Option(help: ArgumentHelp("Minimum-bias events to overlay.", valueName: "file"))
    var pileupLibrary: String?

    @Option(help: "Mean number of overlaid collisions.")
    var pileup: Double?

    @Flag(help: "Keep events with an electron or muon above 23 GeV only, as ADC2021 does.")
    var selectLeptons = false

    func validate() throws {
      guard (pileup == nil) == (pileupLibrary == nil) else {
        throw ValidationError("--pileup and --pileup-library go together; give both or none.")
      }
    }

    func run() throws {
      var report = LevelOneReport()
      try common.run(data: events) { progress in
        try LevelOneSimulation.run(
          events: events, output: common.output, seed: common.seed, pileupLibrary: pileupLibrary,
          meanPileup: pileup ?? 0, selection: selectLeptons ? .adc2021 : nil,
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
