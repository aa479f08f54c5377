import ArgumentParser
import Foundation
import Winnow

struct Generate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Generate events with Pythia 8.",
    discussion: """
      The same seed gives the same bytes for any number of processes. Started
      again, a command that was stopped goes on from its finished blocks, which
      FILE.part keeps. Pythia runs in a Python environment that is made on first
      use. Tools/generation/README.md describes processes and columns.

      Example:
        winnow generate --list
        winnow generate w-leptons -n 10000 --seed 1 -o build/w.npz
      """)

  @Argument(help: "The process; --list shows all.")
  var process: String?

  @Option(name: [.customShort("n"), .long], help: "Events to write.")
  var events: Int = 1000

  @Option(help: "Seed of the random draws.")
  var seed: UInt64 = 1

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The file to write; .npz or .h5.", valueName: "file"))
  var output: String?

  @Option(name: [.short, .customLong("jobs")], help: "Processes; as many as cores by itself.")
  var jobs: Int?

  @Option(help: "Centre-of-mass energy in TeV, in place of the process's own.")
  var energy: Double?

  @Option(help: "Particles at larger |eta| are not kept.")
  var maxEta: Double = 5.2

  @Option(
    help: ArgumentHelp(
      "The folder of the Python environment; one in the cache by itself.", valueName: "folder"))
  var environment: String?

  @Flag(help: "Print the processes: energy, cross section, source of their constants.")
  var list = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  /// Muons that need no Pythia: the sample for table 2 of papers/4.
  private static let zeroBias = "zero-bias-muons"

  func validate() throws {
    if list { return }
    if process == Self.zeroBias {
      guard (1...10_000_000).contains(events) else {
        throw ValidationError("-n takes 1 to 10000000 zero-bias muons, not \(events).")
      }
      guard energy == nil else {
        throw ValidationError("zero-bias-muons have a fixed spectrum; leave --energy out.")
      }
      guard let output, [".npz", ".h5", ".hdf5"].contains(where: { output.hasSuffix($0) }) else {
        throw ValidationError("Give -o a file that ends in .npz or .h5.")
      }
      return
    }
    do { try generation().check() } catch let error as GenerationError where error.isUsage {
      throw ValidationError(error.message + ".")
    }
  }

  func run() async throws {
    if list { return try printList() }
    if process == Self.zeroBias, let output {
      try MinimumBiasMuons().events(events, seed: seed).write(to: output)
      if json {
        return try printJSON(
          ZeroBias(process: Self.zeroBias, events: events, seed: seed, file: output))
      }
      StandardError.write("winnow: written to \(output)\n")
      return
    }
    do {
      try await generation().run { sentence in
        StandardError.write("winnow: \(sentence)\n")
      }
    } catch let error as GenerationError where error.isUsage {
      throw ValidationError(error.message + ".")
    }
  }

  /// What was written, for `--json`.
  private struct ZeroBias: Encodable {
    var process: String
    var events: Int
    var seed: UInt64
    var file: String
  }

  private func generation() throws -> EventGeneration {
    guard let process else {
      throw ValidationError("Name a process; 'winnow generate --list' shows all.")
    }
    guard let output else { throw ValidationError("Give -o a file that ends in .npz or .h5.") }
    return EventGeneration(
      process: try .named(process), events: events, seed: seed, output: output,
      jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount, energy: energy,
      largestPseudorapidity: maxEta, environment: environment, printsJSON: json)
  }

  private func printList() throws {
    let processes = try GenerationProcess.all()
    if json { return try printJSON(processes) }
    for process in processes {
      let energy = process.energy.map { String(format: "%g TeV", $0) } ?? "–"
      print(column(process.name, 22) + column(energy, 8) + process.summary)
      var size = process.crossSection.map(Self.text) ?? ""
      if let accepted = process.acceptedCrossSection { size += ", accepted \(Self.text(accepted))" }
      if !size.isEmpty { print(column("", 30) + size) }
      print(column("", 30) + "source: \(process.source)")
    }
    print(
      column(Self.zeroBias, 22) + column("–", 8)
        + "barrel muons of zero-bias triggers, one an event, made without Pythia")
    print(column("", 30) + "source: docs/detectors/global-muon-trigger.md, table 2 of papers/4")
  }

  /// A cross section with its error.
  private static func text(_ value: [Double]) -> String {
    String(format: "%.4g ± %.1g nb", value[0], value[1])
  }
}
