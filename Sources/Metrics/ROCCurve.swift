/// The receiver operating characteristic of a score: exact, with weights and ties.
///
/// Points run from no event selected to all, one for each distinct score; events of equal score are
/// selected together. The area is that of trapezoids: the probability that a signal event has the
/// larger score than a background event, ties counting one half.
///
/// - Reference: T. Fawcett, Pattern Recognit. Lett. 27 (2006) 861.
public struct ROCCurve: Sendable, Hashable {
  /// Events with scores at or above the threshold are selected; infinite at the first point.
  public let thresholds: [Double]
  /// The weight of selected signal over all signal, and of background.
  public let truePositiveRates: [Double]
  public let falsePositiveRates: [Double]
  /// The sums of weights of signal and background.
  public let signal: Double
  public let background: Double

  /// The curve of events with label 1 (signal) against others.
  ///
  /// Throws for scores that are NaN, negative weights, or without both kinds of events.
  ///
  /// - Complexity: O(n log n).
  public init<Scalar: BinaryFloatingPoint>(
    labels: [Int32], scores: [Scalar], weights: [Double]? = nil
  ) throws(MetricError) {
    try checkCounts(labels.count, scores.count, 1, weights?.count)
    try MetricError.require(
      !scores.contains(where: \.isNaN), "a score is NaN, and has no place on a curve")
    try MetricError.require(
      weights?.allSatisfy { $0 >= 0 && $0.isFinite } ?? true,
      "an event has a negative weight, or none that is finite; give 0 or more")
    // Ties are broken by position, so that sums have one order.
    let order = scores.indices.sorted {
      scores[$0] > scores[$1] || (scores[$0] == scores[$1] && $0 < $1)
    }
    var (cuts, selected) = ([Double.infinity], [(signal: 0.0, background: 0.0)])
    var (signal, background) = (0.0, 0.0)
    for (rank, event) in order.enumerated() {
      let weight = weights?[event] ?? 1
      if labels[event] == 1 { signal += weight } else { background += weight }
      if rank + 1 < order.count, scores[order[rank + 1]] == scores[event] { continue }
      cuts.append(Double(scores[event]))
      selected.append((signal, background))
    }
    try MetricError.require(
      signal > 0 && background > 0,
      "a curve needs signal and background, and their weights are \(signal) and \(background)")
    self.signal = signal
    self.background = background
    thresholds = cuts
    truePositiveRates = selected.map { $0.signal / signal }
    falsePositiveRates = selected.map { $0.background / background }
  }

  /// The area under the curve.
  public var area: Double {
    var sum = 0.0
    for i in 1..<thresholds.count {
      sum +=
        (falsePositiveRates[i] - falsePositiveRates[i - 1])
        * (truePositiveRates[i] + truePositiveRates[i - 1]) / 2
    }
    return sum
  }

  /// The signal efficiency at a background efficiency, on a straight line between points; the
  /// larger where the curve is vertical.
  public func truePositiveRate(atFalsePositiveRate rate: Double) -> Double {
    ROCCurve.interpolated(rate, falsePositiveRates, truePositiveRates, upper: true)
  }

  /// The background efficiency at a signal efficiency; the smaller where the curve is level.
  public func falsePositiveRate(atTruePositiveRate rate: Double) -> Double {
    ROCCurve.interpolated(rate, truePositiveRates, falsePositiveRates, upper: false)
  }

  /// The threshold that selects at most this part of the background, as low as possible.
  public func threshold(atFalsePositiveRate rate: Double) -> Double {
    thresholds[(falsePositiveRates.lastIndex { $0 <= rate }) ?? 0]
  }

  /// Precision and recall at each threshold, from the highest; the first point, which selects
  /// nothing, is left out.
  public var precisionRecall: [(threshold: Double, precision: Double, recall: Double)] {
    (1..<thresholds.count).map { i in
      let found = truePositiveRates[i] * signal
      let wrong = falsePositiveRates[i] * background
      return (thresholds[i], found / (found + wrong), truePositiveRates[i])
    }
  }

  /// The mean precision over the steps of recall: `Σ (R_i − R_(i−1)) P_i`.
  public var averagePrecision: Double {
    var (sum, before) = (0.0, 0.0)
    for (_, precision, recall) in precisionRecall where recall > before {
      sum += (recall - before) * precision
      before = recall
    }
    return sum
  }

  private static func interpolated(_ x: Double, _ xs: [Double], _ ys: [Double], upper: Bool)
    -> Double
  {
    // xs rise from 0 to 1, not strictly.
    let next = upper ? xs.firstIndex { $0 > x } : xs.firstIndex { $0 >= x }
    guard let next else { return ys.last! }
    if next == 0 { return ys[0] }
    let width = xs[next] - xs[next - 1]
    return ys[next - 1] + (ys[next] - ys[next - 1]) * (x - xs[next - 1]) / width
  }
}
