import Foundation

/// A range test: the rate grows exponentially from step to step until the loss diverges; the rate
/// at which the loss falls fastest is a good one.
///
///     var finder = LearningRateFinder()
///     while let rate = finder.nextRate { finder.record(loss: trainOneStep(rate)) }
///     let rate = finder.suggestion
///
/// Losses are smoothed by an exponential average with bias correction; the test ends when a
/// smoothed loss is not finite or above `divergence` times the smallest.
///
/// - Reference: L. N. Smith, arXiv:1506.01186, section 3.3.
public struct LearningRateFinder: Sendable, Codable, Hashable {
  public let first: Double
  public let last: Double
  public let steps: Int
  /// The weight of the past in the average; 0 does not smooth.
  public let smoothing: Double
  public let divergence: Double

  /// The rates tried so far and their smoothed losses.
  public private(set) var rates: [Double] = []
  public private(set) var losses: [Double] = []
  public private(set) var hasDiverged = false
  private var average = 0.0

  public init(
    first: Double = 1e-7, last: Double = 10, steps: Int = 100, smoothing: Double = 0.9,
    divergence: Double = 4
  ) {
    self.first = first
    self.last = last
    self.steps = steps
    self.smoothing = smoothing
    self.divergence = divergence
  }

  public func validate() throws(HyperparameterError) {
    try HyperparameterError.require(
      first > 0 && last > first && last.isFinite && steps >= 3,
      "a range test from \(first) to \(last) in \(steps) steps finds nothing; "
        + "give rising positive rates and at least 3 steps")
    try HyperparameterError.require(
      smoothing >= 0 && smoothing < 1 && divergence > 1,
      "a range test with smoothing \(smoothing) and divergence \(divergence) has no meaning; "
        + "give a smoothing of 0 up to 1 and a divergence above 1")
  }

  /// The rate of the next step: `first · (last/first)^(i/(steps − 1))`; nil at the end.
  public var nextRate: Double? {
    guard !hasDiverged, rates.count < steps else { return nil }
    return first * pow(last / first, Double(rates.count) / Double(steps - 1))
  }

  /// Takes the loss of the step made with `nextRate`.
  public mutating func record(loss: Double) {
    guard let rate = nextRate else { return }
    average = smoothing * average + (1 - smoothing) * loss
    let smoothed = average / (1 - power(smoothing, rates.count + 1))
    if !smoothed.isFinite || smoothed > divergence * (losses.min() ?? .infinity) {
      hasDiverged = true
      return
    }
    rates.append(rate)
    losses.append(smoothed)
  }

  /// The rate at which the smoothed loss falls fastest with the logarithm of the rate; nil where it
  /// never falls or fewer than three steps were made.
  public var suggestion: Double? {
    guard losses.count >= 3 else { return nil }
    // Rates are evenly spaced in their logarithm, so differences of losses are slopes.
    let slopes = (1..<losses.count - 1).map { losses[$0 + 1] - losses[$0 - 1] }
    guard let steepest = slopes.indices.min(by: { slopes[$0] < slopes[$1] }),
      slopes[steepest] < 0
    else { return nil }
    return rates[steepest + 1]
  }
}
