import Testing
import WinnowMetrics

/// Intervals, areas, histograms and fits against SciPy and NumPy.
@Suite struct StatisticsGoldenTests {
  let file: GoldenArrays

  init() throws { file = try GoldenArrays("statistics.npz") }

  @Test func intervalsAgreeWithSciPy() throws {
    let cases = try file.doubles("cases").map { Int($0) }
    let (one, wide) = (try file.doubles("interval"), try file.doubles("interval_95"))
    for place in 0..<cases.count / 2 {
      let efficiency = try Efficiency(selected: cases[2 * place], of: cases[2 * place + 1])
      let (a, b) = (efficiency.interval(), efficiency.interval(level: 0.95))
      // lgamma of 10⁶ is 10⁷ with a rounding of 1e-9: so large is the error of its exponential.
      for (value, wanted) in [
        (a.lowerBound, one[2 * place]), (a.upperBound, one[2 * place + 1]),
        (b.lowerBound, wide[2 * place]), (b.upperBound, wide[2 * place + 1]),
        (efficiency.upperLimit(), try file.doubles("upper_95")[place]),
      ] {
        #expect(abs(value - wanted) <= 1e-9 * wanted, "\(value), not \(wanted)")
      }
    }
  }

  @Test func areaAndItsErrorAgreeWithAllPairs() throws {
    let area = try AreaUnderCurve(
      signal: file.doubles("signal"), background: file.doubles("background"))
    let wanted = try file.doubles("area")
    #expect(abs(area.value - wanted[0]) < 1e-13)
    #expect(abs(area.value - (try file.doubles("mann_whitney")[0])) < 1e-13)
    #expect(abs(area.error - wanted[1]) < 1e-13)
  }

  @Test func histogramsAgreeWithNumPy() throws {
    let (x, y, w) = (try file.doubles("x"), try file.doubles("y"), try file.doubles("w"))
    let edges = try file.doubles("edges")
    var uniform = Histogram(try Binning(12, from: -3, to: 3))
    var edged = Histogram(try Binning(edges: edges))
    var plane = Histogram2D(try Binning(edges: edges), try Binning(5, from: -2, to: 2))
    var (profile, weighted) = (Profile(edged.binning), Profile(edged.binning))
    for i in x.indices {
      uniform.fill(x[i], weight: w[i])
      edged.fill(x[i], weight: w[i])
      plane.fill(x[i], y[i], weight: w[i])
      profile.fill(x[i], y[i])
      weighted.fill(x[i], y[i], weight: abs(w[i]))
    }
    // Sums of up to 500 terms of at most 4 in another order.
    let tolerance = 500 * 4 * 0x1p-53 * 10
    func expectEqual(_ values: [Double], _ name: String) throws {
      let wanted = try file.doubles(name)
      #expect(values.count == wanted.count)
      for (a, b) in zip(values, wanted) { #expect(abs(a - b) <= tolerance, "\(name)") }
    }
    try expectEqual(uniform.sums, "uniform")
    try expectEqual(uniform.squares, "uniform_squares")
    try expectEqual(edged.sums, "edged")
    try expectEqual(plane.sums, "plane")
    try expectEqual((0..<5).map { profile.mean($0) }, "profile_mean")
    try expectEqual((0..<5).map { profile.standardDeviation($0) }, "profile_spread")
    try expectEqual((0..<5).map { weighted.mean($0) }, "profile_weighted")
    #expect(abs(uniform.total - w.reduce(0, +)) <= tolerance)
  }

  @Test func gaussianAgreesWithCurveFit() throws {
    var histogram = Histogram(try Binning(60, from: -3, to: 6))
    for value in try file.doubles("fitted") { histogram.fill(value) }
    let fit = try GaussianFit(histogram, in: 0.2...2.8)
    let wanted = try file.doubles("fit")
    // Both stop where χ² is flat to rounding: parameters to the root of 1e-15.
    for (value, expected) in zip(
      [fit.amplitude, fit.mean, fit.sigma, fit.meanError, fit.sigmaError, fit.chiSquared], wanted)
    {
      #expect(abs(value - expected) <= 1e-6 * abs(expected), "\(value), not \(expected)")
    }
    #expect(abs(fit.fullWidthAtHalfMaximum - 2.354_820_045_030_949_3 * fit.sigma) < 1e-12)
  }
}
