import Foundation

/// One rise and one long fall over the whole training (PyTorch's `OneCycleLR`).
///
/// From `maximum/divisor` up to `maximum` during `risingPart` of the steps, then down to
/// `maximum/(divisor · finalDivisor)`; with three phases first down to where it started, as steep
/// as it rose. Steps after the last keep its rate.
///
/// - Reference: L. N. Smith and N. Topin, Super-convergence, arXiv:1708.07120.
public struct OneCycleSchedule: LearningRateSchedule {
  public var maximum: Double
  public var steps: Int
  public var risingPart: Double
  public var divisor: Double
  public var finalDivisor: Double
  /// Whether the rates follow half cosines; else straight lines.
  public var isCosine: Bool
  public var hasThreePhases: Bool

  public init(
    maximum: Double, steps: Int, risingPart: Double = 0.3, divisor: Double = 25,
    finalDivisor: Double = 1e4, isCosine: Bool = true, hasThreePhases: Bool = false
  ) {
    self.maximum = maximum
    self.steps = steps
    self.risingPart = risingPart
    self.divisor = divisor
    self.finalDivisor = finalDivisor
    self.isCosine = isCosine
    self.hasThreePhases = hasThreePhases
  }

  public func rate(at step: Int) -> Double {
    let first = maximum / divisor
    let last = first / finalDivisor
    let end = Double(steps - 1)
    let peak = risingPart * Double(steps) - 1
    let time = min(Double(step), end)
    if time <= peak { return between(first, maximum, time / peak) }
    if hasThreePhases {
      let valley = 2 * risingPart * Double(steps) - 2
      if time <= valley { return between(maximum, first, (time - peak) / (valley - peak)) }
      return between(first, last, (time - valley) / (end - valley))
    }
    return between(maximum, last, (time - peak) / (end - peak))
  }

  private func between(_ start: Double, _ end: Double, _ part: Double) -> Double {
    if isCosine { return end + (start - end) / 2 * (1 + cos(.pi * part)) }
    return (end - start) * part + start
  }

  public func validate() throws(HyperparameterError) {
    try checkRates(maximum, divisor, finalDivisor, of: "one-cycle")
    let phases = hasThreePhases ? 2.0 : 1
    try HyperparameterError.require(
      divisor > 0 && finalDivisor > 0 && risingPart * Double(steps) > 1
        && phases * risingPart * Double(steps) < Double(steps),
      "the one-cycle schedule of \(steps) steps rises for \(risingPart) of them; "
        + "give each phase more than a step")
  }
}
