import ArgumentParser
import Winnow

extension Simulate {
  struct ZeroBias: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "zero-bias",
      abstract: "Level-1 objects of crossings that hold pileup and nothing else.",
      discussion: """
        Collisions are drawn from the library in proportion to their weights; the
        process 'collisions' of 'winnow generate' makes one that reaches hard
        collisions. docs/detectors/level1.md describes the model and the file.

        Example:
          winnow simulate zero-bias Examples/events/minimum-bias.npz -n 100 \\
            --pileup 10 -o build/zero-bias.h5
        """)

    @Argument(help: "Inelastic collisions: NPZ, HDF5, .csv or .csv.gz.")
    var library: String

    @Option(name: [.customShort("n"), .long], help: "Crossings to make.")
    var crossings: Int

    @Option(help: "Mean number of collisions a crossing.")
    var pileup: Double

    @Option(
      parsing: .unconditionalSingleValue,
      help: ArgumentHelp(
        "Towers that measure nothing: pseudorapidity from:to, azimuth from:to (radian). Repeatable.",
        valueName: "eta0:eta1:phi0:phi1"))
    var deadTowers: [DeadTowers] = []

    @OptionGroup var common: Output

    /// The words of `--dead-towers`.
    struct DeadTowers: ExpressibleByArgument {
      var words: String
      init?(argument: String) { words = argument }

      func region() throws -> DeadRegion {
        let numbers = words.split(separator: ":", omittingEmptySubsequences: false).map {
          Double($0)
        }
        guard numbers.count == 4, !numbers.contains(nil) else {
          throw ValidationError(
            "--dead-towers takes four numbers, ETA0:ETA1:PHI0:PHI1, not '\(words)'.")
        }
        let values = numbers.compactMap { $0 }
        do {
          return try DeadRegion(
            pseudorapidity: (from: values[0], to: values[1]),
            azimuth: (from: values[2], to: values[3]))
        } catch let error as EventError { throw ValidationError("--dead-towers: \(error)") }
      }
    }

    func validate() throws {
      guard crossings > 0 else { throw ValidationError("-n is \(crossings); give 1 or more.") }
      guard pileup >= 0, pileup <= 1000 else {
        throw ValidationError("--pileup is \(pileup); give 0 to 1000.")
      }
      for towers in deadTowers { _ = try towers.region() }
    }

    func run() throws {
      var detector = LevelOneDetector.cms
      detector.deadTowers = try deadTowers.map { try $0.region() }
      try common.run { progress in
        try LevelOneSimulation.runZeroBias(
          library: library, crossings: crossings, meanPileup: pileup, detector: detector,
          seed: common.seed, output: common.output
        ) { done in
          try Interruption.check(writing: common.output)
          progress(done)
        }
      }
    }
  }
}
