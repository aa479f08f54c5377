import Testing
import WinnowMetrics
import WinnowReports
import WinnowTensors

@testable import WinnowDetectorReports

@Suite struct ResponseBinsTests {
  /// A Gaussian of mean 1 and σ 0.1: the median within 5 of its errors, 1.2533 σ/√n, and the core
  /// width within 5 of its own, below 1.2 σ/√n; cells of 0.01 add at most half their width.
  @Test func gaussianComesBack() throws {
    var stream = RandomStream(seed: 11, label: "response bins")
    var bins = ResponseBins(try Binning(edges: [0, 10, 20]), values: 0...2, cells: 200)
    let n = 20_000
    var values: [Double] = []
    for _ in 0..<n {
      values.append(1 + 0.1 * stream.gaussian())
      bins.fill(15, values.last!)
    }
    let error = 5 * 1.2533 * 0.1 / Double(n).squareRoot()
    let (median, width) = (bins.medians("m"), bins.widths("w"))
    #expect(median.x == [15] && median.xLow == [10] && median.xHigh == [20])
    #expect(abs(median.y[0] - 1) < error + 0.005)
    #expect(abs(width.y[0] - 0.1) < error + 0.005)
    // Half a cell against the sample's own quantiles.
    let exact = try Resolution(residuals: values)
    #expect(abs(median.y[0] - exact.median) < 0.005)
    #expect(abs(width.y[0] - exact.coreWidth) < 0.005)
    #expect(abs(bins[1].halfQuartileWidth - exact.halfQuartileWidth) < 0.005)
    #expect(bins[0].quantile(0.5).isNaN && bins[0].standardDeviation.isNaN)
    let merged = bins.merged(0...20)
    // A uniform cell adds its own variance, w²/12.
    let deviation = merged.standardDeviation
    #expect(abs(deviation * deviation - 0.01 - 1e-4 / 12) < 5 * 0.01 * (2 / Double(n)).squareRoot())
  }

  @Test func fewResidualsShowNothing() throws {
    var bins = ResponseBins(try Binning(edges: [0, 1]), values: -1...1)
    for _ in 1..<bins.fewest { bins.fill(0.5, 0) }
    #expect(bins.widths("w").y.isEmpty)
    bins.fill(0.5, 0)
    #expect(bins.widths("w").y.count == 1)
    // What lies outside of the bins, or is no number, belongs to none.
    bins.fill(2, 0)
    bins.fill(.nan, 0)
    #expect(bins.count(0) == Double(bins.fewest))
  }

  /// Residuals beyond the range count at its ends: a median inside stays where it is.
  @Test func whatLiesBeyondCounts() throws {
    var bins = ResponseBins(try Binning(edges: [0, 1]), values: 0...1, cells: 10)
    for _ in 0..<30 { bins.fill(0.5, -5) }
    for _ in 0..<30 { bins.fill(0.5, 0.55) }
    for _ in 0..<30 { bins.fill(0.5, 5) }
    #expect(abs(bins[0].quantile(0.5) - 0.55) < 1e-9)
    #expect(bins[0].quantile(0.9) == 1)
  }
}
