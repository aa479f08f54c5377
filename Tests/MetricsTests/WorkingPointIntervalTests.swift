import Foundation
import Testing

@testable import WinnowMetrics

@Suite struct WorkingPointIntervalTests {
  /// `scipy.stats.binom.ppf` of SciPy 1.17.1.
  @Test func quantilesAreSciPys() {
    let cases: [(probability: Double, trials: Int, success: Double, quantile: Int)] = [
      (0.158_655_253_931_457_07, 120_000, 1e-5, 0), (0.841_344_746_068_542_9, 120_000, 1e-5, 2),
      (0.158_655_253_931_457_07, 6312, 0.01, 55), (0.841_344_746_068_542_9, 6312, 0.01, 71),
      (0.5, 1000, 0.3, 300), (0.999, 50, 0.9, 50), (0.1, 10, 0.9, 8), (0.25, 1_000_000, 1e-3, 979),
      (0.3, 10, 0, 0), (0.3, 10, 1, 10),
    ]
    for one in cases {
      #expect(binomialQuantile(one.probability, one.trials, one.success) == one.quantile, "\(one)")
    }
  }

  /// 0.05 of 1000: 50 events above, 43 to 57 within a standard deviation. The signal has as many events
  /// above a threshold as there are background events, so that its efficiency is 0.05, 0.043 to 0.057, and
  /// its own error is (0.05 · 0.95 / 1000)^½ = 0.0069 of about the same size.
  @Test func bothErrorsCount() throws {
    let scores = (0..<1000).map { Double($0) }
    let range = try WorkingPoint.interval(rate: 0.05, signal: scores, background: scores)
    let own = try Efficiency(selected: 50, of: 1000).interval()
    #expect(range.contains(0.05))
    let low = 0.05 - (0.007 * 0.007 + (0.05 - own.lowerBound) * (0.05 - own.lowerBound)).squareRoot()
    let high = 0.05 + (0.007 * 0.007 + (own.upperBound - 0.05) * (own.upperBound - 0.05)).squareRoot()
    #expect(abs(range.lowerBound - low) < 1e-12 && abs(range.upperBound - high) < 1e-12)
  }

  /// One event in a hundred thousand of 1000: the threshold may lie above all, so that the signal's share
  /// is only limited from above, by what lies above the highest background event.
  @Test func fewEventsGiveALimit() throws {
    let background = (0..<1000).map { Double($0) }
    let signal = (0..<100).map { Double($0) + 970 }
    let range = try WorkingPoint.interval(rate: 1e-5, signal: signal, background: background)
    #expect(range.lowerBound == 0)
    #expect(range.upperBound == (try Efficiency(selected: 70, of: 100).interval().upperBound))
    #expect(throws: MetricError.self) {
      try WorkingPoint.interval(rate: 0.1, signal: [], background: background)
    }
  }

  /// Of many samples from one distribution, 68 % of the intervals hold the true efficiency: a shift by
  /// one of an exponential keeps e of it where 10⁻² of the background passes, so e/100. Of 400 samples
  /// 273 ± 9 are expected; the interval may cover somewhat more, never less than 4.5 σ below.
  @Test func theIntervalCovers() throws {
    var generator = SplitMix(state: 7)
    var covered = 0
    for _ in 0..<400 {
      let background = (0..<2000).map { _ in generator.exponential() }
      let signal = (0..<2000).map { _ in generator.exponential() + 1 }
      let range = try WorkingPoint.interval(rate: 1e-2, signal: signal, background: background)
      covered += range.contains(0.027_182_818) ? 1 : 0
    }
    #expect((232...340).contains(covered), "\(covered) of 400")
  }
}

/// A generator for tests that need no more than uniform numbers.
private struct SplitMix {
  var state: UInt64

  mutating func exponential() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return -log((Double(z >> 11) + 0.5) / 9_007_199_254_740_992)
  }
}
