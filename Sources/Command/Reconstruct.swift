import ArgumentParser
import Foundation
import Winnow

struct Reconstruct: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find jets, leptons and missing momentum, and compare them with the truth.",
    discussion: """
      Takes particle-flow candidates, whose truth is the same events without pileup
      or the generated events behind --truth, or generated events alone. Prints
      the response and resolution of jets by quantiles. docs/reconstruction.md
      lists what is written.

      Example:
        winnow reconstruct Examples/events/w-leptons.npz -o build/objects.h5

      Of particle flow, after 'winnow simulate particle-flow … -o build/flow.h5':
        winnow reconstruct build/flow.h5 --puppi delphes-phase2 -o build/objects.h5
      """)

  @Argument(help: "Particle-flow candidates, or generated events.")
  var events: String

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The HDF5 file to write.", valueName: "file"))
  var output: String

  enum PuppiSet: String, ExpressibleByArgument, CaseIterable {
    case cmsUltraLegacy = "cms-ul"
    case cmsV15 = "cms-v15"
    case delphesPhase2 = "delphes-phase2"
    case none

    var parameters: PuppiParameters? { EventReconstruction.puppi(named: rawValue) }
  }

  @Option(help: "Weights against pileup.")
  var puppi: PuppiSet = .none

  enum Algorithm: String, ExpressibleByArgument, CaseIterable {
    case antikt, kt
    case cambridgeAachen = "cambridge-aachen"

    var jets: JetDefinition.Algorithm {
      switch self {
      case .antikt: .antiKt
      case .kt: .kt
      case .cambridgeAachen: .cambridgeAachen
      }
    }
  }

  @Option(help: "How particles are joined to jets.")
  var algorithm: Algorithm = .antikt

  @Option(help: "The jets' radius.")
  var radius: Double = 0.4

  @Option(help: "The least pT of jets, GeV.")
  var minPt: Double = 20

  @Option(help: "Jets at larger |eta| are not kept.")
  var maxEta: Double = 5

  @Flag(help: "Measure the jets' areas, with ghosts.")
  var areas = false

  @Option(help: "Seed of the ghosts; each event has a stream of its own.")
  var seed: UInt64 = 1

  @Option(help: "The least pT of electrons and muons, GeV.")
  var leptonPt: Double = 20

  @Option(help: "Jets closer than this delta R to an isolated lepton are left out; 0 keeps all.")
  var overlap: Double = 0.4

  @Option(help: "Jets and true jets are pairs within this delta R.")
  var match: Double = 0.4

  @Option(
    help: ArgumentHelp(
      "The generated events behind particle-flow candidates: their particles are the truth.",
      valueName: "file"))
  var truth: String?

  @Flag(help: "Print the result as JSON.")
  var json = false

  private var settings: EventReconstruction {
    var settings = EventReconstruction()
    settings.puppi = puppi.parameters
    settings.jets = JetDefinition(algorithm.jets, radius: radius, minimumPt: minPt)
    settings.areas = areas ? JetAreas(seed: seed) : nil
    (settings.maximumEta, settings.leptonPt) = (maxEta, leptonPt)
    (settings.overlap, settings.matching) = (overlap, match)
    return settings
  }

  func validate() throws {
    guard output.hasSuffix(".h5") || output.hasSuffix(".hdf5") else {
      throw ValidationError("Give -o a file that ends in .h5.")
    }
    do { try settings.validate() } catch { throw ValidationError("\(error).") }
  }

  func run() throws {
    let progress = Progress(silent: json)
    try OutputFolder.make(URL(fileURLWithPath: output).deletingLastPathComponent().path)
    Interruption.watch()
    let start = ContinuousClock().now
    let result = try settings.run(input: events, truth: truth, output: output) { done in
      try Interruption.check(writing: output)
      let seconds = (ContinuousClock().now - start) / .seconds(1)
      progress.passing("\(done) events, \(Int(Double(done) / max(seconds, 1e-9))) events/s")
    }
    progress.finish()
    if json { return try printJSON(result) }
    print(result.text)
  }
}
