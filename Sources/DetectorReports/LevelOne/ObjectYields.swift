import WinnowEvents
import WinnowMetrics

/// How many objects there are, and how hard the hardest is; weighted.
struct ObjectYields: Sendable {
  /// By ``LevelOneObject``, the missing momentum's unused.
  private(set) var counts: [Histogram]
  private(set) var spectra: [Histogram]

  init() {
    // Constant ranges, which rise. Counts stand in the middle of their bins.
    let counting = try! Binning(11, from: -0.5, to: 10.5)
    let momenta = try! Binning(25, from: 0, to: 250)
    let kinds = LevelOneObject.allCases.count
    counts = [Histogram](repeating: Histogram(counting), count: kinds)
    spectra = [Histogram](repeating: Histogram(momenta), count: kinds)
  }

  mutating func add(_ events: LevelOneEvents, _ event: Int, weight: Double) {
    for kind in LevelOneObject.allCases {
      let places = LevelOnePlace.all(kind, of: event, in: events)
      counts[kind.rawValue - 1].fill(Double(places.count), weight: weight)
      if let first = places.first { spectra[kind.rawValue - 1].fill(first.pt, weight: weight) }
    }
  }
}
