#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowDetectors
import WinnowMetrics
import WinnowReports

extension ParticleFlowReport {
  static let labels = ["tracks", "photons", "neutral hadrons"]

  /// How many candidates there are, of what kind, in how many collisions.
  func candidateFigures() -> [Figure] {
    let names = [
      "neutral", "e", "μ", "γ", "π", "K", "p",
    ]
    let mean = kinds.map { Double($0) / Double(max(count, 1)) }
    let edges = (0...kinds.count).map { Double($0) - 0.5 }
    return [
      Figure(
        "candidates", title: "Candidates of an event against pileup", x: Axis("pileup collisions"),
        y: Axis("candidates per event", from: 0),
        series: zip(Self.labels + ["all"], candidates).map { Series($0, $1) },
        annotations: meanPileup > 100 ? [.horizontalLine(Double(Self.places))] : [],
        caption:
          "The paper prints no mean; its networks read up to 9,000 candidates (dashed), padded (section 4.1)."
      ),
      Figure(
        "candidates-per-event", title: "Candidates of an event",
        x: Axis("candidates", from: candidatesEnds.low, to: candidatesEnds.high),
        y: Axis("events per 400"),
        series: [Series("with pileup", candidatesPerEvent)],
        annotations: meanPileup > 100
          ? [.verticalLine(Double(Self.places), "9,000 places")] : [],
        legend: .none,
        caption:
          "\(overfull) of \(count) events have more than 9,000. Without pileup an event has \(fixed(Double(cleanCandidates) / Double(max(count, 1)), places: 0)) candidates."
      ),
      Figure(
        "collisions", title: "Pileup collisions of an event", x: Axis("collisions"),
        y: Axis("events"),
        series: [
          Series("simulated", collisions),
          Series(
            "Poisson of mean \(fixed(meanPileup, places: 0))", .line, x: poisson.map(\.x),
            y: poisson.map(\.y), isPublished: meanPileup == 140),
        ], caption: "The paper has 140 on average, with tails to 200."),
      Figure(
        "kinds", title: "Kinds of candidates",
        x: Axis(
          "kind, as the features have it", from: -0.5, to: edges.last,
          ticks: names.enumerated().map { Axis.Tick(Double($0.offset), $0.element) }),
        y: Axis("candidates per event", isLogarithmic: true),
        series: [Series("with pileup", .filledSteps, x: edges, y: mean)], legend: .none,
        caption:
          "Features 6 to 12. Hadrons of tracks have their true species, as in Delphes; rarer ones count as π."
      ),
    ]
  }

  private var candidatesEnds: (low: Double, high: Double) {
    let binning = candidatesPerEvent.binning
    let first = candidatesPerEvent.sums.firstIndex { $0 > 0 } ?? 0
    let last = candidatesPerEvent.sums.lastIndex { $0 > 0 } ?? 0
    return (binning.edges[max(first - 1, 0)], binning.edges[min(last + 2, binning.count)])
  }

  private var poisson: [(x: Double, y: Double)] {
    let (binning, mean) = (collisions.binning, max(meanPileup, 1e-9))
    let (low, high) = (max(Int(binning.edges[0].rounded(.up)), 0), Int(binning.edges.last!))
    guard low < high else { return [] }
    return (low...high).map { number in
      let logarithm = Double(number) * log(mean) - mean - lgamma(Double(number) + 1)
      return (x: Double(number), y: Double(count) * binning.width(0) * exp(logarithm))
    }
  }

  /// Features of the paper's table 1, with what pileup does to them.
  func featureFigures() -> [Figure] {
    func both(_ pair: [Histogram], _ labels: [String]) -> [Series] {
      zip(labels, pair).map { Series($0, $1, isDensity: true) }
    }
    let ofTracks = ["tracks of the collision", "tracks of pileup"]
    return [
      Figure(
        "eta", title: "Feature 0: η", x: Axis("η", from: -5, to: 5),
        y: Axis("candidates per event and 0.2", from: 0),
        series: zip(Self.labels, etas).map { perEvent($0, $1) },
        caption: "Tracks reach to |η| = 4, fine towers to 2.958, forward ones to 5."),
      Figure(
        "log-pt", title: "Feature 2: ln(p_{T}/GeV)", x: Axis("ln(p_{T}/GeV)", from: -3, to: 4),
        y: Axis("candidates per event and 0.14", isLogarithmic: true),
        series: zip(Self.labels, momenta).map { perEvent($0, $1) },
        caption:
          "Tracks begin at 0.2 GeV; photons at 0.5 and neutral hadrons at 1 GeV of energy, which is less p_{T} forward."
      ),
      Figure(
        "weights", title: "Feature 5: PUPPI's weight of neutral candidates",
        x: Axis("weight", from: 0, to: 1),
        y: Axis("part of candidates per 0.05", from: 1e-5, to: 2, isLogarithmic: true),
        series: zip(["mostly of the collision", "mostly of pileup"], weights).map {
          label, histogram in
          let total = max(histogram.total, 1)
          return Series(
            label, .steps, x: histogram.binning.edges, y: histogram.sums.map { $0 / total })
        },
        caption:
          "By the true part of a candidate's energy. The paper's figure 3 has weights of all particles, without numbers."
      ),
      Figure(
        "d0", title: "Feature 14: d_{0}", x: Axis("d_{0} [mm]", from: -1, to: 1),
        y: Axis("part of tracks per mm", isLogarithmic: true), series: both(d0, ofTracks)),
      Figure(
        "dz", title: "Feature 15: d_{z}", x: Axis("d_{z} [mm]", from: -10, to: 10),
        y: Axis("part of tracks per mm", isLogarithmic: true), series: both(dz, ofTracks),
        caption: "From the collision of interest; pileup is spread over σ = 53 mm."),
    ]
  }

  private func perEvent(_ label: String, _ histogram: Histogram) -> Series {
    let events = Double(max(count, 1))
    return Series(
      label, .steps, x: histogram.binning.edges, y: histogram.sums.map { $0 / events })
  }
}
