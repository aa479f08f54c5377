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
  }

  /// A form of a model.
  private struct Piece: Sendable {
    var model: AnomalyModel
    var form: Compression
  }

  static func folder(of model: AnomalyModel, _ form: Compression, in study: String) -> String {
    "\(study)/compression/\(model.rawValue)/\(form.folder)"
  }

  static func results(in folder: StudyFolder) -> String { "\(folder.path)/compression/results.json" }

  func run(_ progress: (String) -> Void) throws {
    try OutputFolder.make("\(folder.path)/compression")
    let pruned = AnomalyModel.allCases.map { Piece(model: $0, form: .pruned) }
    let quantized = AnomalyModel.allCases.flatMap { model in
      forms(of: model).map { Piece(model: model, form: $0) }
    }
    let (path, settings) = (folder.path, settings)
    for pieces in [pruned, quantized] {
      try StudyWork.each(pieces, workers: settings.threads, progress: progress) { piece, progress in
        try Self.make(piece, in: path, settings, progress)
      }
    }
    let samples = try ScoredSamples(in: folder)
    var results: [Result] = []
    for piece in pruned + quantized {
      progress("\(piece.model.label), \(piece.form.label), scores")
      results += try Self.results(of: piece, samples, in: path)
    }
    try writeJSON(results, to: Self.results(in: folder))
  }

  private func forms(of model: AnomalyModel) -> [Compression] {
    let forms = settings.widths.map { Compression.rounded($0) } + settings.widths.map { .trained($0) }
    return forms.contains(model.workingPoint) ? forms : forms + [model.workingPoint]
  }

  private static func make(
    _ piece: Piece, in study: String, _ settings: AnomalyDetectionSettings,
    _ progress: (String) -> Void
  ) throws {
    let before =
      piece.form == .pruned
      ? TrainingStep.folder(of: piece.model, in: study) : folder(of: piece.model, .pruned, in: study)
    let recipe = try piece.model.recipe(
      piece.form, of: before + "/network.onnx", sample: TrainingSample(in: study), settings: settings)
    try StudyTraining(
      recipe, in: folder(of: piece.model, piece.form, in: study),
      label: "\(piece.model.label), \(piece.form.label)"
    ).run(progress)
  }

  private static func results(
    of piece: Piece, _ samples: ScoredSamples, in study: String
  ) throws -> [Result] {
    let network = try NetworkFile.read(
      path: folder(of: piece.model, piece.form, in: study) + "/network.onnx")
    let scores = EventScores(piece.model, network)
    let kind = piece.model.firmwareScore
    let background = try scores.values(kind, of: samples.background)
    return try samples.signals.map { signal, events in
      let found = try scores.values(kind, of: events)
      return Result(
        model: piece.model, compression: piece.form, signal: signal,
        area: try AreaUnderCurve(signal: found, background: background),
        points: try ScoreStep.points(signals: found, background: background))
    }
  }
}
