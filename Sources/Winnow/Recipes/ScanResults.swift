import Foundation
import WinnowNetworkIR
import WinnowTensors

/// `scan.json`: the runs of a scan, the best first.
public struct ScanResults: Sendable, Codable {
  public struct Run: Sendable, Codable {
    /// The folder, below the scan's.
    public var run: String
    public var settings: [String]
    /// `finished`, `unfinished` or the sentence of its failure.
    public var status: String
    public var validationLoss: Double?
    public var metrics: [String: Double]?
    public var effectiveBitOperations: Int?
  }

  public var recipe: String
  public var seed: UInt64
  public var runs: [Run]

  public static func folder(_ point: Int) -> String { String(format: "run-%04d", point) }

  /// Reads what the runs below a folder came to.
  public init(recipe: String, seed: UInt64, plan: ScanPlan, in folder: String, failures: [Int: String]) {
    self.recipe = recipe
    self.seed = seed
    runs = plan.points.enumerated().map { index, settings in
      let name = Self.folder(index)
      let files = TrainingFiles(folder: "\(folder)/\(name)")
      guard let description = try? TrainingDescription(contentsOf: files.description),
        description.isFinished,
        let bytes = try? InputFile.read(files.metrics)
      else {
        return Run(run: name, settings: settings, status: failures[index] ?? "unfinished")
      }
      if let folds = try? JSONDecoder().decode(CrossValidationMetrics.self, from: Data(bytes)) {
        return Run(
          run: name, settings: settings, status: "finished",
          validationLoss: folds.validation["loss"]?.mean,
          metrics: folds.validation.filter { $0.key != "loss" }.mapValues(\.mean))
      }
      guard let metrics = try? JSONDecoder().decode(TrainingMetrics.self, from: Data(bytes)) else {
        return Run(run: name, settings: settings, status: failures[index] ?? "unfinished")
      }
      return Run(
        run: name, settings: settings, status: "finished",
        validationLoss: metrics.validation?.loss ?? metrics.epochs.map(\.loss).min(),
        metrics: metrics.validation?.metrics,
        effectiveBitOperations: metrics.size.effectiveBitOperations)
    }.sorted { ($0.validationLoss ?? .infinity, $0.run) < ($1.validationLoss ?? .infinity, $1.run) }
  }

  public static func isFinished(_ point: Int, in folder: String) -> Bool {
    let files = TrainingFiles(folder: "\(folder)/\(Self.folder(point))")
    return (try? TrainingDescription(contentsOf: files.description))?.isFinished ?? false
  }

  /// Checks that what is finished below a folder was trained with these settings and files; what is
  /// not, its own training checks.
  ///
  /// - Parameter recipes: of the points, one after another.
  /// - Throws: ``NetworkError`` naming the first setting or file that differs.
  public static func requireSame(_ recipes: [Recipe], in folder: String) throws {
    // Most points read the same files, and these may be large.
    var known: [String: FileIdentity?] = [:]
    for (point, recipe) in recipes.enumerated() where isFinished(point, in: folder) {
      let run = "\(folder)/\(Self.folder(point))"
      let description = try TrainingDescription(contentsOf: TrainingFiles(folder: run).description)
      let files = FileIdentity.named(by: recipe).compactMap { key, file -> FileIdentity? in
        let place = "\(key) \(file)"
        if let found = known[place] { return found }
        let identity = FileIdentity(key: key, file: file)
        known[place] = .some(identity)
        return identity
      }
      try description.requireSame(recipe, files, in: run)
    }
  }

  public init(contentsOf folder: String) throws {
    let bytes: [UInt8]
    do { bytes = try InputFile.read(folder + "/scan.json") } catch { throw NetworkError(error.message) }
    guard let results = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else {
      throw NetworkError("'\(folder)/scan.json' is damaged; run 'winnow scan' again")
    }
    self = results
  }

  public func write(to folder: String) throws {
    try AtomicFile.write(TrainingFiles.encode(self), to: folder + "/scan.json")
  }
}
