import WinnowMetrics

/// The trigger's pT over the offline one in bins of the latter: quantiles from counts, so that memory
/// does not grow with the muons.
struct MuonResponse: Sendable {
  let momenta: Binning
  private var ratios: [Histogram]

  init() throws {
    momenta = try Binning(edges: [3, 3.5, 4, 4.5, 5, 6, 7, 8, 10, 12, 15, 20, 30, 45, 70, 100])
    // A quantile is good to a part of 0.005.
    let binning = try Binning(800, from: 0, to: 4)
    ratios = [Histogram](repeating: Histogram(binning), count: momenta.count)
  }

  mutating func fill(offline: Double, trigger: Double, weight: Double) {
    let bin = momenta.bin(offline)
    guard bin >= 0, bin < momenta.count else { return }
    ratios[bin].fill(trigger / offline, weight: weight)
  }

  /// Bins with enough muons for a quantile of a tenth.
  var filled: [Int] { ratios.indices.filter { ratios[$0].entries >= 50 } }

  /// The ratio below which a part of the muons lies, on a straight line within a bin.
  func quantile(_ bin: Int, _ level: Double) -> Double {
    let histogram = ratios[bin]
    let wanted = level * histogram.total
    var sum = histogram.below
    if sum >= wanted { return histogram.binning.edges[0] }
    for (place, part) in histogram.sums.enumerated() where part > 0 {
      if sum + part >= wanted {
        return histogram.binning.edges[place]
          + (wanted - sum) / part * histogram.binning.width(place)
      }
      sum += part
    }
    return histogram.binning.edges.last!
  }
}
