import WinnowMetrics
import WinnowReports

/// A response or residual in bins of a quantity, as one fine histogram a bin: memory does not grow with
/// the events, and quantiles are those of the histograms.
struct ResponseBins: Sendable {
  let binning: Binning
  /// Bins with fewer entries are not shown.
  let fewest: Int
  private(set) var histograms: [Histogram]

  /// - Parameters:
  ///   - values: the range of the responses; what lies beyond counts at its ends.
  ///   - cells: into which the range is divided.
  init(_ binning: Binning, values: ClosedRange<Double>, cells: Int = 400, fewest: Int = 20) {
    self.binning = binning
    self.fewest = fewest
    // Constant ranges, which rise.
    let fine = try! Binning(cells, from: values.lowerBound, to: values.upperBound)
    histograms = [Histogram](repeating: Histogram(fine), count: binning.count)
  }

  mutating func fill(_ x: Double, _ value: Double, weight: Double = 1) {
    let bin = binning.bin(x)
    guard x == x, bin >= 0, bin < binning.count else { return }
    histograms[bin].fill(value, weight: weight)
  }

  func count(_ bin: Int) -> Double { histograms[bin].total }
  subscript(bin: Int) -> Histogram { histograms[bin] }

  /// All bins whose middle lies in a range, together.
  func merged(_ range: ClosedRange<Double>) -> Histogram {
    var sum = Histogram(histograms[0].binning)
    for bin in histograms.indices where range.contains(binning.center(bin)) {
      sum.add(histograms[bin])
    }
    return sum
  }

  /// The bins that hold enough.
  var filled: [Int] { histograms.indices.filter { histograms[$0].entries >= fewest } }

  /// Medians, with the error `1.25 σ/√n` of a Gaussian's median.
  func medians(_ label: String, color: FigureColor? = nil) -> Series {
    series(label, color) { histogram in
      (histogram.quantile(0.5), 1.2533 * histogram.coreWidth / histogram.total.squareRoot())
    }
  }

  /// Core widths times a factor, with the error of a Gaussian's, `σ/√n` times 1.19 for the 68 % interval.
  func widths(_ label: String, times factor: Double = 1, color: FigureColor? = nil) -> Series {
    series(label, color) { histogram in
      let width = factor * histogram.coreWidth
      return (width, 1.19 * width / histogram.total.squareRoot())
    }
  }

  private func series(
    _ label: String, _ color: FigureColor?, _ value: (Histogram) -> (value: Double, error: Double)
  ) -> Series {
    let bins = filled
    let values = bins.map { value(histograms[$0]) }
    return Series(
      label, .points, x: bins.map(binning.center), y: values.map(\.value),
      yLow: values.map { $0.value - $0.error }, yHigh: values.map { $0.value + $0.error },
      xLow: bins.map { binning.edges[$0] }, xHigh: bins.map { binning.edges[$0 + 1] }, color: color)
  }
}
