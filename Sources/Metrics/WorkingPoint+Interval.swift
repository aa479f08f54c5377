extension WorkingPoint {
  /// Where the signal efficiency at a false-positive rate lies, the threshold's own error included.
  ///
  /// The number of background events above the true threshold is binomial: the thresholds with as few
  /// and as many events above as its central interval allows give two efficiencies. Where the working point
  /// is measured, their distances from its value and those of the signal's own interval add in quadrature;
  /// else the range reaches from the lower end of the first to the upper end of the second, and down to 0
  /// where the threshold may lie above all background events.
  ///
  /// - Parameter level: the probability to cover; one σ of a Gaussian if omitted.
  /// - Throws: as `init`.
  /// - Complexity: O(n log n).
  public static func interval(
    rate: Double, signal: [Double], background: [Double], level: Double = 0.682_689_492_137_085_9
  ) throws(MetricError) -> ClosedRange<Double> {
    let point = try WorkingPoint(rate: rate, signal: signal, background: background)
    let outside = (1 - level) / 2
    let fewest = binomialQuantile(outside, background.count, rate)
    let most = binomialQuantile(1 - outside, background.count, rate)
    let falling = background.sorted(by: >)
    // With so many background events above, the threshold lies between two of them: at the higher one for
    // the fewest, at the lower one for the most.
    let strict = try Efficiency(
      selected: fewest == 0 ? 0 : signal.count { $0 >= falling[fewest - 1] }, of: signal.count)
    let edge = most < falling.count ? falling[most] : -Double.infinity
    let loose = try Efficiency(selected: signal.count { $0 > edge }, of: signal.count)
    guard point.isMeasured else {
      return
        (fewest == 0 ? 0 : strict.interval(level: level).lowerBound)...loose.interval(level: level).upperBound
    }
    let (value, own) = (point.signal.value, point.signal.interval(level: level))
    func distance(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
    let low = value - distance(max(0, value - strict.value), value - own.lowerBound)
    let high = value + distance(max(0, loose.value - value), own.upperBound - value)
    return max(0, low)...min(1, high)
  }
}

/// The smallest k with P(X ≤ k) ≥ `probability` for a binomial X of n trials.
func binomialQuantile(_ probability: Double, _ trials: Int, _ success: Double) -> Int {
  guard success > 0 else { return 0 }
  guard success < 1 else { return trials }
  // P(X ≤ k) = 1 − I_p(k + 1, n − k).
  func isReached(_ k: Int) -> Bool {
    k >= trials || 1 - incompleteBeta(success, Double(k) + 1, Double(trials - k)) >= probability
  }
  var (low, high) = (0, trials)
  while low < high {
    let middle = (low + high) / 2
    if isReached(middle) { high = middle } else { low = middle + 1 }
  }
  return low
}
