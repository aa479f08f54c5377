import Winnow

/// Trains the four networks, the variational ones at other β, and all from further seeds:
/// `models/NAME/float`, `models/NAME/beta-B`, `models/NAME/seed-S`.
struct TrainingStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  static func folder(of model: AnomalyModel, in study: String) -> String {
    "\(study)/models/\(model.rawValue)/float"
  }

  static func folder(of model: AnomalyModel, beta: Double, in study: String) -> String {
    beta == AnomalyModel.beta
      ? folder(of: model, in: study) : "\(study)/models/\(model.rawValue)/beta-\(beta)"
  }

  static func folder(of model: AnomalyModel, seed: UInt64, in study: String) -> String {
    "\(study)/models/\(model.rawValue)/seed-\(seed)"
  }

  /// One training.
  private struct Piece: Sendable {
    var model: AnomalyModel
    var beta = AnomalyModel.beta
    var seed: UInt64?

    var label: String {
      model.label + (beta == AnomalyModel.beta ? "" : ", β = \(beta)")
        + (seed.map { ", seed \($0)" } ?? "")
    }

    func folder(in study: String) -> String {
      seed.map { TrainingStep.folder(of: model, seed: $0, in: study) }
        ?? TrainingStep.folder(of: model, beta: beta, in: study)
    }
  }

  func run(_ progress: (String) -> Void) throws {
    let (path, settings) = (folder.path, settings)
    // What takes longest is begun first.
    let models = AnomalyModel.allCases.reversed()
    var pieces = models.map { Piece(model: $0) }
    for seed in settings.furtherSeeds { pieces += models.map { Piece(model: $0, seed: seed) } }
    for model in models where model.isVariational {
      pieces += settings.betas.filter { $0 != AnomalyModel.beta }.map { Piece(model: model, beta: $0) }
    }
    try StudyWork.each(pieces, workers: settings.threads, progress: progress) { piece, progress in
      let recipe = try piece.model.recipe(
        sample: TrainingSample(in: path), settings: settings, beta: piece.beta, seed: piece.seed)
      try StudyTraining(recipe, in: piece.folder(in: path), label: piece.label).run(progress)
    }
  }
}
