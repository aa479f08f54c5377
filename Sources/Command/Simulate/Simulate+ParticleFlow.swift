import ArgumentParser
import Winnow

extension Simulate {
  struct ParticleFlow: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "particle-flow",
      abstract: "Particle-flow candidates of a Phase-2 detector, with pileup and without.",
      discussion: """
        docs/detectors/particle-flow.md describes the model. The library needs more
        events than the largest crossing, 211 for a mean of 140, better thousands.

        Example:
          winnow simulate particle-flow Examples/events/w-leptons.npz \\
            --pileup-library Examples/events/minimum-bias.npz --pileup 5 \\
            -o build/flow.h5
        """)

    @Argument(help: "Generated events: NPZ, HDF5, .csv or .csv.gz.")
    var events: String

    @OptionGroup var common: Common

    @Option(help: ArgumentHelp("Minimum-bias events to draw pileup from.", valueName: "file"))
    var pileupLibrary: String

    @Option(help: "Mean number of pileup collisions.")
    var pileup: Double = 140

    func run() throws {
      var report = ParticleFlowReport(meanPileup: pileup)
      try common.run(data: "\(events), pileup from \(pileupLibrary)") { progress in
        try ParticleFlowResponse(seed: common.seed).run(
          events: events, output: common.output, pileupLibrary: pileupLibrary, meanPileup: pileup,
          progress: progress,
          watch: {
            try Interruption.check(writing: common.output)
            if common.makesReport { try report.add($0) }
          })
      } page: {
        try report.page($0)
      }
    }
  }
}
