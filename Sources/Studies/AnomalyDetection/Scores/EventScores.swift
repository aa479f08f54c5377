import Winnow

/// Scores of prepared events, in floating point.
struct EventScores {
  let model: AnomalyModel
  let network: Network

  init(_ model: AnomalyModel, _ network: Network) {
    (self.model, self.network) = (model, network)
  }

  /// The model as it was trained.
  init(_ model: AnomalyModel, in folder: StudyFolder) throws {
    self.init(
      model, try NetworkFile.read(path: TrainingStep.folder(of: model, in: folder.path) + "/network.onnx"))
  }

  /// One number an event.
  ///
  /// The reconstruction of a variational autoencoder is that of the mean, `z = μ`: no random number.
  func values(_ kind: AnomalyScoreKind, of events: NPZ) throws -> [Double] {
    let scored = try AnomalyScore.graph(definition(kind), of: network.withoutSampling())
    var inputs: [String: [Float]] = [:]
    for input in scored.inputs {
      inputs[input.name] = try events.array(input.name).doubles().map { Float($0) }
    }
    let values = try Distillation.teacherOutputs(scored, inputs).map { Double($0) }
    // An event so far out that its variance overflows is above every threshold.
    guard !values.contains(where: \.isNaN) else {
      throw StudyError("\(model.label) scores an event as no number; train it again with another --seed")
    }
    return values
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

extension Network {
  /// The decoder reads the mean in place of the sample, whose noise times an overflowing width would be
  /// no number.
  fileprivate func withoutSampling() throws -> Network {
    var network = self
    for place in network.nodes.indices {
      network.nodes[place].inputs = network.nodes[place].inputs.map { $0 == "sample" ? "mu" : $0 }
    }
    return try network.part(computing: network.outputs)
  }
}

/// The events that are scored: background to test on, and every signal.
struct ScoredSamples {
  let background: NPZ
  let signals: [(AnomalySample, NPZ)]

  init(in folder: StudyFolder) throws {
    background = try NPZ(contentsOf: "\(folder.path)/data/test.npz")
    signals = try AnomalySample.signals.map {
      ($0, try NPZ(contentsOf: "\(folder.path)/data/\($0.rawValue).npz"))
    }
  }
}
