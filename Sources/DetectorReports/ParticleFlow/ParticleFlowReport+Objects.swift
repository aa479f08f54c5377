import WinnowMetrics
import WinnowReports

/// CMS, JINST 12 (2017) P02014, at its pileup: σ(pT)/pT of jets, 15 to 20 % at 30 GeV and 10 % at
/// 100 GeV.
enum PublishedJets {
  static let pt = [30.0, 100]
  static let low = [0.15, 0.10]
  static let high = [0.20, 0.10]
}

extension ParticleFlowReport {
  func objectFigures() -> [Figure] {
    missingFigures() + (objects.hasJets && objects.generatedJets > 0 ? jetFigures() : [])
  }

  private func jetFigures() -> [Figure] {
    // Jets of all candidates are off any scale on which the others can be told apart.
    let collections = [FlowCollection.clean, .puppi, .fractions]
    func response(_ collection: FlowCollection) -> ResponseBins { objects.jets[collection.rawValue] }
    let x = Axis("generated p_{T} [GeV]", from: 15, to: 250, isLogarithmic: true)
    let published = zip(PublishedJets.low, PublishedJets.high).map { ($0 + $1) / 2 }
    return [
      Figure(
        "jet-scale", title: "Jet response", x: x, y: Axis("median of p_{T}/p_{T}^{gen}", from: 0.8, to: 1.4),
        series: collections.map { response($0).medians($0.label, color: $0.color) },
        annotations: [.horizontalLine(1)],
        caption:
          "Anti-k_{t} 0.4, |η| < 2.5, matched within 0.4; no calibration. With true fractions for weights the response is that without pileup: what PUPPI adds is neutral pileup near the jet's tracks, whose weight is not 0."
      ),
      Figure(
        "jet-resolution", title: "Jet resolution", x: x,
        y: Axis("σ(p_{T}/p_{T}^{gen})", from: 0, to: 0.6),
        series: collections.map { response($0).widths($0.label, color: $0.color) } + [
          Series(
            "CMS, Run 1", .points, x: PublishedJets.pt, y: published, yLow: PublishedJets.low,
            yHigh: PublishedJets.high, isPublished: true)
        ],
        caption:
          "Half the central 68 %. CMS, JINST 12 (2017) P02014: 15 to 20 % and 10 %, with its own pileup and calibration. The paper prints its resolutions inside a figure only."
      ),
    ]
  }

  private func missingFigures() -> [Figure] {
    let collections = FlowCollection.allCases
    func part(_ label: String, _ histogram: Histogram, _ color: FigureColor) -> Series {
      let total = max(histogram.total, 1)
      return Series(
        label, .steps, x: histogram.binning.edges, y: histogram.sums.map { $0 / total },
        color: color)
    }
    return [
      Figure(
        "missing", title: "Missing transverse momentum",
        x: Axis("p_{T}^{miss} [GeV]", from: 0, to: 200),
        y: Axis("part of events per 10 GeV", from: 0),
        series: [part("generated", objects.missingMomenta[collections.count], .black)]
          + zip(collections, objects.missingMomenta).map { part($0.label, $1, $0.color) }),
      Figure(
        "missing-response", title: "Response of missing momentum",
        x: Axis("p_{T}^{miss}/generated", from: 0, to: 3),
        y: Axis("part of events per 0.1", from: 0),
        series: zip(collections, objects.responses).map { part($0.label, $1, $0.color) },
        caption: "Of events with a generated p_{T}^{miss} above 10 GeV."),
    ]
  }
}
