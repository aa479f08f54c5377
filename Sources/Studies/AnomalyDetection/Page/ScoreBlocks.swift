import Foundation
import Winnow

/// What the float networks find: figures II and III and table 1 of the paper, and the scan of β.
struct ScoreBlocks {
  private let folder: StudyFolder
  private let results: [ScoreStep.Result]
  private let betas: [ScoreStep.BetaResult]
  private let code: CodeThreshold

  init(in folder: StudyFolder) throws {
    self.folder = folder
    results = try readJSON([ScoreStep.Result].self, from: ScoreStep.results(in: folder))
    betas = try readJSON([ScoreStep.BetaResult].self, from: ScoreStep.betas(in: folder))
    code = try readJSON(CodeThreshold.self, from: CodeThreshold.file(in: folder))
  }

  /// For eight curves.
  private static let colors: [FigureColor] = [
    .blue, .vermillion, .green, .purple, .orange, .sky, .black, .grey,
  ]

  /// A figure for each signal: every model and score.
  func figures() throws -> [Figure] {
    var curves: [AnomalySample: [Series]] = [:]
    var tested = 0
    for model in AnomalyModel.allCases {
      for kind in model.scores {
        let scores = try NPZ(contentsOf: ScoreStep.file(folder, model, kind))
        let background = try scores.array("test").doubles()
        for signal in AnomalySample.signals {
          let found = try scores.array(signal.rawValue).doubles()
          let curve = try ROCCurve(
            labels: [Int32](repeating: 1, count: found.count)
              + [Int32](repeating: 0, count: background.count), scores: found + background)
          var series = Series("\(model.label), \(kind.label)", curve, most: 600)
          series.isDashed = kind != .reconstruction
          series.color = Self.colors[curves[signal, default: []].count % Self.colors.count]
          curves[signal, default: []].append(series)
          tested = background.count
        }
      }
    }
    // To the left fewer background events pass than tell a rate.
    let smallest = Double(WorkingPoint.smallestBackground) / Double(max(tested, 1))
    return AnomalySample.signals.map { signal in
      Figure(
        "roc-\(signal.rawValue)", title: signal.label,
        x: Axis("false positive rate", from: smallest, to: 1, isLogarithmic: true),
        y: Axis("true positive rate", from: 1e-3, to: 1, isLogarithmic: true), series: curves[signal]!,
        caption:
          "Figures II and III of the paper, as far to the left as \(WorkingPoint.smallestBackground) background events pass."
      )
    }
  }

  var tables: [ReportPage.Block] {
    [
      .table(areas)
    ] + rates.map { .table(efficiencies($0)) } + [
      .text(
        "The paper's events are another sample of the same processes, through Delphes; ours are Pythia's through our own model of the trigger. It does not say how its signals are produced: our A and h^{0} come from gluons, leptoquarks in pairs, and h^{±} beside a top, from a gluon and a b quark. Alone, from a quark and an antiquark, an h^{±} of 60 GeV looks like the W that make most of the background, only softer, and has an area of about 45 per cent in every model. In the paper's text at hand the heads of table 1 are lost: the order of the signals, and of the two latent scores of a VAE, is our reading of its figures."
      )
    ]
  }

  private var areas: ReportTable {
    ReportTable(
      "areas", title: "Area under the curve, per cent",
      columns: [.init("model"), .init("score")]
        + AnomalySample.signals.flatMap { [.init($0.label), .init("paper", digits: 3)] },
      rows: rows { result, published in
        [Self.cell(result.area), .number(published.area)]
      },
      caption:
        "Errors after DeLong; copies of weighted events count as events of their own there, and errors are up to a sixth too small."
    )
  }

  /// Rates whose thresholds this sample knows, and the paper's.
  private var rates: [Int] {
    ScoreStep.rates.indices.filter { place in
      let point = results[0].points[place]
      return place > 0 && point.isMeasured || point.rate == PublishedAnomalyDetection.rate
        || place == 0 && !results[0].points[1].isMeasured
    }
  }

  private func efficiencies(_ place: Int) -> ReportTable {
    let isThePapers = ScoreStep.rates[place] == PublishedAnomalyDetection.rate
    return ReportTable(
      "efficiencies-\(place + 2)",
      title: "Signal kept, per cent, where 10^{−\(place + 2)} of the background passes",
      columns: [.init("model"), .init("score")]
        + AnomalySample.signals.flatMap {
          [.init($0.label)] + (isThePapers ? [.init("paper", digits: 3)] : [])
        },
      rows: rows { result, published in
        [Self.cell(result.points[place])] + (isThePapers ? [.number(published.efficiency)] : [])
      },
      caption: isThePapers
        ? "The paper's working point needs a million background events; where fewer than \(WorkingPoint.smallestBackground) pass there is an interval and no value. Intervals cover 68 per cent, the threshold's own error included, but for copies of weighted events."
        : "Intervals cover 68 per cent, the threshold's own error included, but for copies of weighted events."
    )
  }

