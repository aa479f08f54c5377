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

    @Option(
      name: .customLong("report"),
      help: ArgumentHelp(
        "Also write a page here: the response beside published numbers.", valueName: "folder"))
    var reportFolder: String?

    @Flag(help: "Print the result as JSON.")
    var json = false

    var makesReport: Bool { reportFolder != nil }

    func validate() throws {
      guard output.hasSuffix(".h5") || output.hasSuffix(".hdf5") else {
        throw ValidationError("Give -o a file that ends in .h5.")
      }
    }

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
      let progress = Progress(silent: json)
      try OutputFolder.make(URL(fileURLWithPath: output).deletingLastPathComponent().path)
      if let reportFolder { try OutputFolder.make(reportFolder) }
      Interruption.watch()
      let start = ContinuousClock().now
      let result = try work { done in
        let seconds = (ContinuousClock().now - start) / .seconds(1)
        progress.passing("\(done) events, \(Int(Double(done) / max(seconds, 1e-9))) events/s")
      }
      if let reportFolder {
        progress.passing("drawing the page")
        let provenance = Provenance(
          data: data, statistics: "\(result.read) events",
          command: (["winnow"] + CommandLine.arguments.dropFirst()).joined(separator: " "),
          seed: seed)
        try page(provenance).write(to: reportFolder)
      }
      progress.finish()
      if json { return try printJSON(result) }
      print("\(result.written) of \(result.read) events written to \(output)")
      if let skipped = result.skipped { print(skipped) }
      if let reportFolder { print("page written to \(reportFolder)/index.html") }
    }
  }
}
