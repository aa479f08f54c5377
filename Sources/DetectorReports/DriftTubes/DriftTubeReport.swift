public import WinnowDetectors
import WinnowMetrics

/// What a simulation of drift tubes shows of itself, gathered block by block; memory does not grow
/// with the events.
///
///     let sample = LongLivedSample(seed: 1)
///     var report = DriftTubeReport(sample)
///     try sample.write(events: 0..<45_000, to: path, watch: { report.add($0) })
///     try report.page(provenance).write(to: folder)
///
/// The decays are drawn again from the sample's seed: hits are compared with the true tracks.
public struct DriftTubeReport: Sendable {
  let sample: LongLivedSample
  var count = 0
  var multiplicities: Histogram
  var decayLengths: Histogram
  /// Of products: momenta, and the angle of each to the long-lived particle.
  var momenta: Histogram
  var angles: Histogram
  /// Hits of tracks and of background in each layer.
  var trackHits: [Int]
  var backgroundHits: [Int]
  /// Against the decay length, m: an event's hits by its number of products, and of background.
  var hitsOfProducts: [Int: Profile]
  var background: Profile
  var backgroundPerEvent: Histogram
  /// Hits of a track whose decay lies before all tubes, against the decay length.
  var hitsPerTrack: Profile
  /// Spread of the tracks' hits in each station against the decay length, in tubes.
  var spreads: [Profile]
  /// Measured less true drift radius, µm: all, and in bins of the true one.
  var residuals: Histogram
  var residualsByRadius: [Histogram]
  /// The first fitting events.
  var displays: [DriftTubeDisplay] = []

  /// Edges in the true drift radius, mm.
  static let radii = Array(stride(from: 0.0, through: 14, by: 2))
  static let shownMultiplicities = [2, 4, 6, 8, 10]

  public init(_ sample: LongLivedSample) {
    self.sample = sample
    let length = Self.binning(20, 0, 5)
    let layers = sample.response.geometry.layers.count
    multiplicities = Histogram(Self.binning(9, 1.5, 10.5))
    decayLengths = Histogram(Self.binning(25, 0, 5))
    momenta = Histogram(Self.binning(50, 0, 100))
    angles = Histogram(Self.binning(45, 0, 90))
    (trackHits, backgroundHits) = (Array(repeating: 0, count: layers), Array(repeating: 0, count: layers))
    hitsOfProducts = Dictionary(
      uniqueKeysWithValues: Self.shownMultiplicities.map { ($0, Profile(length)) })
    (background, hitsPerTrack) = (Profile(length), Profile(length))
    backgroundPerEvent = Histogram(Self.binning(70, 50, 190))
    spreads = sample.response.geometry.stations.map { _ in Profile(length) }
    let width = Self.binning(80, -400, 400)
    residuals = Histogram(width)
    residualsByRadius = Self.radii.dropLast().map { _ in Histogram(width) }
  }

  /// Adds events of the sample.
  public mutating func add(_ events: DriftTubeEvents) {
    for event in 0..<events.count { add(events, event) }
  }

  private mutating func add(_ events: DriftTubeEvents, _ event: Int) {
    let products = sample.products(of: events.numbers[event])
    let paths = products.map { ToroidPath($0, in: sample.response.toroid) }
    let (truth, geometry) = (events.truth[event], sample.response.geometry)
    let length = truth.decayLength / 1000
    count += 1
    multiplicities.fill(Double(truth.multiplicity))
    decayLengths.fill(length)
    addProducts(products, truth)
    var fromTracks = 0
    var tubes = [[Double]](repeating: [], count: spreads.count)
    for hit in events[event] {
      let (layer, track) = (Int(events.layers[hit]), Int(events.tracks[hit]))
      guard track >= 0 else {
        backgroundHits[layer] += 1
        continue
      }
      trackHits[layer] += 1
      fromTracks += 1
      tubes[geometry.layers[layer].station].append(Double(events.tubes[hit]))
      if track < paths.count, let path = paths[track],
        let distance = distance(path, layer: layer, tube: Int(events.tubes[hit]))
      {
        addResidual(Double(events.driftRadii[hit]), distance)
      }
    }
    let noise = events[event].count - fromTracks
    hitsOfProducts[truth.multiplicity]?.fill(length, Double(fromTracks))
    background.fill(length, Double(noise))
    backgroundPerEvent.fill(Double(noise))
    hitsPerTrack.fill(length, Double(fromTracks) / Double(truth.multiplicity))
    for (station, places) in tubes.enumerated() where places.count > 1 {
      let mean = places.reduce(0, +) / Double(places.count)
      let square = places.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(places.count)
      spreads[station].fill(length, square.squareRoot())
    }
    keepDisplay(events, event, paths)
  }

  /// The true distance from a wire, of the way out or back, whichever is nearer.
  private func distance(_ path: ToroidPath, layer: Int, tube: Int) -> Double? {
    let geometry = sample.response.geometry
    let (plane, wire) = (geometry.layers[layer].radius, geometry.wire(layer: layer, tube: tube))
    let crossings = [
      path.outward(to: plane),
      path.backward(to: plane, end: sample.response.toroid.outerRadius),
    ]
    return crossings.compactMap { $0.map { abs($0.z - wire) * abs($0.cosine) } }.min()
  }

  /// Near the wire and near the wall radii are folded or cut off, so that no residual is one.
  private mutating func addResidual(_ measured: Double, _ distance: Double) {
    guard distance > 0.5, distance < DriftTubeGeometry.gasRadius - 0.5 else { return }
    let residual = 1000 * (measured - distance)
    residuals.fill(residual)
    let bin = Int(distance / (Self.radii[1] - Self.radii[0]))
    if bin < residualsByRadius.count { residualsByRadius[bin].fill(residual) }
  }

  /// Bins that are known to have a meaning.
  static func binning(_ count: Int, _ low: Double, _ high: Double) -> Binning {
    try! Binning(count, from: low, to: high)
  }
}
