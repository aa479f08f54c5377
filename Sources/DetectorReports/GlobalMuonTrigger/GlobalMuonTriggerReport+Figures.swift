import WinnowMetrics
import WinnowReports

extension GlobalMuonTriggerReport {
  func efficiency(_ provenance: Provenance) -> Figure {
    let barrel = BarrelNumbers.self
    return Figure(
      "efficiency", title: "Muons found by the barrel trigger",
      x: Axis("generated p_{T} [GeV]", from: 2, to: 100, isLogarithmic: true),
      y: Axis("efficiency", from: 0, to: 1.05),
      series: [
        Series("|η| < \(Self.acceptance)", found),
        Series(
          "two of four stations at 96 % each", .line, x: [2, 100],
          y: [barrel.twoOfFour, barrel.twoOfFour], color: .grey, isDashed: true),
      ], legend: .bottomRight,
      caption:
        "Any trigger muon of a generated one. Below 3 GeV muons stop in the calorimeters and the coil. The line is what 96 % for a station's segment (arXiv:1306.6905) gives alone, with the pairs that the track finder uses; gaps between the wheels' chambers are the rest.",
      provenance: provenance)
  }

  func efficiencyAcrossEta(_ provenance: Provenance) -> Figure {
    Figure(
      "efficiency-eta", title: "Muons found by the barrel trigger, across the wheels",
      x: Axis("generated η", from: -1.2, to: 1.2), y: Axis("efficiency", from: 0, to: 1.05),
      series: [Series("p_{T} ≥ \(Int(Self.stiff)) GeV", acrossEta)],
      annotations: [.verticalLine(-0.83), .verticalLine(0.83)], legend: .none,
      caption:
        "Generated muons of \(Int(Self.stiff)) GeV and more. The lines are the published end of the barrel track finder, |η| < 0.83 at the second station (JINST 15 (2020) P10017); the dips are the gaps between wheels.",
      provenance: provenance)
  }

  func turnOn(_ provenance: Provenance) -> Figure {
    var series = zip(Self.thresholds, turnOns).map { threshold, curve in
      Series("p_{T} ≥ \(Int(threshold)) GeV", curve)
    }
    series.append(
      Series(
        "90 % at the threshold (papers/4)", .points, x: Self.thresholds,
        y: Self.thresholds.map { _ in 0.9 }, isPublished: true))
    return Figure(
      "turn-on", title: "Turn-on of trigger muons",
      x: Axis("generated p_{T} [GeV]", from: 2, to: 100, isLogarithmic: true),
      y: Axis("part of the muons found", from: 0, to: 1.1), series: series,
      annotations: [.horizontalLine(0.9)],
      caption:
        "Of the muons that the trigger found within |η| < \(Self.acceptance), those whose assigned p_{T} is at or above the threshold. The assigned p_{T} is the highest threshold that 90 % of the muons with that true p_{T} pass (papers/4, section 3): a curve reaches 0.9 at its threshold for tracks of all four stations, a little less with the smaller value that tracks of two stations get.",
      provenance: provenance)
  }

  func responseFigure(_ provenance: Provenance) -> Figure {
    let bins = response.filled
    let centers = bins.map(response.binning.center)
    let end = bins.last.map { response.binning.edges[$0 + 1] } ?? 100
    func quantiles(_ level: Double) -> [Double] { bins.map { response[$0].quantile(level) } }
    return Figure(
      "response", title: "Assigned over offline p_{T}",
      x: Axis("offline p_{T} [GeV]", from: 3, to: end, isLogarithmic: true),
      y: Axis("p_{T} / p_{T,offline}", from: 0.4, to: 1.6),
      series: [
        Series(
          "median, and 16 to 84 %", .band, x: centers, y: quantiles(0.5), yLow: quantiles(0.16),
          yHigh: quantiles(0.84)),
        Series("10 % of the muons lie below", .lineAndPoints, x: centers, y: quantiles(0.1)),
        Series(
          "convention of papers/4", .line, x: [3, end], y: [1, 1], isDashed: true,
          isPublished: true),
      ],
      caption:
        "Selected as for table 2. With the convention of 90 % a tenth of the prompt muons lies below 1 and the median above it. Codes of 0.5 GeV, rounded down, pull all curves down at low p_{T}; between 4 and 6 GeV the table for steep segments gives 2.5 GeV to some; muons of decays in flight carry a part of the hadron's p_{T}, which is the offline one.",
      provenance: provenance)
  }

