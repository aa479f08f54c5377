import Foundation
import WinnowMetrics
import WinnowReports
import WinnowTensors

/// A page with every kind of figure, from invented numbers.
struct ExamplePage {
  private static let provenance = Provenance(
    data: "invented: Gaussian and uniform numbers, no physics", statistics: "5,000 events",
    command: "swift test --filter ReportsTests", seed: 1)

  private var stream = RandomStream(seed: 1, label: "report")

  static func make() throws -> ReportPage {
    var example = ExamplePage()
    return try example.page()
  }

  private mutating func page() throws -> ReportPage {
    let comparison = ReportTable(
      "resolution", title: "Resolution of p_{T}",
      comparing: [
        .init("RMS", published: .number(0.166), ours: .measured(0.1712, 0.1690...0.1734), source: "table 2"),
        .init("core [%]", published: .number(14.8), ours: .measured(15.1, 14.6...15.9), source: "table 2"),
        .init("events", published: .number(1_250_000), ours: .number(5000), source: "section 3"),
      ], caption: "Intervals cover 68 %.")
    return ReportPage(
      "Example: every kind of figure",
      summary: "Nothing here is physics; the page shows what a report looks like & holds <together>.",
      sections: [
        .init(
          "Curves",
          [
            .text(
              "Efficiencies have intervals after Clopper and Pearson; E_{T}^{miss} is a text with indices."),
            .figure(try turnOn()), .figure(try masses()), .figure(try response()), .figure(try curve()),
            .table(comparison),
          ]),
        .init(
          "Maps and displays",
          [
            .figure(try plane()), .figure(try tubes()), .figure(levelOne()), .figure(particles()),
            .figure(muons()),
          ]),
      ], provenance: Self.provenance)
  }

  private mutating func turnOn() throws -> Figure {
    var turnOn = TurnOn(try Binning(20, from: 0, to: 60))
    for _ in 0..<5000 {
      let momentum = stream.uniform(in: 0..<60)
      turnOn.fill(momentum, passes: momentum * (1 + 0.15 * stream.gaussian()) > 22)
    }
    let published = Series(
      "published, figure 4", x: [12, 18, 22, 26, 32, 50], y: [0.02, 0.2, 0.5, 0.79, 0.96, 0.99],
      errors: [0.01, 0.02, 0.03, 0.02, 0.01, 0.005], isPublished: true)
    return Figure(
      "turn-on", title: "Efficiency of a 22 GeV threshold",
      x: Axis("p_{T} [GeV]", from: 0, to: 60), y: Axis("efficiency", from: 0, to: 1.05),
      series: [Series("ours", turnOn), published], annotations: [.verticalLine(22, "threshold")],
      caption: "The published points are invented too.")
  }

  private mutating func masses() throws -> Figure {
    let binning = try Binning(40, from: 50, to: 130)
    var (data, simulation) = (Histogram(binning), Histogram(binning))
    for _ in 0..<5000 { data.fill(stream.gaussian(mean: 91.2, standardDeviation: 6)) }
    for _ in 0..<2000 { data.fill(stream.uniform(in: 50..<130)) }
    for _ in 0..<20_000 { simulation.fill(stream.gaussian(mean: 91.2, standardDeviation: 6), weight: 0.25) }
    for _ in 0..<8000 { simulation.fill(stream.uniform(in: 50..<130), weight: 0.25) }
    let ours = Series("ours", data)
    let reference = Series("reference", simulation, isFilled: true, color: .orange)
    return Figure(
      "mass", title: "Invariant mass", x: Axis("m_{μμ} [GeV]", from: 50, to: 130),
      y: Axis("muon pairs / 2 GeV", isLogarithmic: true), series: [reference, ours],
      ratio: try RatioPanel("ours / reference", of: [ours], to: reference, from: 0, to: 2))
  }

  private mutating func response() throws -> Figure {
    var profile = Profile(try Binning(edges: [20, 30, 45, 70, 110, 170, 260, 400]))
    for _ in 0..<5000 {
      let momentum = 20 * pow(20, stream.uniform())
      profile.fill(momentum, 1 - 2 / momentum + 0.2 * stream.gaussian())
    }
    let x = (0...30).map { 20 * pow(20, Double($0) / 30) }
    let expected = x.map { 1 - 2 / $0 }
    return Figure(
      "response", title: "Jet response", x: Axis("p_{T} [GeV]", isLogarithmic: true),
      y: Axis("mean response", from: 0.8, to: 1.1),
      series: [
        Series(
          "expected ± 2 %", .band, x: x, y: expected, yLow: expected.map { $0 - 0.02 },
          yHigh: expected.map { $0 + 0.02 }, color: .green),
        Series("jets", profile),
      ], annotations: [.horizontalLine(1), .range(20...30, "not used")])
  }

