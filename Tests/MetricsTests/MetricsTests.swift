import Testing
import WinnowMetrics

@Suite struct MetricsTests {
  private func message(_ body: () throws(MetricError) -> Void) -> String? {
    do { try body() } catch { return error.message }
    return nil
  }

  @Test func aSmallCurve() throws {
    // Background 1 and 3, signal 2 and 3 (a tie with background).
    let curve = try ROCCurve(labels: [0, 1, 0, 1], scores: [1.0, 2, 3, 3])
    #expect(curve.thresholds == [.infinity, 3, 2, 1])
    #expect(curve.truePositiveRates == [0, 0.5, 1, 1])
    #expect(curve.falsePositiveRates == [0, 0.5, 0.5, 1])
    // Pairs (signal, background): 2 > 1, 3 > 1, 3 = 3 for a half, 2 < 3.
    #expect(curve.area == 2.5 / 4)
    #expect(curve.truePositiveRate(atFalsePositiveRate: 0.25) == 0.25)
    #expect(curve.truePositiveRate(atFalsePositiveRate: 0.5) == 1)
    #expect(curve.falsePositiveRate(atTruePositiveRate: 1) == 0.5)
    #expect(curve.threshold(atFalsePositiveRate: 0.5) == 2)
    #expect(curve.threshold(atFalsePositiveRate: 0.4) == .infinity)
  }

  @Test func badInputIsRefused() {
    #expect(
      message { () throws(MetricError) in
        _ = try ROCCurve(labels: [1, 1], scores: [1.0, 2])
      } == "a curve needs signal and background, and their weights are 2.0 and 0.0")
    #expect(
      message { () throws(MetricError) in
        _ = try ROCCurve(labels: [1, 0], scores: [1.0, .nan])
      } == "a score is NaN, and has no place on a curve")
    #expect(
      message { () throws(MetricError) in
        var matrix = ConfusionMatrix(classCount: 2)
        try matrix.add(truth: 2, prediction: 0)
      } == "an event of class 2 given to class 0 is outside of 2 classes")
    #expect(
      message { () throws(MetricError) in
        var accuracy = Accuracy()
        try accuracy.add(labels: [0, 3], scores: [1.0, 2, 3, 4], classCount: 2)
      } == "event 1 has label 3, and there are 2 classes")
    #expect(
      message { () throws(MetricError) in
        _ = try Resolution(residuals: [Double]())
      } == "a resolution needs residuals, none of them NaN, and there are 0")
    #expect(
      message { () throws(MetricError) in
        var summary = RegressionSummary()
        try summary.add(truth: [1.0, 2], estimates: [1.0])
      } == "2 events come with 1 scores, 1 each, and 2 weights; give arrays of the same events")
  }

  @Test func nothingIsNotANumber() {
    #expect(Accuracy().value.isNaN)
    #expect(RegressionSummary().bias.isNaN)
    #expect(ConfusionMatrix(classCount: 2).accuracy.isNaN)
  }

  /// Far from 0 the squares would lose all digits: 1e9 squared is 1e18, and the spread is 1.
  @Test func spreadFarFromZero() throws {
    var summary = RegressionSummary()
    try summary.add(truth: [0.0, 0, 0, 0], estimates: [1e9 - 1, 1e9 + 1, 1e9 - 1, 1e9 + 1])
    #expect(abs(summary.standardDeviation - 1) < 1e-6)
  }
}
