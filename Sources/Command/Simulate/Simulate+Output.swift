import ArgumentParser
import Foundation
import Winnow

extension Simulate {
  /// What every simulation is told.
  struct Output: ParsableArguments {
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

    /// Runs with progress on standard error.
    ///
    /// - Parameters:
    ///   - page: a folder for a page about the simulation.
    ///   - work: simulates, and calls its argument with the number of events done.
    ///   - draw: writes the page of what `work` has seen.
    func run(
      page: String? = nil, _ work: ((Int) -> Void) throws -> SimulatedEvents,
      draw: (SimulatedEvents, String) throws -> Void = { _, _ in }
    ) throws {
      let progress = Progress(silent: json)
      try OutputFolder.make(URL(fileURLWithPath: output).deletingLastPathComponent().path)
      if let page { try OutputFolder.make(page) }
      Interruption.watch()
      let start = ContinuousClock().now
      let result = try work { done in
        let seconds = (ContinuousClock().now - start) / .seconds(1)
        progress.passing("\(done) events, \(Int(Double(done) / max(seconds, 1e-9))) events/s")
      }
      if let page {
        progress.passing("drawing the page")
        try draw(result, page)
      }
      progress.finish()
      if json { return try printJSON(result) }
      print("\(result.written) of \(result.read) events written to \(output)")
      if let skipped = result.skipped { print(skipped) }
      if let page { print("page written to \(page)/index.html") }
    }
  }
}
