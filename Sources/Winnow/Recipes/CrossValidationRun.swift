import Foundation
import WinnowNetworkIR
import WinnowTensors
import WinnowTraining

/// A recipe trained once for each fold of its data, in one folder: `fold-1`, `fold-2`, …, each as
/// ``TrainingRun`` writes it, and `metrics.json` with means and standard deviations.
///
/// Killed at any moment it goes on with the fold that it had come to, and ends with the same bits.
public final class CrossValidationRun {
  public let recipe: Recipe
  public let foldCount: Int
  public let start: TrainingRun.Start
  private let files: TrainingFiles
  private var description: TrainingDescription

  /// Opens the folder.
  ///
  /// - Parameters:
  ///   - recipe: with the number of folds.
  ///   - folder: absent, empty, or of a cross-validation of the same recipe.
  /// - Throws: ``RecipeError`` or ``NetworkError``: one sentence.
  public init(_ recipe: Recipe, in folder: String, command: [String] = []) throws {
    guard let folds = recipe.data.folds else {
      throw RecipeError("the recipe has no 'data.folds'; give their number")
    }
    self.recipe = recipe
    foldCount = folds
    files = TrainingFiles(folder: folder)
    let inputs = FileIdentity.of(recipe)
    let fresh = TrainingDescription(recipe, inputs, command: command)
    switch try files.state() {
    case .empty: (description, start) = (fresh, .fresh)
    // What ended before its first checkpoint left nothing to keep.
    case .training(let earlier) where !earlier.isFinished && !Self.hasCheckpoint(folder):
      (description, start) = (fresh, .fresh)
    case .training(let earlier):
      try earlier.requireSame(recipe, inputs, in: folder)
      let isComplete = try Self.isComplete(earlier, files, folds: folds)
      (description, start) = (earlier, isComplete ? .finished : .resumed)
    }
  }

  /// Whether the means and all folds' results are there; what is gone is written again.
  ///
  /// - Throws: ``NetworkError`` where a fold's results are gone, and its checkpoint too.
  private static func isComplete(
    _ description: TrainingDescription, _ files: TrainingFiles, folds: Int
  ) throws -> Bool {
    guard description.isFinished, FileManager.default.fileExists(atPath: files.metrics) else {
      return false
    }
    return try (1...folds).allSatisfy { fold in
      let files = TrainingFiles(folder: "\(files.folder)/\(name(fold))")
      guard case .training(let description) = try files.state() else { return false }
      return try files.isComplete(description)
    }
  }

  private static func hasCheckpoint(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: TrainingFiles(folder: "\(folder)/\(name(1))").checkpoint)
  }

  /// The folder of a fold, from 1.
  static func name(_ fold: Int) -> String { "fold-\(fold)" }

  /// Trains what is left of all folds.
  ///
  /// - Parameter report: called with the fold, from 1, and where its training stands.
  public func run(
    _ report: @escaping (_ fold: Int, TrainingProgress) -> Void = { _, _ in }
  ) throws -> CrossValidationMetrics {
    let begin = ContinuousClock.now
    let earlierSeconds = description.seconds
    // What is wrong with the data shows before anything is written.
    if start == .fresh { _ = try TrainingEvents(recipe.fold(1).data) }
    try OutputFolder.make(files.folder)
    let lock = try RunLock(files.folder)
    defer { withExtendedLifetime(lock) {} }
    if start == .resumed { description.resumptions += 1 }
    description.isFinished = false
    try files.write(description, to: files.description)
    var folds: [CrossValidationMetrics.Fold] = []
    for fold in 1...foldCount {
      let name = Self.name(fold)
      let run = try TrainingRun(
        recipe.fold(fold), in: "\(files.folder)/\(name)", command: description.command)
      let metrics = run.start == .finished ? try run.metrics() : try run.run { report(fold, $0) }
      guard let validation = metrics.validation else {
        throw TrainingError("fold \(fold) has no validation events")
      }
      folds.append(
        .init(folder: name, events: metrics.events, validation: validation, test: metrics.test))
    }
    let metrics = CrossValidationMetrics(name: recipe.name, seed: recipe.seed, folds: folds)
    try files.write(metrics, to: files.metrics)
    description.isFinished = true
    description.seconds = earlierSeconds + (ContinuousClock.now - begin) / .seconds(1)
    description.files = ["metrics.json"] + folds.map { "\($0.folder)/run.json" }
    try files.write(description, to: files.description)
    return metrics
  }

  /// The metrics of a cross-validation that is finished.
  public func metrics() throws -> CrossValidationMetrics {
    try JSONDecoder().decode(
      CrossValidationMetrics.self, from: Data(InputFile.read(files.metrics)))
  }
}

extension Recipe {
  /// The recipe of one fold, from 1.
  func fold(_ number: Int) -> Recipe {
    var recipe = self
    recipe.data.fold = number
    if case .table(var table) = settings, case .table(var data) = table["data"] {
      data["fold"] = .integer(number)
      table["data"] = .table(data)
      recipe.settings = .table(table)
    }
    return recipe
  }
}
