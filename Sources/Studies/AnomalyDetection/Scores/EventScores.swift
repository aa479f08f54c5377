import Winnow

/// Scores of prepared events, in floating point.
struct EventScores {
  let model: AnomalyModel
  let network: Network

  init(_ model: AnomalyModel, in folder: StudyFolder) throws {
    self.model = model
    network = try NetworkFile.read(path: TrainingStep.folder(of: model, in: folder) + "/network.onnx")
  }

  /// One number an event.
  ///
  /// The reconstruction of a variational autoencoder is that of the mean, `z = μ`: no random number.
  func values(_ kind: AnomalyScoreKind, of events: NPZ) throws -> [Double] {
    let scored = try AnomalyScore.graph(definition(kind), of: network)
    var inputs: [String: [Float]] = [:]
    for input in scored.inputs {
      let name = input.name
      if name == "e" {
        let count = try events.array("x").shape[0]
        inputs[name] = [Float](repeating: 0, count: count * model.latentWidth)
      } else {
        inputs[name] = try events.array(name).doubles().map { Float($0) }
      }
    }
    return try Distillation.teacherOutputs(scored, inputs).map { Double($0) }
  }

  private func definition(_ kind: AnomalyScoreKind) -> AnomalyScore.Definition {
    switch kind {
    case .reconstruction:
      .reconstruction(
        output: "y", target: "t", scales: BetaVAELoss.levelOneScales, mask: "x")
    case .divergence: .divergence(mean: "mu", logVariance: "lv")
    case .radius: .radius(mean: "mu", logVariance: "lv")
    }
  }
}