  func resolution(_ provenance: Provenance) -> Figure {
    let bins = response.filled
    let widths = bins.map { bin in
      let half = (response[bin].quantile(0.84) - response[bin].quantile(0.16)) / 2
      return 100 * half / response[bin].quantile(0.5)
    }
    let end = bins.last.map { response.binning.edges[$0 + 1] } ?? 100
    return Figure(
      "resolution", title: "Resolution of the assigned p_{T}",
      x: Axis("offline p_{T} [GeV]", from: 3, to: end, isLogarithmic: true),
      y: Axis("half of 16 to 84 % [% of median]", from: 0),
      series: [Series("", .lineAndPoints, x: bins.map(response.binning.center), y: widths)],
      legend: .none,
      caption:
        "At low p_{T} scattering in the calorimeters and the coil, steps of 0.5 GeV and decays in flight; at high p_{T} the steps of 1/4096 rad; the peak is the table for steep segments. We know of no published curve for this trigger alone.",
      provenance: provenance)
  }

  func chargeFigure(_ provenance: Provenance) -> Figure {
    Figure(
      "charge", title: "Charge mistakes",
      x: Axis("offline p_{T} [GeV]", from: 3, to: 200, isLogarithmic: true),
      y: Axis("part with the wrong charge", from: 1e-4, to: 1, isLogarithmic: true),
      series: [Series("trigger muons", wrongCharges)], legend: .none,
      caption:
        "All trigger muons; a bar without a point is a bin without a mistake. The charge is the sign of the azimuth difference of two stations. We know of no published curve for this trigger alone.",
      provenance: provenance)
  }

  /// Figure 2 of papers/4 for the trigger, with table 2 as densities.
  func residual(_ one: Residuals, _ provenance: Provenance) -> Figure {
    let row = one.published
    let inside = (1 - row.coreFraction - row.tailFraction) / (2 * (row.tail - row.core))
    let middle = (row.core + row.tail) / 2
    let published = Series(
      "papers/4, table 2", .points, x: [-middle, 0, middle],
      y: [inside, row.coreFraction / (2 * row.core), inside], xLow: [-row.tail, -row.core, row.core],
      xHigh: [-row.core, row.core, row.tail], isPublished: true)
    return Figure(
      "residual-\(row.name)", title: "\(row.label) of trigger and offline muon",
      x: Axis(row.axis, from: -row.reach, to: row.reach), y: Axis("density", from: 0),
      series: [Series("this model", one.histogram, isDensity: true), published],
      legend: .topRight,
      caption:
        "As figure 2 of papers/4, whose curves are not published as numbers: its table's parts in the core (± \(row.core)) and between core and tail (± \(row.tail)) are drawn as mean densities. Published RMS \(row.rootMeanSquare), ours \(one.metrics.rootMeanSquare.rounded(3)).",
      provenance: provenance)
  }

  func massFigure(_ range: Int, _ provenance: Provenance) -> Figure {
    let isLow = range == 0
    let pair = masses[range]
    return Figure(
      isLow ? "dimuon-mass" : "dimuon-mass-high", title: "Mass of muon pairs",
      x: Axis("m_{μμ} [GeV]", from: pair.offline.binning.edges[0], to: pair.offline.binning.edges.last),
      y: Axis("pairs, weighted", from: 0),
      series: [
        Series("offline", pair.offline), Series("trigger", pair.trigger),
      ],
      annotations: isLow
        ? PublishedMuonResiduals.resonances.map { .verticalLine($0.1, $0.0) }
        : [.verticalLine(91.19, "Z")],
      legend: .topRight,
      caption: isLow
        ? "Pairs of opposite offline charges, as figure 3 of papers/4 (2018 MuOnia data, whose curves are not published as numbers); lines at the paper's 1.02, 3.09 and 9.46 GeV. As there, the trigger's own values show no peak at the J/ψ: the look-up table for φ ends at 0.65 rad."
        : "Pairs of opposite offline charges.",
      provenance: provenance)
  }
}

extension Double {
  /// To so many decimal places.
  func rounded(_ places: Int) -> Double {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    return (self * scale).rounded() / scale
  }
}