  private mutating func curve() throws -> Figure {
    let series = try [("baseline", 1.0), ("network", 2.0), ("teacher", 2.6)].map { name, separation in
      var (labels, scores): ([Int32], [Double]) = ([], [])
      for event in 0..<5000 {
        labels.append(Int32(event % 2))
        scores.append(stream.gaussian() + (event % 2 == 1 ? separation : 0))
      }
      return Series(name, try ROCCurve(labels: labels, scores: scores))
    }
    return Figure(
      "roc", title: "Signal against background",
      x: Axis("background efficiency", from: 1e-4, to: 1, isLogarithmic: true),
      y: Axis("signal efficiency", from: 0, to: 1), series: series, legend: .topLeft)
  }

  private mutating func plane() throws -> Figure {
    var plane = Histogram2D(try Binning(40, from: -4, to: 4), try Binning(40, from: -4, to: 4))
    for _ in 0..<5000 {
      let x = stream.gaussian()
      plane.fill(x, 0.7 * x + 0.6 * stream.gaussian())
    }
    return Figure(
      "plane", title: "Two quantities", x: Axis("truth"), y: Axis("estimate"), map: ColorMap(plane),
      color: Axis("events", isLogarithmic: true))
  }

  private mutating func tubes() throws -> Figure {
    var map = HitMap(layers: [], channels: [], values: [])
    for (start, slope) in [(120.0, 1.5), (120.0, -2.2), (120.0, 4.0)] {
      for layer in 0..<20 {
        map.layers.append(layer)
        map.channels.append(Int((start + slope * Double(layer)).rounded()))
        map.values.append(stream.uniform(in: 1..<15))
      }
      map.tracks.append([(x: start, y: 0), (x: start + slope * 19, y: 19)])
    }
    for _ in 0..<60 {
      map.layers.append(stream.integer(in: 0...19))
      map.channels.append(stream.integer(in: 0...332))
      map.values.append(stream.uniform(in: 1..<15))
    }
    return try map.figure(
      "drift-tubes", title: "Drift tubes with a displaced vertex", layerCount: 20,
      channelCount: 333, valueLabel: "drift radius [mm]")
  }

  private func levelOne() -> Figure {
    TransverseMap(
      kinds: [
        .init("electrons", transverseMomenta: [31], pseudorapidities: [0.7], azimuths: [1.9]),
        .init("muons", transverseMomenta: [24, 7], pseudorapidities: [-1.2, 0.3], azimuths: [-0.6, -2.1]),
        .init(
          "jets", transverseMomenta: [88, 54, 33], pseudorapidities: [1.8, -2.4, 3.1],
          azimuths: [-1.4, 2.4, 0.2], radius: 0.4),
      ], missing: (momentum: 42, azimuth: 1.1)
    ).levelOneFigure("level-1", title: "Level-1 objects")
  }

  private mutating func particles() -> Figure {
    var kinds: [TransverseMap.Kind] = []
    for (label, count, scale) in [
      ("charged hadrons", 700, 1.0), ("photons", 500, 0.8), ("neutral hadrons", 200, 1.5),
    ] {
      var kind = TransverseMap.Kind(label, transverseMomenta: [], pseudorapidities: [], azimuths: [])
      for particle in 0..<count {
        // One in ten belongs to a jet.
        let isInJet = particle % 10 == 0
        let (eta, phi) =
          isInJet ? (1.1, 0.9) : (stream.uniform(in: -3..<3), stream.uniform(in: -Double.pi..<Double.pi))
        kind.pseudorapidities.append(eta + (isInJet ? 0.15 * stream.gaussian() : 0))
        kind.azimuths.append(phi + (isInJet ? 0.15 * stream.gaussian() : 0))
        kind.transverseMomenta.append(-scale * (isInJet ? 6 : 1) * log(1 - stream.uniform()))
      }
      kinds.append(kind)
    }
    return TransverseMap(kinds: kinds).particleFlowFigure(
      "particle-flow", title: "Particle flow with pileup", largestPseudorapidity: 3)
  }

  private func muons() -> Figure {
    let tracks = [(3.5, 1.0), (10.0, -1.0), (40.0, 1.0)].map { momentum, charge in
      // Radius of the bend in metres: p_T / (0.3 B), B = 3.8 T within the coil.
      let radius = momentum / (0.3 * 3.8) * 1000
      let path = (0...60).map { Double($0) * 70 }
      let points = path.map { length in
        let inside = min(length, 3000)
        let angle = inside / radius
        let straight = length - inside
        return (
          x: radius * sin(angle) + straight * cos(angle),
          y: charge * (radius * (1 - cos(angle)) + straight * sin(angle)) + 0
        )
      }
      return BendingView.Track(
        "p_{T} = \(momentum) GeV", x: points.map(\.x), y: points.map(\.y), hits: [points[59]])
    }
    return BendingView(
      tracks: tracks, surfaces: [("coil", 3000), ("MB1", 4100), ("MB2", 5000)]
    ).figure("bending", title: "Muons in the bending plane")
  }
}
