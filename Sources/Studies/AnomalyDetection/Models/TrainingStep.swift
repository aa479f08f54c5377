import Winnow

/// Trains the four networks, and the variational ones at other β: `models/NAME/float`,
/// `models/NAME/beta-B`.
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

  func run(_ progress: (String) -> Void) throws {
    let (path, settings) = (folder.path, settings)
    // What takes longest is begun first.
    var pieces = AnomalyModel.allCases.reversed().map { (model: $0, beta: AnomalyModel.beta) }
    for model in AnomalyModel.allCases.reversed() where model.isVariational {
      pieces += settings.betas.filter { $0 != AnomalyModel.beta }.map { (model, $0) }
    }
    try StudyWork.each(pieces, workers: settings.threads, progress: progress) { piece, progress in
      let recipe = try piece.model.recipe(
        sample: TrainingSample(in: path), settings: settings, beta: piece.beta)
      let isPlain = piece.beta == AnomalyModel.beta
      try StudyTraining(
        recipe, in: Self.folder(of: piece.model, beta: piece.beta, in: path),
        label: piece.model.label + (isPlain ? "" : ", β = \(piece.beta)")
      ).run(progress)
    }
  }
}
