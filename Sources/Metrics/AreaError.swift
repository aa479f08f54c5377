/// The area under a receiver operating characteristic with its statistical error.
///
/// The error is DeLong's: the variance of the mean rank of the signal among the background and of
/// the background among the signal. Ties count one half. Without weights.
///
/// - Reference: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44 (1988) 837; by
///   ranks: X. Sun and W. Xu, IEEE Signal Process. Lett. 21 (2014) 1389.
public struct AreaUnderCurve: Sendable, Hashable, Codable {
  public let value: Double
  public let error: Double

  /// - Throws: ``MetricError`` with fewer than two events of a kind, or scores that are NaN.
  /// - Complexity: O(n log n).
  public init(signal: [Double], background: [Double]) throws(MetricError) {
    try MetricError.require(
      signal.count > 1 && background.count > 1,
      "an area with an error needs two events of each kind, and there are \(signal.count) and "
        + "\(background.count)")
    try MetricError.require(
      !signal.contains(where: \.isNaN) && !background.contains(where: \.isNaN),
      "a score is NaN, and has no rank")
    let joint = middleRanks(signal + background)
    let (ownSignal, ownBackground) = (middleRanks(signal), middleRanks(background))
    let (m, n) = (Double(signal.count), Double(background.count))
    // The part of the background below each signal event, and of the signal above each background.
    let below = signal.indices.map { (joint[$0] - ownSignal[$0]) / n }
    let above = background.indices.map { 1 - (joint[signal.count + $0] - ownBackground[$0]) / m }
    value = below.reduce(0, +) / m
    error = (variance(below) / m + variance(above) / n).squareRoot()
  }
}

/// Ranks from 1, the mean one for equal values.
func middleRanks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start
    while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
    for place in order[start..<end] { ranks[place] = Double(start + end + 1) / 2 }
    start = end
  }
  return ranks
}

/// The unbiased variance.
func variance(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}
