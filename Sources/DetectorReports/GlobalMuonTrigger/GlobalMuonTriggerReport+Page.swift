import WinnowMetrics
public import WinnowReports

extension GlobalMuonTriggerReport {
  /// The page: response, table 2 of papers/4 beside ours, masses where there are pairs, and one muon.
  ///
  /// - Throws: ``ReportError`` where no muon was found, so that there is nothing to show.
  public func page(_ provenance: Provenance) throws -> ReportPage {
    guard residuals[0].metrics.count > 0 else {
      throw ReportError(
        "the trigger found no muon to compare in \(events) events with \(generatedMuons) generated muons; give a sample with muons above 3 GeV in |η| < 0.8"
      )
    }
    var sections = [
      ReportPage.Section("Against table 2 of papers/4", tableBlocks(provenance)),
      ReportPage.Section("Residuals", drawn(residuals.map { residual($0, provenance) })),
      ReportPage.Section(
        "Momentum",
        drawn([
          turnOn(provenance), responseFigure(provenance), resolution(provenance),
          chargeFigure(provenance),
        ])),
      ReportPage.Section(
        "Efficiency", drawn([efficiency(provenance), efficiencyAcrossEta(provenance)])),
    ].filter { !$0.blocks.isEmpty }
    let pairs = masses.indices.filter { inRange(masses[$0].offline) >= 20 }
    if !pairs.isEmpty {
      sections.append(
        ReportPage.Section("Muon pairs", pairs.map { .figure(massFigure($0, provenance)) }))
    }
    if let display {
      sections.append(ReportPage.Section("One muon", [.figure(display.figure(provenance))]))
    }
    return ReportPage(
      "Global Muon Trigger",
      summary:
        "CMS's Level-1 muons of the barrel as the model of docs/detectors/global-muon-trigger.md gives them: \(triggerMuons) trigger muons of \(generatedMuons) generated ones in \(events) events.",
      sections: sections, provenance: provenance)
  }

  /// The figures for which the sample has muons: a small one leaves some empty.
  private func drawn(_ figures: [Figure]) -> [ReportPage.Block] {
    figures.filter { figure in
      figure.series.contains { !$0.isPublished && !$0.isDashed && !$0.y.isEmpty }
    }.map { .figure($0) }
  }

  private func inRange(_ histogram: Histogram) -> Int {
    // Entries carry weights; errors give their effective number.
    let sum = histogram.sums.reduce(0, +)
    let squares = histogram.squares.reduce(0, +)
    return squares > 0 ? Int(sum * sum / squares) : 0
  }

  private func tableBlocks(_ provenance: Provenance) -> [ReportPage.Block] {
    let count = residuals[0].metrics.count
    let text =
      "Selected as the paper selects: assigned p_{T} from 2.5 to below 45 GeV and √(Δη² + Δφ²) < 0.1 at the second station from the offline muon taken there. \(count) muons are in, \(unmatched) fail the distance, \(outOfRange) the range of p_{T}."
    return [.text(text), .table(paperTable(provenance)), .table(wideTable(provenance))]
  }

  /// The nine numbers.
  func paperTable(_ provenance: Provenance) -> ReportTable {
    func cell(_ value: Double, _ error: Double) -> ReportTable.Cell {
      .measured(value, value - error...value + error)
    }
    let rows = residuals.flatMap { one -> [ReportTable.Comparison] in
      let (row, ours) = (one.published, one.metrics)
      func part(_ value: Double) -> ReportTable.Cell {
        cell(100 * value, 100 * ours.error(ofFraction: value))
      }
      let source = PublishedMuonResiduals.source
      return [
        .init(
          "RMS of \(row.label)", published: .number(row.rootMeanSquare),
          ours: cell(ours.rootMeanSquare, ours.rootMeanSquareError), source: source),
        .init(
          "core of \(row.label), ± \(row.core) [%]", published: .number(100 * row.coreFraction),
          ours: part(ours.coreFraction), source: source),
        .init(
          "tail of \(row.label), beyond ± \(row.tail) [%]",
          published: .number(100 * row.tailFraction), ours: part(ours.tailFraction),
          source: source),
      ]
    }
    return ReportTable(
      "table-2", title: "The row GMT of table 2", comparing: rows,
      caption:
        "RMS about zero. The paper gives no errors and no number of muons. Its data are zero-bias triggers of 2017 and 2018.",
      provenance: provenance)
  }

  /// The cores once more with wider windows.
  func wideTable(_ provenance: Provenance) -> ReportTable {
    let rows = residuals.map { one -> [ReportTable.Cell] in
      let value = one.wide.coreFraction
      let error = one.wide.error(ofFraction: value)
      return [
        .text(one.published.label), .number(100 * one.published.coreFraction),
        .measured(
          100 * one.metrics.coreFraction,
          100 * (one.metrics.coreFraction - one.metrics.error(ofFraction: one.metrics.coreFraction))...100
            * (one.metrics.coreFraction + one.metrics.error(ofFraction: one.metrics.coreFraction))),
        .measured(100 * value, 100 * (value - error)...100 * (value + error)),
      ]
    }
    return ReportTable(
      "wide-cores", title: "Cores in windows 2.5 times as wide",
      columns: [
        .init("quantity"), .init("published core [%]"), .init("ours, same window [%]"),
        .init("ours, 2.5 × window [%]"),
      ], rows: rows,
      caption:
        "No smooth distribution has the published core and tail of p_{T} together: see the page of the detector. Whether the paper counted in wider windows than it prints is not known; the comparison above keeps the printed ones.",
      provenance: provenance)
  }
}