  private func rows(
    _ cells: (ScoreStep.Result, (area: Double, efficiency: Double)) -> [ReportTable.Cell]
  ) -> [[ReportTable.Cell]] {
    AnomalyModel.allCases.flatMap { model in
      model.scores.map { score in
        let published = PublishedAnomalyDetection.row(model, score)
        var row: [ReportTable.Cell] = [.text(model.label), .text(score.label)]
        for (place, signal) in AnomalySample.signals.enumerated() {
          let result = results.first { $0.model == model && $0.score == score && $0.signal == signal }!
          row += cells(result, (published.area[place], published.efficiency[place]))
        }
        return row
      }
    }
  }

  /// Areas of the reconstruction and of the divergence against β.
  var scan: [ReportPage.Block] {
    var blocks = AnomalyModel.allCases.filter(\.isVariational).map { model -> ReportPage.Block in
      let series = AnomalySample.signals.flatMap { signal in
        [AnomalyScoreKind.reconstruction, .divergence].map { kind in
          let points = betas.filter { $0.model == model && $0.signal == signal && $0.score == kind }
            .sorted { $0.beta < $1.beta }
          var series = Series(
            "\(signal.label), \(kind.label)", .lineAndPoints, x: points.map(\.beta),
            y: points.map { 100 * $0.area.value })
          series.isDashed = kind == .divergence
          series.color = signal.color
          return series
        }
      }
      return .figure(
        Figure(
          "beta-\(model.rawValue)", title: model.label, x: Axis("β", from: 0, to: 1),
          y: Axis("area, per cent", from: 30, to: 100), series: series,
          caption: "The paper's β is 0.8, chosen so that both scores do alike on its signals."))
    }
    blocks.append(.table(use))
    let limits = AnomalyModel.allCases.filter(\.isVariational).map {
      "\(Self.short(code.beta(codeOf: $0.latentWidth))) for the \($0.label)'s \($0.latentWidth) numbers"
    }
    blocks.append(
      .text(
        "Why the code empties: in a linear model a direction of the events is worth a number of the code only if its variance exceeds β/(1 − β) · 57/(2 d), with d numbers (arXiv:1911.02469). The largest variance of any direction of the masked, standardised events is \(Self.short(code.variance)): the code of such a model is empty above β = \(limits.joined(separator: " and ")), and at 0.8 it needs \(Self.short(4 * 57 / 6.0)) and \(Self.short(4 * 57 / 16.0)). Networks may empty earlier. What is left then tells far events apart, and differs from seed to seed."
      ))
    return blocks
  }

  private var use: ReportTable {
    let models = AnomalyModel.allCases.filter(\.isVariational)
    let values = Set(betas.map(\.beta)).sorted()
    return ReportTable(
      "code", title: "Median divergence of the background",
      columns: [.init("β", digits: 3)] + models.map { .init($0.label, digits: 2) },
      rows: values.map { beta in
        [.number(beta)]
          + models.map { model in
            betas.first { $0.model == model && $0.beta == beta }.map { .number($0.medianDivergence) }
              ?? .empty
          }
      },
      caption:
        "Where it is far below 1 the code says nothing of a usual event: the decoder answers with the mean, and only far events are told apart."
    )
  }

  static func cell(_ area: AreaUnderCurve) -> ReportTable.Cell {
    let (value, error) = (100 * area.value, 100 * area.error)
    return .measured(value, (value - error)...(value + error))
  }

  /// The signal's share in per cent; the interval alone where too few background events pass for a value.
  static func cell(_ point: ScoreStep.Point) -> ReportTable.Cell {
    guard point.isMeasured else {
      return .text("\(short(100 * point.low)) to \(short(100 * point.high))")
    }
    let value = 100 * Double(point.signal) / Double(point.signals)
    return .measured(value, min(value, 100 * point.low)...max(value, 100 * point.high))
  }

  /// Two digits that count.
  private static func short(_ value: Double) -> String {
    guard value > 0 else { return "0" }
    let digits = max(0, 1 - Int(log10(value).rounded(.down)))
    return String(format: "%.\(digits)f", value)
  }
}

extension AnomalySample {
  /// The same in all figures.
  var color: FigureColor {
    switch self {
    case .background: .grey
    case .leptoquark: .blue
    case .fourLeptons: .vermillion
    case .chargedHiggs: .green
    case .neutralHiggs: .purple
    }
  }
}
