/// The width of a distribution of residuals with tails: quantiles and a core.
public struct Resolution: Sendable, Hashable {
  /// The residuals, rising.
  public let sorted: [Double]

  /// Throws where there are none, or one that is NaN.
  ///
  /// - Complexity: O(n log n).
  public init<Scalar: BinaryFloatingPoint>(residuals: [Scalar]) throws(MetricError) {
    try MetricError.require(
      !residuals.isEmpty && !residuals.contains(where: \.isNaN),
      "a resolution needs residuals, none of them NaN, and there are \(residuals.count)")
    sorted = residuals.map { Double($0) }.sorted()
  }

  /// The value below which a part of the residuals lies, on a straight line between neighbours
  /// (NumPy's default, method 7 of Hyndman and Fan).
  ///
  /// - Precondition: `0...1` holds the level.
  public func quantile(_ level: Double) -> Double {
    precondition((0...1).contains(level), "\(level) is no quantile level")
    return WinnowMetrics.quantile(sorted: sorted, level)
  }

  public var median: Double { quantile(0.5) }

  /// Half the distance of the quartiles.
  public var halfQuartileWidth: Double { (quantile(0.75) - quantile(0.25)) / 2 }

  /// The root of the mean square.
  public var rootMeanSquare: Double {
    (sorted.reduce(0) { $0 + $1 * $1 } / Double(sorted.count)).squareRoot()
  }

  /// Half the width of the central 68.27 %: σ of a Gaussian core, whatever the tails.
  public var coreWidth: Double {
    // Φ(±1).
    (quantile(0.8413447460685429) - quantile(0.15865525393145707)) / 2
  }

  /// The part of the residuals within `count` core widths of the median: the core's content.
  public func coreFraction(widths count: Double) -> Double {
    let (center, half) = (median, count * coreWidth)
    return Double(sorted.count { abs($0 - center) <= half }) / Double(sorted.count)
  }
}

/// The value below which a part of rising values lies, on a straight line between neighbours
/// (NumPy's default, method 7 of Hyndman and Fan).
public func quantile(sorted: [Double], _ level: Double) -> Double {
  let place = level * Double(sorted.count - 1)
  let below = min(Int(place), sorted.count - 1)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
}
