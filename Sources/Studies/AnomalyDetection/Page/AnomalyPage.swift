import Winnow

/// The study's page: `index.html`, `figures/`, `tables/`, from the files of the steps.
struct PageStep {
  let folder: StudyFolder
  let settings: AnomalyDetectionSettings

  func run(_ progress: (String) -> Void) throws {
    let summary = try readJSON(SampleStep.Summary.self, from: SampleStep.summary(in: folder))
    let results = try readJSON([ScoreStep.Result].self, from: ScoreStep.results(in: folder))
    let signals = summary.signals.values.reduce(0, +)
    let page = ReportPage(
      "Anomaly detection at 40 MHz",
      summary:
        "Four autoencoders learn what the trigger's objects usually look like; what they rebuild badly, or place far from the middle of their code, is kept. Ours beside papers/2 (arXiv:2108.03986).",
      sections: [
        ReportPage.Section(
          "Sample",
          [
            .text(
              "\(summary.training) background events to train on, \(summary.validation) to stop by, \(summary.test) to test on; signals are only tested on. Events that hold a number that is none are dropped: \(summary.dropped.values.reduce(0, +))."
            )
          ]),
        try ReportPage.Section("Scores", figures().map { .figure($0) }),
        ReportPage.Section(
          "Beside the paper",
          [
            .table(areas(results)),
            .table(efficiencies(results)),
            .text(
              "The paper's events are another sample of the same processes, through Delphes; ours are Pythia's through our own model of the trigger. In the paper's text at hand the heads of table 1 are lost: the order of the signals, and of the two latent scores of a VAE, is our reading of its figures."
            ),
          ]),
      ],
      provenance: Provenance(
        data: settings.data,
        statistics: "\(summary.test) background and \(signals) signal events tested",
        command: folder.description.command.joined(separator: " "), seed: settings.seed))
    progress("drawing")
    try page.write(to: folder.path)
  }

  /// A figure for each signal: every model and score.
  private func figures() throws -> [Figure] {
    let names = AnomalySample.signals
    var curves: [AnomalySample: [Series]] = [:]
    for model in AnomalyModel.allCases {
      for kind in model.scores {
        let scores = try NPZ(contentsOf: ScoreStep.file(folder, model, kind))
        let background = try scores.array("test").doubles()
        for signal in names {
          let found = try scores.array(signal.rawValue).doubles()
          let curve = try ROCCurve(
            labels: [Int32](repeating: 1, count: found.count)
              + [Int32](repeating: 0, count: background.count), scores: found + background)
          var series = Series("\(model.label), \(kind.label)", curve, most: 600)
          series.isDashed = kind != .reconstruction
          curves[signal, default: []].append(series)
        }
      }
    }
    return names.map { signal in
      Figure(
        "roc-\(signal.rawValue)", title: signal.label,
        x: Axis("false positive rate", from: 1e-4, to: 1, isLogarithmic: true),
        y: Axis("true positive rate", from: 1e-3, to: 1, isLogarithmic: true), series: curves[signal]!,
        caption: "Figures II and III of the paper.")
    }
  }

  private func areas(_ results: [ScoreStep.Result]) -> ReportTable {
    ReportTable(
      "areas", title: "Area under the curve, per cent",
      columns: [.init("model"), .init("score")]
        + AnomalySample.signals.flatMap { [.init($0.label), .init("paper", digits: 3)] },
      rows: rows(results) { result, published in
        let (value, error) = (100 * result.area.value, 100 * result.area.error)
        return [.measured(value, (value - error)...(value + error)), .number(published.area)]
      }, caption: "Errors after DeLong.")
  }

  private func efficiencies(_ results: [ScoreStep.Result]) -> ReportTable {
    ReportTable(
      "efficiencies", title: "Signal kept, per cent, where 10^{−3} of the background passes",
      columns: [.init("model"), .init("score")]
        + AnomalySample.signals.flatMap { [.init($0.label), .init("paper, at 10^{−5}", digits: 3)] },
      rows: rows(results) { result, published in
        let point = result.points[0]
        guard point.background >= WorkingPoint.smallestBackground,
          let efficiency = try? Efficiency(selected: point.signal, of: point.signals)
        else { return [.empty, .number(published.efficiency)] }
        let range = efficiency.interval()
        return [
          .measured(
            100 * efficiency.value, 100 * range.lowerBound...100 * range.upperBound),
          .number(published.efficiency),
        ]
      },
      caption:
        "The paper's working point of 10^{−5} needs a million background events; scores/results.json has what this sample gives at 10^{−4} and 10^{−5}. Intervals after Clopper and Pearson."
    )
  }

  private func rows(
    _ results: [ScoreStep.Result],
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
}
