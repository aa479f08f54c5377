import Foundation
import Winnow

/// Makes the events where no folder with them is given: Pythia's, through the model of the trigger:
/// `events/NAME.npz`, `samples/NAME.h5`.
struct GenerationStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  func run(_ progress: (String) -> Void) async throws {
    guard settings.data == nil else { return }
    for part in ["events", "samples"] { try OutputFolder.make("\(folder.path)/\(part)") }
    let missing = AnomalySample.allCases.filter {
      !FileManager.default.fileExists(atPath: "\(folder.path)/samples/\($0.rawValue).h5")
    }
    let zeroBias = ZeroBiasGeneration(folder: folder, settings: settings)
    let zeroBiasHours = try zeroBias.hours()
    let hours = missing.map { Double(count($0)) / $0.rate / 3600 }.reduce(zeroBiasHours, +)
    let named =
      missing.map { "\(count($0)) \($0.rawValue)" } + (zeroBiasHours > 0 ? ["zero bias"] : [])
    if !named.isEmpty {
      progress(
        "about \((hours * 10).rounded() / 10) hours of a core for \(named.joined(separator: ", "))")
    }
    for sample in missing {
      let events = "\(folder.path)/events/\(sample.rawValue).npz"
      if !FileManager.default.fileExists(atPath: events) {
        progress(sample.rawValue)
        try await generation(sample, to: events).runBeside(report: progress)
      }
      progress("\(sample.rawValue), the trigger's objects")
      _ = try LevelOneSimulation.run(
        events: events, output: "\(folder.path)/samples/\(sample.rawValue).h5", seed: settings.seed,
        pileupLibrary: nil, meanPileup: 0, selection: .adc2021)
    }
    try await zeroBias.run(progress)
  }

  /// The paper has fewer signal than background events, too.
  private func count(_ sample: AnomalySample) -> Int {
    sample == .background ? settings.events : max(settings.events / 15, 100)
  }

  private func generation(_ sample: AnomalySample, to file: String) throws -> EventGeneration {
    EventGeneration(
      process: try .named(sample.rawValue), events: count(sample), seed: settings.seed, output: file,
      jobs: settings.threads)
  }
}

extension AnomalySample {
  /// Events a second of one core of an AMD EPYC server, as Tools/generation/README.md has them.
  fileprivate var rate: Double {
    switch self {
    case .background: 40
    case .leptoquark: 24
    case .fourLeptons: 43
    case .chargedHiggs: 28
    case .neutralHiggs: 55
    }
  }
}
