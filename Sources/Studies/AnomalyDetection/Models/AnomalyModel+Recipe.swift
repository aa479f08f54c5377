import Winnow

extension AnomalyModel {
  /// Weight of the divergence in the loss `(1 − β) · MSE + β · D_KL`.
  public static let beta = 0.8

  /// How it is trained in floating point: Adam with AMSGrad at 3·10⁻³, 1024 events a step, early
  /// stopping after 10 epochs without a smaller validation loss.
  ///
  /// - Parameters:
  ///   - beta: of a variational model.
  ///   - seed: in place of the study's.
  func recipe(
    sample: TrainingSample, settings: AnomalyDetectionSettings, beta: Double = Self.beta,
    seed: UInt64? = nil
  ) throws -> Recipe {
    var lines = common(sample, settings: settings, beta: beta, seed: seed)
    lines += ["network:", "  outputs: [\(outputs.joined(separator: ", "))]", "  layers:"]
    lines += layers.map { "    - \($0)" }
    lines += ["epochs: \(settings.epochs)"]
    return try Recipe(yaml: lines.joined(separator: "\n"))
  }

  /// What all recipes of a model share: data, loss, optimiser.
  func common(
    _ sample: TrainingSample, settings: AnomalyDetectionSettings, beta: Double = Self.beta,
    learningRate: Double = 0.003, seed: UInt64? = nil
  ) -> [String] {
    var lines = [
      "name: \(rawValue)", "seed: \(seed ?? settings.seed)", "threads: 1", "data:",
      "  file: \(Self.quoted(sample.path))", "  inputs: {x: x}", "  targets: {t: t}",
    ]
    if isVariational { lines.append("  noise: {e: \(latentWidth)}") }
    let reconstruction =
      "loss: {kind: beta_vae, inputs: [\(outputs.joined(separator: ", "))], target: t, beta: \(isVariational ? beta : 0), output_scales: level1, mask: {nonzero: x}}"
    return lines + [
      "  split: {validation: \(sample.validationShare), shuffle: false}", reconstruction,
      "optimizer: {kind: adam, learning_rate: \(learningRate), amsgrad: true}", "batch: \(settings.batch)",
      "early_stopping: {patience: 10}",
    ]
  }

  static func quoted(_ path: String) -> String { "'\(path.replacing("'", with: "''"))'" }
}
