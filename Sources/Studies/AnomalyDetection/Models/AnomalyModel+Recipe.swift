import Winnow

extension AnomalyModel {
  /// Weight of the divergence in the loss `(1 − β) · MSE + β · D_KL`.
  static let beta = 0.8

  /// How it is trained in floating point: Adam with AMSGrad at 3·10⁻³, 1024 events a step, early
  /// stopping after 10 epochs without a smaller validation loss.
  ///
  /// - Parameter data: `training.npz` of the study's folder.
  func recipe(data: String, settings: AnomalyDetectionSettings) throws -> Recipe {
    let share = SampleStep.shares
    let validation = share.validation / (share.training + share.validation)
    let beta = isVariational ? Self.beta : 0
    var lines = [
      "name: \(rawValue)", "seed: \(settings.seed)", "threads: \(settings.threads)", "data:",
      "  file: '\(data.replacing("'", with: "''"))'",
      "  inputs: {x: x}", "  targets: {t: t}",
    ]
    if isVariational { lines.append("  noise: {e: \(latentWidth)}") }
    lines += [
      "  split: {validation: \(validation), shuffle: false}", "network:",
      "  outputs: [\(outputs.joined(separator: ", "))]", "  layers:",
    ]
    lines += layers.map { "    - \($0)" }
    lines += [
      "loss: {kind: beta_vae, inputs: [\(outputs.joined(separator: ", "))], target: t, beta: \(beta), output_scales: level1, mask: {nonzero: x}}",
      "optimizer: {kind: adam, learning_rate: 0.003, amsgrad: true}", "batch: \(settings.batch)",
      "epochs: \(settings.epochs)", "early_stopping: {patience: 10}",
    ]
    return try Recipe(yaml: lines.joined(separator: "\n"))
  }
}

/// Trains the four networks: `models/NAME/float`.
struct TrainingStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  static func folder(of model: AnomalyModel, in study: StudyFolder) -> String {
    "\(study.path)/models/\(model.rawValue)/float"
  }

  func run(_ progress: (String) -> Void) throws {
    for model in AnomalyModel.allCases {
      let recipe = try model.recipe(data: "\(folder.path)/data/training.npz", settings: settings)
      let run = try TrainingRun(recipe, in: Self.folder(of: model, in: folder))
      guard run.start != .finished else { continue }
      try withoutActuallyEscaping(progress) { progress in
        _ = try run.run { state in
          guard state.isEpochEnd else { return }
          let loss = state.validationLoss ?? state.loss
          progress(
            "\(model.label), epoch \(state.epoch) of \(state.epochs), validation loss \(Self.short(loss))")
        }
      }
    }
  }

  private static func short(_ value: Double) -> String { "\((value * 1e4).rounded() / 1e4)" }
}
