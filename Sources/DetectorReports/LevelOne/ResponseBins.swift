import WinnowMetrics
import WinnowReports

/// A residual in bins of a quantity, as one fine histogram a bin: memory does not grow with the
/// events, and medians and widths are those of the histograms.
struct ResponseBins: Sendable {
  let binning: Binning
  private var histograms: [Histogram]
  /// Bins with fewer residuals show no width.
  static let fewest = 20

  /// - Parameter residuals: the range of the residuals; what lies beyond counts at its ends.
  init(_ binning: Binning, residuals: ClosedRange<Double>, cells: Int = 400) {
    self.binning = binning
    // Constant ranges, which rise.
    let fine = try! Binning(cells, from: residuals.lowerBound, to: residuals.upperBound)
    histograms = [Histogram](repeating: Histogram(fine), count: binning.count)
  }

  mutating func fill(_ x: Double, _ residual: Double) {
    let bin = binning.bin(x)
    guard x == x, bin >= 0, bin < binning.count else { return }
    histograms[bin].fill(residual)
  }

  func count(_ bin: Int) -> Double { histograms[bin].total }

  /// All bins whose middle lies in a range, together.
  func merged(_ range: ClosedRange<Double>) -> Histogram {
    var sum = Histogram(histograms[0].binning)
    for bin in histograms.indices where range.contains(binning.center(bin)) {
      sum.add(histograms[bin])
    }
    return sum
  }

  /// The residual below which a part of a bin's lies, on a straight line within a cell.
  func quantile(_ bin: Int, _ part: Double) -> Double {
    ResponseBins.quantile(histograms[bin], part)
  }

  static func quantile(_ histogram: Histogram, _ part: Double) -> Double {
    let wanted = part * histogram.total
    var below = histogram.below
    for cell in histogram.sums.indices {
      let here = histogram.sums[cell]
      if below + here >= wanted, here > 0 {
        let place = max(wanted - below, 0) / here
        return histogram.binning.edges[cell] + place * histogram.binning.width(cell)
      }
      below += here
    }
    return histogram.binning.edges.last!
  }

  /// Half the width of the central 68.27 %: σ of a Gaussian, whatever the tails.
  static func coreWidth(_ histogram: Histogram) -> Double {
    (quantile(histogram, 0.841_344_746) - quantile(histogram, 0.158_655_254)) / 2
  }

  /// The standard deviation, which the field's histograms call RMS, with cells at their middles,
  /// within the histogram's range; NaN where nothing lies in it.
  static func standardDeviation(_ histogram: Histogram) -> Double {
    var (weight, mean, spread) = (0.0, 0.0, 0.0)
    for cell in histogram.sums.indices where histogram.sums[cell] > 0 {
      let away = histogram.binning.center(cell) - mean
      weight += histogram.sums[cell]
      mean += away * histogram.sums[cell] / weight
      spread += histogram.sums[cell] * away * (histogram.binning.center(cell) - mean)
    }
    // Rounding may leave less than nothing.
    return (max(spread, 0) / weight).squareRoot()
  }

  /// The bins that hold enough.
  private var shown: [Int] { histograms.indices.filter { count($0) >= Double(Self.fewest) } }

  /// Medians, with the error `1.25 σ/√n` of a Gaussian's median.
  func medians(_ label: String) -> Series {
    series(label) { bin, width in
      (quantile(bin, 0.5), 1.2533 * width / count(bin).squareRoot())
    }
  }

  /// Core widths over `unit`, with the error of a Gaussian's, `σ/√n` times 1.19 for the 68 % interval.
  func widths(_ label: String, in unit: Double = 1) -> Series {
    series(label) { bin, width in
      (width / unit, 1.19 * width / unit / count(bin).squareRoot())
    }
  }

  private func series(_ label: String, _ value: (Int, Double) -> (Double, Double)) -> Series {
    let bins = shown
    let values = bins.map { value($0, Self.coreWidth(histograms[$0])) }
    return Series(
      label, .points, x: bins.map(binning.center), y: values.map(\.0),
      yLow: values.map { $0.0 - $0.1 }, yHigh: values.map { $0.0 + $0.1 },
      xLow: bins.map { binning.edges[$0] }, xHigh: bins.map { binning.edges[$0 + 1] })
  }
}
