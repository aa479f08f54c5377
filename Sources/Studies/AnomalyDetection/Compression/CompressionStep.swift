import Winnow

/// Prunes the trained networks, then rounds and trains them at every width: `compression/NAME/pruned`,
/// `ptq-W`, `qat-W`; what each still finds: `compression/results.json`.
struct CompressionStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  /// One form of one model, one signal; the score is the firmware's.
  struct Result: Codable, Sendable {
    var model: AnomalyModel
    var compression: Compression
    var signal: AnomalySample
    var area: AreaUnderCurve
    var points: [ScoreStep.Point]
    /// Numbers of weights, and of those that are zero, where the firmware has them.
    var zeros: Int
  }

  static func folder(of model: AnomalyModel, _ form: Compression, in study: StudyFolder) -> String {
    "\(study.path)/compression/\(model.rawValue)/\(form.folder)"
  }

  static func results(in folder: StudyFolder) -> String { "\(folder.path)/compression/results.json" }

  func run(_ progress: (String) -> Void) throws {
    try OutputFolder.make("\(folder.path)/compression")
    let samples = try ScoredSamples(in: folder)
    var results: [Result] = []
    for model in AnomalyModel.allCases {
      for form in forms(of: model) {
        try make(model, form, progress)
        let network = try NetworkFile.read(
          path: Self.folder(of: model, form, in: folder) + "/network.onnx")
        let scores = EventScores(model, network)
        let background = try scores.values(model.firmwareScore, of: samples.background)
        for (signal, events) in samples.signals {
          let found = try scores.values(model.firmwareScore, of: events)
          results.append(
            Result(
              model: model, compression: form, signal: signal,
              area: try AreaUnderCurve(signal: found, background: background),
              points: try ScoreStep.points(signals: found, background: background),
              zeros: try NetworkSummary(network.bindingBatch()).layers.map(\.zeros).reduce(0, +)))
        }
      }
    }
    try writeJSON(results, to: Self.results(in: folder))
  }

  private func forms(of model: AnomalyModel) -> [Compression] {
    var forms = [Compression.pruned]
    forms += settings.widths.map { .rounded($0) } + settings.widths.map { .trained($0) }
    return forms.contains(model.workingPoint) ? forms : forms + [model.workingPoint]
  }

  private func make(_ model: AnomalyModel, _ form: Compression, _ progress: (String) -> Void) throws {
    let before =
      form == .pruned
      ? TrainingStep.folder(of: model, in: folder) : Self.folder(of: model, .pruned, in: folder)
    let recipe = try model.recipe(
      form, of: before + "/network.onnx", data: "\(folder.path)/data/training.npz", settings: settings)
    try StudyTraining(
      recipe, in: Self.folder(of: model, form, in: folder), label: "\(model.label), \(form.label)"
    ).run(progress)
  }
}
