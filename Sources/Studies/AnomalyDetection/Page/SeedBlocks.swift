import Foundation
import Winnow

/// How far areas vary from seed to seed, and what Keras makes of the same networks and events.
struct SeedBlocks {
  private let ours: [ScoreStep.SeedResult]
  private let keras: KerasAreas?

  /// `keras.json`, as Tools/anomaly-detection writes it.
  private struct KerasAreas: Decodable {
    struct Row: Decodable {
      var model: AnomalyModel
      var score: AnomalyScoreKind
      var signal: AnomalySample
      var seed: UInt64
      var area: AreaUnderCurve
    }
    /// What was trained on, and how.
    struct Settings: Decodable {
      var epochs: Int
      var batch: Int
      var beta: Double
    }
    var versions: [String: String]
    var settings: Settings
    /// Of pT at the 19 places of the events to train on, which name a sample.
    var means: [Double]
    var areas: [Row]
  }

  /// - Throws: ``StudyError`` for a `keras.json` that is damaged, or of other events or settings.
  init(
    in folder: StudyFolder, _ summary: SampleStep.Summary, _ settings: AnomalyDetectionSettings
  ) throws {
    ours = try readJSON([ScoreStep.SeedResult].self, from: ScoreStep.seeds(in: folder))
    let file = "\(folder.path)/keras.json"
    guard FileManager.default.fileExists(atPath: file) else {
      keras = nil
      return
    }
    guard let found = try? readJSON(KerasAreas.self, from: file), !found.areas.isEmpty else {
      throw StudyError("'\(file)' is damaged; remove it, or run Tools/anomaly-detection again")
    }
    guard found.means == summary.scale.means, found.settings.epochs == settings.epochs,
      found.settings.batch == settings.batch, found.settings.beta == AnomalyModel.beta
    else {
      throw StudyError(
        "'\(file)' is of other events or settings; remove it, or run Tools/anomaly-detection again")
    }
    keras = found
  }

  var blocks: [ReportPage.Block] {
    let seeds = Set(ours.map(\.seed)).count
    guard keras != nil || seeds > 1 else {
      return [
        .text(
          "The quick form trains one seed of each network. Tools/anomaly-detection trains the same in Keras on these events; --only page then draws both."
        )
      ]
    }
    return [.table(table)]
  }

  /// Mean of the seeds, and the spread of one seed.
  private func cell(_ values: [Double]) -> ReportTable.Cell {
    guard !values.isEmpty else { return .empty }
    let mean = values.reduce(0, +) / Double(values.count)
    guard values.count > 1 else { return .number(100 * mean) }
    let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1))
      .squareRoot()
    return .measured(100 * mean, 100 * (mean - spread)...100 * (mean + spread))
  }

  private var table: ReportTable {
    let columns = AnomalySample.signals.flatMap { signal -> [ReportTable.Column] in
      [.init(signal.label)] + (keras == nil ? [] : [.init("Keras")])
    }
    let rows = AnomalyModel.allCases.flatMap { model in
      model.scores.map { score -> [ReportTable.Cell] in
        let cells = AnomalySample.signals.flatMap { signal -> [ReportTable.Cell] in
          let own = ours.filter { $0.model == model && $0.score == score && $0.signal == signal }
          let theirs = keras?.areas.filter {
            $0.model == model && $0.score == score && $0.signal == signal
          }
          return [cell(own.map(\.area.value))] + (theirs.map { [cell($0.map(\.area.value))] } ?? [])
        }
        return [.text(model.label), .text(score.label)] + cells
      }
    }
    return ReportTable(
      "seeds", title: "Area under the curve from seed to seed, per cent",
      columns: [.init("model"), .init("score")] + columns, rows: rows, caption: caption)
  }

  /// How many trainings a mean is of.
  private static func seeds(_ count: Int) -> String { count == 1 ? "one seed" : "up to \(count) seeds" }

  private var caption: String {
    let own = Set(ours.map(\.seed)).count
    let spread = "Where there is more than one, the error is the spread of one seed."
    guard let keras else {
      return
        "\(Self.seeds(own)) of ours. \(spread) Tools/anomaly-detection trains the same networks in Keras on these events; --only page then draws both."
    }
    let theirs = Set(keras.areas.map(\.seed)).count
    let versions = keras.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return
      "Means of \(Self.seeds(own)) of ours and \(Self.seeds(theirs)) of Keras' (\(versions.joined(separator: ", "))): the same layers, loss, optimiser, events and rules of stopping, other first weights and orders of events. \(spread)"
  }
}
