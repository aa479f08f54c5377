import ArgumentParser
import Foundation
import Winnow

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn generated events into what a detector sees.",
    subcommands: [LevelOne.self, MuonTrigger.self, DriftTubes.self, ParticleFlow.self])

  /// What every detector is told.
  struct Common: ParsableArguments {
    @Option(
      name: [.short, .customLong("output")],
      help: ArgumentHelp("The HDF5 file to write.", valueName: "file"))
    var output: String

    @Option(help: "Seed of the random draws; each event has a stream of its own.")
    var seed: UInt64 = 1

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
      guard output.hasSuffix(".h5") || output.hasSuffix(".hdf5") else {
        throw ValidationError("Give -o a file that ends in .h5.")
      }
    }

    /// Reports what was written.
    func report(_ result: SimulatedEvents) throws {
      if json { return try printJSON(result) }
      print("\(result.written) of \(result.read) events written to \(output)")
      if let skipped = result.skipped { print(skipped) }
    }

    /// Runs with progress on standard error.
    func run(_ work: ((Int) -> Void) throws -> SimulatedEvents) throws {
      let progress = Progress(silent: json)
      try OutputFolder.make(URL(fileURLWithPath: output).deletingLastPathComponent().path)
      let start = ContinuousClock().now
      let result = try work { done in
        let seconds = (ContinuousClock().now - start) / .seconds(1)
        progress.passing("\(done) events, \(Int(Double(done) / max(seconds, 1e-9))) events/s")
      }
      progress.finish()
      try report(result)
    }
  }

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

    @Argument(help: "Generated events, NPZ or HDF5.")
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
      try common.run { progress in
        try LevelOneSimulation.run(
          events: events, output: common.output, seed: common.seed, pileupLibrary: pileupLibrary,
          meanPileup: pileup ?? 0, selection: selectLeptons ? .adc2021 : nil, progress: progress)
      }
    }
  }

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

    @Argument(help: "Generated events, NPZ or HDF5.")
    var events: String

    @OptionGroup var common: Common

    enum Era: String, ExpressibleByArgument, CaseIterable {
      case run2, run3
      var words: MuonWordEra { self == .run2 ? .run2 : .run3 }
    }

    @Option(help: "Whose words are written.")
    var era: Era

    func run() throws {
      try common.run { progress in
        try GlobalMuonTrigger.cms.run(
          events: events, output: common.output, seed: common.seed, era: era.words, progress: progress)
      }
    }
  }

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
      try common.run { progress in
        try LongLivedSample(seed: common.seed).write(
          events: 0..<events, to: common.output, progress: progress)
        return SimulatedEvents(read: events, written: events)
      }
    }
  }

  struct ParticleFlow: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "particle-flow",
      abstract: "Particle-flow candidates of a Phase-2 detector, with pileup and without.",
      discussion: """
        docs/detectors/particle-flow.md describes the model. The library needs more
        events than the largest crossing, 211 for a mean of 140, better thousands.

        Example:
          winnow simulate particle-flow Examples/events/w-leptons.npz \\
            --pileup-library Examples/events/minimum-bias.npz --pileup 5 -o build/flow.h5
        """)

    @Argument(help: "Generated events, NPZ or HDF5.")
    var events: String

    @OptionGroup var common: Common

    @Option(help: ArgumentHelp("Minimum-bias events to draw pileup from.", valueName: "file"))
    var pileupLibrary: String

    @Option(help: "Mean number of pileup collisions.")
    var pileup: Double = 140

    func run() throws {
      try common.run { progress in
        try ParticleFlowResponse(seed: common.seed).run(
          events: events, output: common.output, pileupLibrary: pileupLibrary, meanPileup: pileup,
          progress: progress)
      }
    }
  }
}
