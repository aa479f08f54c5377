import Winnow

/// Scores of the test events and the signals, and what they separate: `scores/MODEL-SCORE.npz`,
/// `scores/results.json`.
struct ScoreStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  /// One model, one score, one signal.
  struct Result: Codable, Sendable {
    var model: AnomalyModel
    var score: AnomalyScoreKind
    var signal: AnomalySample
    var area: AreaUnderCurve
    var points: [Point]
  }

  /// The signal efficiency where a part of the background passes.
  struct Point: Codable, Sendable {
    var rate: Double
    /// Background events above the threshold; with fewer than ``WorkingPoint/smallestBackground`` there
    /// is an interval and no value.
    var background: Int
    var signal: Int
    var signals: Int
    /// Where the efficiency lies, the threshold's own error included.
    var low: Double
    var high: Double

    /// Whether enough background passes for a value.
    var isMeasured: Bool { background >= WorkingPoint.smallestBackground }
  }

  /// One variational model at one β.
  struct BetaResult: Codable, Sendable {
    var model: AnomalyModel
    var beta: Double
    var score: AnomalyScoreKind
    var signal: AnomalySample
    var area: AreaUnderCurve
    /// The median divergence of the background to test on: how much the code is used.
    var medianDivergence: Double
  }

  /// One model as one seed made it, one score, one signal.
  struct SeedResult: Codable, Sendable {
    var model: AnomalyModel
    var seed: UInt64
    var score: AnomalyScoreKind
    var signal: AnomalySample
    var area: AreaUnderCurve
  }

  static let rates = [1e-2, 1e-3, 1e-4, 1e-5]

  static func file(_ folder: StudyFolder, _ model: AnomalyModel, _ kind: AnomalyScoreKind) -> String {
    "\(folder.path)/scores/\(model.rawValue)-\(kind.rawValue).npz"
  }

  static func results(in folder: StudyFolder) -> String { "\(folder.path)/scores/results.json" }
  static func seeds(in folder: StudyFolder) -> String { "\(folder.path)/scores/seeds.json" }
  static func betas(in folder: StudyFolder) -> String { "\(folder.path)/scores/betas.json" }

  func run(_ progress: (String) -> Void) throws {
    try OutputFolder.make("\(folder.path)/scores")
    let samples = try ScoredSamples(in: folder)
    var results: [Result] = []
    for model in AnomalyModel.allCases {
      let scores = try EventScores(model, in: folder)
      for kind in model.scores {
        progress("\(model.label), \(kind.rawValue)")
        var arrays = NPZ()
        let named = [("test", samples.background)] + samples.signals.map { ($0.rawValue, $1) }
        for (name, events) in named {
          let values = try scores.values(kind, of: events)
          arrays[name] = NumericArray(shape: [values.count], storage: .float64(values))
        }
        try arrays.write(to: Self.file(folder, model, kind))
        for signal in AnomalySample.signals {
          results.append(
            try Self.result(
              model, kind, signal, signals: arrays.array(signal.rawValue).doubles(),
              background: arrays.array("test").doubles()))
        }
      }
    }
    try writeJSON(results, to: Self.results(in: folder))
    let first = results.map {
      SeedResult(
        model: $0.model, seed: settings.seed, score: $0.score, signal: $0.signal, area: $0.area)
    }
    try writeJSON(first + seeds(samples, progress), to: Self.seeds(in: folder))
    let training = try NPZ(contentsOf: TrainingSample(in: folder.path).path)
    try writeJSON(CodeThreshold(training), to: CodeThreshold.file(in: folder))
    try writeJSON(scan(samples, progress), to: Self.betas(in: folder))
  }

  private func seeds(_ samples: ScoredSamples, _ progress: (String) -> Void) throws -> [SeedResult] {
    var results: [SeedResult] = []
    for model in AnomalyModel.allCases {
      for seed in settings.furtherSeeds {
        progress("\(model.label), seed \(seed)")
        let network = try NetworkFile.read(
          path: TrainingStep.folder(of: model, seed: seed, in: folder.path) + "/network.onnx")
        let scores = EventScores(model, network)
        for kind in model.scores {
          let background = try scores.values(kind, of: samples.background)
          results += try samples.signals.map { signal, events in
            SeedResult(
              model: model, seed: seed, score: kind, signal: signal,
              area: try AreaUnderCurve(
                signal: try scores.values(kind, of: events), background: background))
          }
        }
      }
    }
    return results
  }

  private func scan(_ samples: ScoredSamples, _ progress: (String) -> Void) throws -> [BetaResult] {
    var results: [BetaResult] = []
    for model in AnomalyModel.allCases where model.isVariational {
      for beta in settings.betas {
        progress("\(model.label), β = \(beta)")
        let network = try NetworkFile.read(
          path: TrainingStep.folder(of: model, beta: beta, in: folder.path) + "/network.onnx")
        let scores = EventScores(model, network)
        let divergences = try scores.values(.divergence, of: samples.background).sorted()
        for kind in [AnomalyScoreKind.reconstruction, .divergence] {
          let background = try scores.values(kind, of: samples.background)
          for (signal, events) in samples.signals {
            results.append(
              BetaResult(
                model: model, beta: beta, score: kind, signal: signal,
                area: try AreaUnderCurve(
                  signal: try scores.values(kind, of: events), background: background),
                medianDivergence: divergences[divergences.count / 2]))
          }
        }
      }
    }
    return results
  }

  private static func result(
    _ model: AnomalyModel, _ kind: AnomalyScoreKind, _ signal: AnomalySample, signals: [Double],
    background: [Double]
  ) throws -> Result {
    Result(
      model: model, score: kind, signal: signal,
      area: try AreaUnderCurve(signal: signals, background: background),
      points: try points(signals: signals, background: background))
  }

  static func points(signals: [Double], background: [Double]) throws -> [Point] {
    try rates.map { rate in
      let point = try WorkingPoint(rate: rate, signal: signals, background: background)
      let range = try WorkingPoint.interval(rate: rate, signal: signals, background: background)
      return Point(
        rate: rate, background: point.background.selected, signal: point.signal.selected,
        signals: point.signal.total, low: range.lowerBound, high: range.upperBound)
    }
  }
}
