/// A part of a number of events, with its interval after Clopper and Pearson.
///
/// The interval covers the true efficiency at least as often as its level says; where nothing or
/// everything is selected it is one-sided, a limit.
///
/// - Reference: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404.
public struct Efficiency: Sendable, Hashable, Codable {
  public let selected: Int
  public let total: Int

  /// Throws unless `0 ≤ selected ≤ total`.
  public init(selected: Int, of total: Int) throws(MetricError) {
    try MetricError.require(
      selected >= 0 && total >= selected,
      "\(selected) of \(total) events is no efficiency; count the selected among all")
    self.selected = selected
    self.total = total
  }

  /// NaN without events.
  public var value: Double { Double(selected) / Double(total) }

  /// - Parameter level: the probability to cover; one σ of a Gaussian if omitted.
  public func interval(level: Double = 0.682_689_492_137_085_9) -> ClosedRange<Double> {
    precondition(level > 0 && level < 1, "\(level) is no confidence level")
    if total == 0 { return 0...1 }
    let outside = (1 - level) / 2
    let (k, n) = (Double(selected), Double(total))
    let low = selected == 0 ? 0 : betaQuantile(outside, k, n - k + 1)
    let high = selected == total ? 1 : betaQuantile(1 - outside, k + 1, n - k)
    return low...high
  }

  /// The value that the efficiency exceeds with probability `1 − level` at most.
  public func upperLimit(level: Double = 0.95) -> Double {
    selected == total ? 1 : betaQuantile(level, Double(selected) + 1, Double(total - selected))
  }
}
