import Testing
import WinnowMetrics

/// Metrics of 120 events against scikit-learn, SciPy and NumPy, with weights and ties.
@Suite struct MetricsGoldenTests {
  let file: GoldenArrays

  init() throws { file = try GoldenArrays("metrics.npz") }

  /// Sums of 120 terms in another order: 120 roundings, and some more for what is made of them.
  private func expectEqual(_ value: Double, _ wanted: Double, _ what: String = "") {
    #expect(
      abs(value - wanted) <= 150 * Double.ulpOfOne * max(1, abs(wanted)),
      "\(what): \(value), not \(wanted)")
  }

  private func integers(_ name: String) throws -> [Int32] {
    try file.doubles(name).map { Int32($0) }
  }

  @Test(arguments: ["", "_weighted"])
  func curveAgreesWithScikitLearn(_ suffix: String) throws {
    let weights = suffix.isEmpty ? nil : try file.doubles("weights")
    let curve = try ROCCurve(
      labels: integers("labels"), scores: file.doubles("scores"), weights: weights)
    #expect(curve.thresholds == (try file.doubles("thresholds" + suffix)))
    for (i, rate) in try file.doubles("fpr" + suffix).enumerated() {
      expectEqual(curve.falsePositiveRates[i], rate)
    }
    for (i, rate) in try file.doubles("tpr" + suffix).enumerated() {
      expectEqual(curve.truePositiveRates[i], rate)
    }
    expectEqual(curve.area, try file.doubles("auc" + suffix)[0], "area")
    expectEqual(
      curve.averagePrecision, try file.doubles("average_precision" + suffix)[0], "precision")
    for (i, rate) in [0.01, 0.1, 0.37].enumerated() {
      expectEqual(
        curve.truePositiveRate(atFalsePositiveRate: rate), try file.doubles("tpr_at" + suffix)[i])
    }
  }

  @Test func confusionAgreesWithScikitLearn() throws {
    let (classes, table) = (try integers("classes"), try file.doubles("table"))
    let weights = try file.doubles("weights")
    var plain = ConfusionMatrix(classCount: 4)
    try plain.add(labels: classes, scores: table)
    #expect(plain.counts == (try file.doubles("confusion")))
    // In two batches.
    var weighted = ConfusionMatrix(classCount: 4)
    try weighted.add(
      labels: Array(classes[..<50]), scores: Array(table[..<200]), weights: Array(weights[..<50]))
    try weighted.add(
      labels: Array(classes[50...]), scores: Array(table[200...]), weights: Array(weights[50...]))
    for (i, count) in try file.doubles("confusion_weighted").enumerated() {
      expectEqual(weighted.counts[i], count)
    }
    expectEqual(weighted.accuracy, try file.doubles("accuracy_weighted")[0])
    for k in 0..<4 {
      expectEqual(weighted.precision(k), try file.doubles("precision_weighted")[k])
      expectEqual(weighted.recall(k), try file.doubles("recall_weighted")[k])
      expectEqual(weighted.f1(k), try file.doubles("f1_weighted")[k])
    }
  }

  @Test func accuracyAgreesWithScikitLearn() throws {
    var binary = Accuracy()
    try binary.add(labels: integers("labels"), scores: file.doubles("scores"), threshold: 0.4)
    expectEqual(binary.value, try file.doubles("binary_accuracy")[0])
    for (top, name) in [(1, "accuracy_weighted"), (2, "top2_weighted")] {
      var accuracy = Accuracy()
      try accuracy.add(
        labels: integers("classes"), scores: file.doubles("table"), classCount: 4, top: top,
        weights: file.doubles("weights"))
      expectEqual(accuracy.value, try file.doubles(name)[0], name)
    }
  }

  /// Residuals are of size 3 and their squares are summed about their mean: 150 roundings of at
  /// most the root mean square, 6, so a few times the bound of `expectEqual` for sums near 1.
  @Test(arguments: ["", "_weighted"])
  func regressionAgreesWithScikitLearn(_ suffix: String) throws {
    let (truth, estimates) = (try file.doubles("truth"), try file.doubles("estimate"))
    let weights = suffix.isEmpty ? nil : try file.doubles("weights")
    var summary = RegressionSummary()
    for part in [0..<33, 33..<120] {
      try summary.add(
        truth: Array(truth[part]), estimates: Array(estimates[part]),
        weights: weights.map { Array($0[part]) })
    }
    let expected = try file.doubles("regression" + suffix)
    let values = [
      summary.meanAbsoluteError, summary.rootMeanSquaredError, summary.bias,
      summary.standardDeviation, summary.determination,
    ]
    for (value, wanted) in zip(values, expected) { expectEqual(value, wanted) }
  }

  @Test func resolutionAgreesWithNumPy() throws {
    let (truth, estimates) = (try file.doubles("truth"), try file.doubles("estimate"))
    let resolution = try Resolution(residuals: zip(estimates, truth).map { $0 - $1 })
    for (level, wanted) in zip(
      try file.doubles("quantile_levels"), try file.doubles("quantiles"))
    {
      expectEqual(resolution.quantile(level), wanted, "quantile \(level)")
    }
    expectEqual(resolution.coreWidth, try file.doubles("core_width")[0])
    let inside = zip(estimates, truth).count {
      abs($0 - $1 - resolution.median) <= 2 * resolution.coreWidth
    }
    #expect(resolution.coreFraction(widths: 2) == Double(inside) / 120)
  }
}
