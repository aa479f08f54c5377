import ArgumentParser
import Winnow

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn generated events into what a detector sees.",
    subcommands: [
      LevelOne.self, ZeroBias.self, MuonTrigger.self, DriftTubes.self, ParticleFlow.self,
    ])

  /// What every detector with a page is told.
  struct Common: ParsableArguments {
    @OptionGroup var file: Output

    @Option(
      name: .customLong("report"),
      help: ArgumentHelp(
        "Also write a page here: the response beside published numbers.", valueName: "folder"))
    var reportFolder: String?

    var output: String { file.output }
    var seed: UInt64 { file.seed }
    var makesReport: Bool { reportFolder != nil }

    /// Runs with progress on standard error, and writes the page where one is asked for.
    ///
    /// - Parameters:
    ///   - data: which events are simulated, for the page's captions.
    ///   - work: simulates, and calls its argument with the number of events done.
    ///   - page: makes the page of what ``work`` has seen.
    func run(
      data: String, _ work: ((Int) -> Void) throws -> SimulatedEvents,
      page: (Provenance) throws -> ReportPage
    ) throws {
      try file.run(page: reportFolder, work) { result, folder in
        let provenance = Provenance(
          data: data, statistics: "\(result.read) events",
          command: (["winnow"] + CommandLine.arguments.dropFirst()).joined(separator: " "),
          seed: seed)
        try page(provenance).write(to: folder)
      }
    }
  }
}
