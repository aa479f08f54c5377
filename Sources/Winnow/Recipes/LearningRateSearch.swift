import Foundation
import WinnowNetworkIR
import WinnowReports
import WinnowTensors
import WinnowTraining

/// A range test of a recipe's learning rate: its network is trained for some steps at a rate that
/// grows until the loss diverges. Nothing of that training is kept.
///
/// - Reference: L. N. Smith, arXiv:1506.01186, section 3.3.
public struct LearningRateSearch: Sendable, Encodable {
  /// The optimiser of the recipe.
  public let optimizer: String
  /// The rates tried and their smoothed losses.
  public let rates: [Double]
  public let losses: [Double]
  public let hasDiverged: Bool
  /// Where the loss falls fastest; `nil` where it never falls.
  public let suggestion: Double?

  /// What a search leaves in a run's folder, which counts as empty still.
  static let fileNames = ["learning-rate.csv", "learning-rate.svg"]

  /// Makes the steps.
  ///
  /// - Parameters:
  ///   - folder: where a run of the recipe is or may begin; nothing is written.
  ///   - finder: the rates and when to stop.
  /// - Throws: as ``TrainingRun`` does.
  public init(
    _ recipe: Recipe, in folder: String, finder: LearningRateFinder = LearningRateFinder(),
    report: (_ step: Int, _ steps: Int) -> Void = { _, _ in }
  ) throws {
    // Of a cross-validation the first fold.
    let recipe = recipe.data.folds != nil && recipe.data.fold == nil ? recipe.fold(1) : recipe
    let run = try TrainingRun(recipe, in: folder, isKept: false)
    try run.prepareTeacher()
    let part = try StageRun(run, run.stages[0])
    let objective = part.trainer.objective
    var configuration = part.trainer.configuration
    configuration.schedule = finder.schedule
    configuration.plateau = nil
    configuration.movingAverage = nil
    configuration.earlyStopping = nil
    let trainer = try Trainer(
      objective,
      data: run.events.training(for: objective, batch: recipe.batch, seed: recipe.seed),
      configuration)
    var finder = finder
    try trainer.find(&finder) { report($0.rates.count, $0.steps) }
    optimizer = configuration.optimizer.kind.rawValue
    (rates, losses, hasDiverged) = (finder.rates, finder.losses, finder.hasDiverged)
    suggestion = finder.suggestion
  }

  /// Writes `learning-rate.csv`, and `learning-rate.svg` where gnuplot is installed.
  ///
  /// - Returns: whether there is a figure.
  public func write(to folder: String) throws -> Bool {
    try OutputFolder.make(folder)
    let lines = zip(rates, losses).map { "\($0),\($1)" }
    let text = (["learning_rate,smoothed_loss"] + lines).joined(separator: "\n") + "\n"
    try AtomicFile.write(Array(text.utf8), to: "\(folder)/\(Self.fileNames[0])")
    guard rates.count > 1, losses.contains(where: \.isFinite), Gnuplot.path != nil else {
      return false
    }
    try figure.draw(to: "\(folder)/\(Self.fileNames[1])")
    return true
  }

  private var figure: Figure {
    Figure(
      "learning-rate", title: "Range test of the learning rate",
      x: Axis("learning rate", isLogarithmic: true), y: Axis("smoothed loss"),
      series: [Series("", .line, x: rates, y: losses)],
      annotations: suggestion.map { [.verticalLine($0, "suggestion")] } ?? [], legend: .none)
  }
}
