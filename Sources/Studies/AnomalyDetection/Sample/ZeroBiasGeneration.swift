import Foundation
import Winnow

/// Makes zero bias where no folder with events is given: crossings of inelastic collisions alone through
/// the model of the trigger, as it is and under conditions that drifted: `samples/zero-bias*.h5`.
struct ZeroBiasGeneration {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  private struct Conditions {
    var name: String
    var pileup: Double
    var crossings: Int
    var seed: UInt64
    var detector = LevelOneDetector.cms
  }

  /// A third as many crossings as there are background events, a seventh as many collisions to draw from.
  private var crossings: Int { max(settings.events / 3, 1000) }
  private var collisions: Int { max(settings.events * 2 / 15, 1200) }

  private var library: String { "\(folder.path)/events/collisions.npz" }

  /// What is not there yet.
  private func missing() throws -> [Conditions] {
    try all().filter {
      !FileManager.default.fileExists(atPath: "\(folder.path)/samples/\($0.name).h5")
    }
  }

  /// Hours of a core for what is missing, at the rates of Tools/generation/README.md and
  /// docs/detectors/level1.md.
  func hours() throws -> Double {
    let left = try missing()
    let isThere = left.isEmpty || FileManager.default.fileExists(atPath: library)
    return
      ((isThere ? 0 : Double(collisions) / 171) + Double(left.map(\.crossings).reduce(0, +)) / 460) / 3600
  }

  private func all() throws -> [Conditions] {
    // One region of 4 × 4 towers, such as one card reads.
    var dead = LevelOneDetector.cms
    dead.deadTowers = [try DeadRegion(pseudorapidity: (from: 0, to: 0.35), azimuth: (from: 0, to: 0.35))]
    let (seed, fewer) = (settings.seed, crossings * 2 / 5)
    return [
      Conditions(name: "zero-bias", pileup: 50, crossings: crossings, seed: seed),
      Conditions(name: "zero-bias-pileup-40", pileup: 40, crossings: fewer, seed: seed &+ 1),
      Conditions(name: "zero-bias-pileup-60", pileup: 60, crossings: fewer, seed: seed &+ 2),
      // The same crossings as the first.
      Conditions(
        name: "zero-bias-dead-towers", pileup: 50, crossings: fewer, seed: seed, detector: dead),
    ]
  }

  func run(_ progress: (String) -> Void) async throws {
    let missing = try missing()
    guard !missing.isEmpty else { return }
    if !FileManager.default.fileExists(atPath: library) {
      progress("collisions")
      try await EventGeneration(
        process: try .named("collisions"), events: collisions, seed: settings.seed, output: library,
        jobs: settings.threads
      ).runBeside(report: progress)
    }
    let (path, library) = (folder.path, library)
    try StudyWork.each(missing, workers: settings.threads, progress: progress) { conditions, progress in
      progress("\(conditions.name), \(conditions.crossings) crossings")
      _ = try LevelOneSimulation.runZeroBias(
        library: library, crossings: conditions.crossings, meanPileup: conditions.pileup,
        detector: conditions.detector, seed: conditions.seed,
        output: "\(path)/samples/\(conditions.name).h5")
    }
  }
}
