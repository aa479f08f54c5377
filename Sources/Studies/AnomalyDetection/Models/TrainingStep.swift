import Winnow

/// Trains the four networks, and the variational ones at other β: `models/NAME/float`,
/// `models/NAME/beta-B`.
struct TrainingStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  static func folder(of model: AnomalyModel, in study: StudyFolder) -> String {
    "\(study.path)/models/\(model.rawValue)/float"
  }

  static func folder(of model: AnomalyModel, beta: Double, in study: StudyFolder) -> String {
    beta == AnomalyModel.beta
      ? folder(of: model, in: study) : "\(study.path)/models/\(model.rawValue)/beta-\(beta)"
  }

  func run(_ progress: (String) -> Void) throws {
    let data = "\(folder.path)/data/training.npz"
    for model in AnomalyModel.allCases {
      let recipe = try model.recipe(data: data, settings: settings)
      try StudyTraining(recipe, in: Self.folder(of: model, in: folder), label: model.label).run(progress)
    }
    for model in AnomalyModel.allCases where model.isVariational {
      for beta in settings.betas where beta != AnomalyModel.beta {
        let recipe = try model.recipe(data: data, settings: settings, beta: beta)
        try StudyTraining(
          recipe, in: Self.folder(of: model, beta: beta, in: folder), label: "\(model.label), β = \(beta)"
        ).run(progress)
      }
    }
  }
}
