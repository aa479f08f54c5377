/// Quantiles of a sample, by linear interpolation between its order statistics.
///
/// - Reference: R. J. Hyndman and Y. Fan, Am. Stat. 50 (1996) 361, type 7; NumPy's default.
struct Quantiles {
  private let sorted: [Double]

  init(_ values: [Double]) { sorted = values.sorted() }

  /// NaN for an empty sample.
  func callAsFunction(_ fraction: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = fraction * Double(sorted.count - 1)
    let below = Int(place)
    guard below + 1 < sorted.count else { return last }
    return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}
