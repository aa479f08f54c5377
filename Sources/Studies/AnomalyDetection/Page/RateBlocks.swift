import Foundation
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
          "Rates need events of a trigger that looks at nothing: put zero-bias.h5 beside the samples, made by 'winnow simulate zero-bias' or from CMS's own Level-1 data (Tools/level1_data), run the study with --only rates, and then without it."
        ), .table(months),
      ]
    }
    let measured = RateStep.fractions.filter {
      $0 * Double(results.crossings) >= Double(WorkingPoint.smallestBackground)
    }
    var text =
      "\(results.crossings) crossings of zero bias, \(results.dropped) more dropped for a number that is none, \(RateStep.collidingBunches) colliding pairs of bunches: all of them are \(Self.short(Self.kilohertz(1) / 1000)) MHz. Scores are the firmware's integers. The networks have learned events with a lepton and without pileup; crossings with more or harder jets than those are unusual to them."
    if measured.isEmpty {
      text +=
        " Rates of a thousandth need \(Int(1000 * Double(WorkingPoint.smallestBackground))) crossings."
    }
    return [
      .text(text)
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
        + SingleObjectTrigger.simple.map { .init("also \($0.object), %", digits: 3) }
        + [.init("background kept, %")] + AnomalySample.signals.map { .init("\($0.label), %") },
      rows: results.rates.filter { $0.fraction == fraction }.map { rate in
        [.text(rate.design.label), Self.cell(rate.total), Self.cell(rate.pure)]
          + rate.shared.map { count in
            rate.total.selected > 0
              ? .number(100 * Double(count) / Double(rate.total.selected)) : .empty
          } + ([rate.background] + rate.signals).map { Self.percent($0) }
      },
      caption:
        "Pure: what none of the simple triggers (table below) takes, which are no menu: missing momentum, sums and triggers on several objects are not among them; behind it the share that each takes, too. The last columns are of this study's own events, which have a lepton and no pileup. Where many scores are equal, fewer crossings pass than were asked for. \(Self.library)"
    )
  }

  /// What the intervals of crossings do not know.
  private static let library =
    "Intervals are Clopper's and Pearson's of the crossings. Ours draw the same collisions again and again, one soft collision in a few thousandths of all crossings (docs/detectors/level1.md), which intervals do not know; and they hold no W, Z or photons."

  private static func percent(_ efficiency: Efficiency) -> ReportTable.Cell {
    let range = efficiency.interval()
    return .measured(
      100 * efficiency.value, 100 * range.lowerBound...100 * range.upperBound)
  }

  private static func name(_ fraction: Double) -> String { fraction == 1e-3 ? "per-mille" : "per-myriad" }

  private func drifts(_ fraction: Double) -> ReportTable {
    let rates = results.rates.filter { $0.fraction == fraction }
    let columns = (rates.first?.drifts ?? []).flatMap { drift in
      [drift.name] + (drift.before == nil ? [] : ["the same before"])
    }
    return ReportTable(
      "drifts-\(Self.name(fraction))",
      title: "The same thresholds when inputs drift: kHz, \(Self.short(Self.kilohertz(fraction))) before",
      columns: [.init("design")] + columns.map { .init($0) },
      rows: rates.map { rate in
        [.text(rate.design.label)]
          + rate.drifts.flatMap { drift in
            [Self.cell(drift.total)] + (drift.before.map { [Self.cell($0)] } ?? [])
          }
      },
      caption:
        "Scales: pT of missing momentum, electrons and jets, or of muons, of the same crossings, so that changes are more certain than the intervals; no object vanishes or appears. Dead towers (our own: 4 × 4 at 0 < η, φ < 0.35): the first crossings once more, whose rate before stands beside. Other columns are files of other crossings. \(Self.library)"
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
        "Thresholds of single objects in CMS's menus from 2018 on. The model of the trigger makes no electron of a photon or a jet. \(Self.library)"
    )
  }

  /// To two digits.
  private static func rounded(_ value: Double) -> Double {
    let unit = pow(10, log10(value).rounded(.down) - 1)
    return (value / unit).rounded() * unit
  }

  /// What a false positive rate means on the events with a lepton.
  private var months: ReportTable {
    ReportTable(
      "months", title: "Background events a month, with a lepton above 23 GeV",
      columns: [.init("false positive rate", digits: 2), .init("events a month", digits: 2)],
      rows: ScoreStep.rates.map { rate in
        [.number(rate), .number(Self.rounded(rate * BackgroundRate.eventsPerMonth))]
      },
      caption:
        "30 days at 2·10^{34} cm^{−2} s^{−1} without a pause, \(BackgroundRate.crossSection) nb: leading order of Pythia for W, to which the other parts are normalised. The paper has 1000 events a month at 10^{−5}, and does not say for which luminosity."
    )
  }
}
