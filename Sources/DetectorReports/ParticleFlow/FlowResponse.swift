import WinnowMetrics
import WinnowReports

/// A response in bins of a quantity: quantiles from fine counts, so that memory does not grow with
/// the events.
struct FlowResponse: Sendable {
  let binning: Binning
  private var counts: [Histogram]
  /// Bins with fewer entries are not shown.
  static let fewest = 25.0

  init(_ binning: Binning, _ low: Double, _ high: Double) {
    self.binning = binning
    counts = Array(repeating: Histogram(try! Binning(1500, from: low, to: high)), count: binning.count)
  }

  mutating func fill(_ x: Double, _ value: Double) {
    let bin = binning.bin(x)
    guard x == x, bin >= 0, bin < binning.count else { return }
    counts[bin].fill(value)
  }

  func count(_ bin: Int) -> Double { counts[bin].total }

  func quantile(_ bin: Int, _ level: Double) -> Double { Self.quantile(counts[bin], level) }

  /// Half the distance of the quartiles.
  func quartileWidth(_ bin: Int) -> Double { (quantile(bin, 0.75) - quantile(bin, 0.25)) / 2 }

  /// Half the width of the central 68.27 %: a Gaussian's σ.
  func centralWidth(_ bin: Int) -> Double {
    (quantile(bin, 0.841_344_746) - quantile(bin, 0.158_655_254)) / 2
  }

  /// The value below which a part of all lies, on a straight line within a fine bin; what lies beyond
  /// the range counts at its ends.
  static func quantile(_ counts: Histogram, _ level: Double) -> Double {
    let wanted = level * counts.total
    var below = counts.below
    if counts.total == 0 { return .nan }
    if below >= wanted { return counts.binning.edges[0] }
    for (bin, here) in counts.sums.enumerated() where here > 0 {
      if below + here >= wanted {
        return counts.binning.edges[bin] + (wanted - below) / here * counts.binning.width(bin)
      }
      below += here
    }
    return counts.binning.edges.last!
  }

  /// Medians with a Gaussian's error of a median, `1.2533 σ/√n`.
  func medians(_ label: String, color: FigureColor? = nil) -> Series {
    series(label, color) { bin in
      (quantile(bin, 0.5), 1.2533 * centralWidth(bin) / count(bin).squareRoot())
    }
  }

  /// Central widths with a Gaussian's error of a 68 % interval, `1.19 σ/√n`.
  func widths(_ label: String, times factor: Double = 1, color: FigureColor? = nil) -> Series {
    series(label, color) { bin in
      let width = factor * centralWidth(bin)
      return (width, 1.19 * width / count(bin).squareRoot())
    }
  }

  private func series(
    _ label: String, _ color: FigureColor?, _ value: (Int) -> (value: Double, error: Double)
  ) -> Series {
    let bins = counts.indices.filter { count($0) >= Self.fewest }
    let values = bins.map(value)
    return Series(
      label, .points, x: bins.map(binning.center), y: values.map(\.value),
      yLow: values.map { $0.value - $0.error }, yHigh: values.map { $0.value + $0.error },
      xLow: bins.map { binning.edges[$0] }, xHigh: bins.map { binning.edges[$0 + 1] }, color: color)
  }
}
