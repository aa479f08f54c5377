#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowDetectors
import WinnowMetrics
import WinnowReports

extension DriftTubeReport {
  /// Hits against the decay length, in the layers, and their background.
  func hitFigures() throws -> [Figure] {
    let layers = sample.response.geometry.layers
    let edges = (0...layers.count).map { Double($0) - 0.5 }
    let events = Double(max(count, 1))
    let tubes = events * Double(DriftTubeGeometry.tubesPerLayer)
    func perLayer(_ label: String, _ hits: [Int]) -> Series {
      Series(
        label, .steps, x: edges, y: hits.map { 100 * Double($0) / tubes },
        yLow: hits.map { 100 * (Double($0) - Double($0).squareRoot()) / tubes },
        yHigh: hits.map { 100 * (Double($0) + Double($0).squareRoot()) / tubes })
    }
    let rates = layers.indices.map { backgroundRate(layer: $0) }
    let set = 100 * sample.response.backgroundRate
    return [
      Figure(
        "hits", title: "Hits of an event against its decay length",
        x: Axis("L_{r} [m]", from: 0, to: 5), y: Axis("hits per event", from: 0, to: 240),
        series: Self.shownMultiplicities.compactMap { number in
          hitsOfProducts[number].map { Series("\(number) products", $0) }
        } + [Series("background", background, color: .grey)],
        caption: "Hits of tracks by the number of charged products, and background hits."),
      Figure(
        "occupancy", title: "Tubes with a hit", x: Axis("layer", from: -0.5, to: edges.last),
        y: Axis("tubes with a hit [%]", from: 0, to: 3.5),
        series: [
          perLayer("tracks", trackHits), perLayer("background", backgroundHits),
          Series(
            "background as set", .points, x: layers.indices.map(Double.init),
            y: layers.indices.map { 100 * sample.response.occupancy(layer: $0) }, color: .black),
        ],
        annotations: stationEnds,
        caption:
          "Background counts where no track comes first; its steps are the lengths of the tubes."),
      Figure(
        "background-rate", title: "Background rate", x: Axis("layer", from: -0.5, to: edges.last),
        y: Axis("rate [Hz/cm^{2}]", from: 0, to: 2 * set),
        series: [
          Series(
            "found in the hits", .points, x: layers.indices.map(Double.init), y: rates.map(\.value),
            errors: rates.map(\.error)),
          Series("as set", .line, x: [edges[0], edges.last!], y: [set, set], color: .black),
        ], annotations: stationEnds,
        caption:
          "The paper takes 'the measured average rate' and prints no number; ours is a choice, of the order of the barrel's design. No published curve is drawn."
      ),
      Figure(
        "background-hits", title: "Background hits of an event",
        x: Axis("background hits", from: 50, to: 150), y: Axis("events"),
        series: [
          Series("simulated", backgroundPerEvent),
          Series("Poisson of the same mean", .line, x: poisson.map(\.x), y: poisson.map(\.y)),
        ],
        caption: "Tubes are hit independently of each other."),
    ]
  }

  private var stationEnds: [Annotation] {
    let layers = sample.response.geometry.layers
    return layers.indices.dropFirst().filter { layers[$0].station != layers[$0 - 1].station }.map {
      .verticalLine(Double($0) - 0.5)
    }
  }

  /// From the background hits, Hz/cm²: `−ln(1 − occupancy)` over area and window.
  ///
  /// In half of the tubes that background shares with a track, the track comes first: radii of both
  /// are even.
  func backgroundRate(layer: Int) -> (value: Double, error: Double) {
    let free =
      Double(count * DriftTubeGeometry.tubesPerLayer) - 0.5 * Double(trackHits[layer])
    guard free > 0 else { return (.nan, 0) }
    let area =
      DriftTubeGeometry.tubeDiameter * 2 * sample.response.geometry.layers[layer].halfTubeLength
    let scale = 100 / (area * sample.response.readoutWindow * 1e-9)
    let part = Double(backgroundHits[layer]) / free
    return (
      -log(1 - part) * scale, scale * Double(backgroundHits[layer]).squareRoot() / free / (1 - part)
    )
  }

  var meanBackground: Double {
    Double(backgroundHits.reduce(0, +)) / Double(max(count, 1))
  }

  private var poisson: [(x: Double, y: Double)] {
    let (mean, width) = (meanBackground, backgroundPerEvent.binning.width(0))
    guard mean > 0 else { return [] }
    return (50..<150).map { number in
      let logarithm = Double(number) * log(mean) - mean - lgamma(Double(number) + 1)
      // A bin holds two numbers, whose middle is half a hit above.
      return (x: Double(number) + 0.5, y: Double(count) * width * exp(logarithm))
    }
  }
}
