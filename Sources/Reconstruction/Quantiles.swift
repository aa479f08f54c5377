/// Quantiles of a sample, by linear interpolation between its order statistics.
///
/// - Reference: R. J. Hyndman and Y. Fan, Am. Stat. 50 (1996) 361, type 7; NumPy's default.
package struct Quantiles: Sendable {
  private let sorted: [Double]

  package init(_ values: [Double]) { sorted = values.sorted() }

  /// NaN for an empty sample.
  package func callAsFunction(_ fraction: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = fraction * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return last }
    return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
  }

  /// (q75 − q25)/2
  package var quartileSpread: Double { (self(0.75) - self(0.25)) / 2 }

  /// (q84.13 − q15.87)/2: the standard deviation of a Gaussian.
  package var centralSpread: Double {
    (self(0.841_344_746_068_543) - self(0.158_655_253_931_457)) / 2
  }
}
