/// The signal efficiency of a score where it lets a given part of the background pass.
///
/// A threshold is only known where enough background passes it: with fewer than
/// ``smallestBackground`` events above, the working point is a limit and has no value.
public struct WorkingPoint: Sendable, Hashable {
  /// Background events that must pass for the threshold to be known to about 30 %.
  public static let smallestBackground = 10

  /// The false-positive rate that was asked for.
  public let rate: Double
  /// Events of at least this score pass.
  public let threshold: Double
  public let background: Efficiency
  public let signal: Efficiency

  /// The lowest threshold that lets at most `rate` of the background pass.
  ///
  /// - Throws: ``MetricError`` without events of both kinds, for scores that are NaN, or a rate
  ///   outside 0...1.
  /// - Complexity: O(n log n).
  public init(
    rate: Double, signal: [Double], background: [Double]
  ) throws(MetricError) {
    try MetricError.require(
      (0...1).contains(rate), "a false-positive rate of \(rate) has no meaning; give one in 0...1")
    try MetricError.require(
      !signal.isEmpty && !background.isEmpty,
      "a working point needs signal and background, and there are \(signal.count) and "
        + "\(background.count) events")
    try MetricError.require(
      !signal.contains(where: \.isNaN) && !background.contains(where: \.isNaN),
      "a score is NaN, and passes no threshold")
    let falling = background.sorted(by: >)
    // 0.29 of 100 is 29, though the product is below.
    let most = Int((rate * Double(background.count) * (1 + 4 * .ulpOfOne)).rounded(.down))
    // Events of equal score pass together or not at all.
    var threshold = Double.infinity
    if most > 0 {
      var last = most - 1
      if most < falling.count, falling[most] == falling[last] {
        while last >= 0, falling[last] == falling[most] { last -= 1 }
      }
      if last >= 0 { threshold = falling[last] }
    }
    self.rate = rate
    self.threshold = threshold
    self.background = try Efficiency(
      selected: background.count { $0 >= threshold }, of: background.count)
    self.signal = try Efficiency(selected: signal.count { $0 >= threshold }, of: signal.count)
  }

  /// Whether the sample is large enough for the rate.
  public var isMeasured: Bool { background.selected >= WorkingPoint.smallestBackground }

  /// The signal efficiency, if the sample is large enough.
  public var value: Double? { isMeasured ? signal.value : nil }
}
