import Winnow

/// Rates on zero bias, their purity and their stability, and events a month.
struct RateBlocks {
  private let results: RateStep.Results
  private let summary: SampleStep.Summary

  init(in folder: StudyFolder, _ summary: SampleStep.Summary) throws {
    results = try readJSON(RateStep.Results.self, from: RateStep.results(in: folder))
    self.summary = summary
  }

  var blocks: [ReportPage.Block] {
    guard results.crossings > 0 else {
      return [
        .text(
          "Rates need events of a trigger that looks at nothing: put zero-bias.h5 beside the samples, made by 'winnow simulate zero-bias' or from CMS's own Level-1 data (Tools/level1_data), and run the study with --only rates."
        ), .table(months),
      ]
    }
    let measured = RateStep.fractions.filter {
      $0 * Double(results.crossings) >= Double(WorkingPoint.smallestBackground)
    }
    return [
      .text(
        "\(results.crossings) crossings of zero bias, \(RateStep.collidingBunches) colliding pairs of bunches: all of them are \(Self.short(Self.kilohertz(1) / 1000)) MHz. Thresholds are the integers of the firmware. The networks have learned events with a lepton and without pileup: at a pileup of 50 they take crossings with many or hard jets for unusual."
      )
    ] + measured.map { .table(rates($0)) } + measured.map { .table(drifts($0)) }
      + [.table(simple), .table(months)]
  }

  private static func kilohertz(_ fraction: Double) -> Double {
    fraction * Double(RateStep.collidingBunches) * TriggerRate.revolutions / 1000
  }

  private static func short(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

  /// kHz.
  private static func cell(_ efficiency: Efficiency) -> ReportTable.Cell {
    guard let rate = try? TriggerRate(efficiency, collidingBunches: RateStep.collidingBunches) else {
      return .empty
    }
    return .measured(rate.kilohertz, rate.interval())
  }

  private func rates(_ fraction: Double) -> ReportTable {
    ReportTable(
      "rates-\(Self.name(fraction))",
      title: "Zero bias at a threshold for \(Self.short(Self.kilohertz(fraction))) kHz",
      columns: [.init("design"), .init("total, kHz"), .init("pure, kHz")]
        + SingleObjectTrigger.simple.map { .init("\($0.object), %", digits: 3) }
        + [.init("background kept, %")] + AnomalySample.signals.map { .init("\($0.label), %") },
      rows: results.rates.filter { $0.fraction == fraction }.map { rate in
        [.text(rate.design.label), Self.cell(rate.total), Self.cell(rate.pure)]
          + rate.shared.map { count in
            rate.total.selected > 0
              ? .number(100 * Double(count) / Double(rate.total.selected)) : .empty
          } + ([rate.background] + rate.signals).map { Self.percent($0) }
      },
      caption:
        "Pure: what none of the simple triggers takes; behind it the share that each of them takes, too (table below). The last columns are of this study's own events, which have a lepton and no pileup. Where many scores are equal, fewer crossings pass than were asked for. Intervals after Clopper and Pearson, of the crossings alone: collisions of the library that come again are not counted."
    )
  }

  private static func percent(_ efficiency: Efficiency) -> ReportTable.Cell {
    let range = efficiency.interval()
    return .measured(
      100 * efficiency.value, 100 * range.lowerBound...100 * range.upperBound)
  }

  private static func name(_ fraction: Double) -> String { fraction == 1e-3 ? "per-mille" : "per-myriad" }

  private func drifts(_ fraction: Double) -> ReportTable {
    let rates = results.rates.filter { $0.fraction == fraction }
    let names = rates.first?.drifts.map(\.name) ?? []
    return ReportTable(
      "drifts-\(Self.name(fraction))",
      title: "The same thresholds when inputs drift: kHz, \(Self.short(Self.kilohertz(fraction))) before",
      columns: [.init("design")] + names.map { .init($0) },
      rows: rates.map { rate in [.text(rate.design.label)] + rate.drifts.map { Self.cell($0.total) } },
      caption:
        "Scales: pT of missing momentum, electrons and jets, or of muons, of the same crossings, so that changes are more certain than the intervals. Other columns are files of other crossings."
    )
  }

  private var simple: ReportTable {
    ReportTable(
      "simple-triggers", title: "The simple triggers on zero bias",
      columns: [.init("trigger"), .init("kHz")],
      rows: zip(SingleObjectTrigger.simple.map(\.label), results.simple).map {
        [.text($0), Self.cell($1)]
      } + (results.anySimple.map { [[.text("any of them"), Self.cell($0)]] } ?? []),
      caption:
        "Thresholds of single objects in CMS's menus from 2018 on. The model of the trigger makes no electron of a photon or a jet."
    )
  }

  /// What a false positive rate means on the events with a lepton.
  private var months: ReportTable {
    ReportTable(
      "months", title: "Background events a month, with a lepton above 23 GeV",
      columns: [.init("false positive rate", digits: 2), .init("events a month", digits: 2)],
      rows: ScoreStep.rates.map { rate in
        [.number(rate), .number(rate * BackgroundRate.eventsPerMonth)]
      },
      caption:
        "30 days at 2·10^{34} cm^{−2} s^{−1} without a pause, \(BackgroundRate.crossSection) nb: leading order of Pythia for W, to which the other parts are normalised. The paper has 1000 events a month at 10^{−5}, and does not say for which luminosity."
    )
  }
}
