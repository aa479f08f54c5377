import Foundation

/// Half a cosine from `initial` down to `minimum`, then constant.
///
///     minimum + (initial − minimum) (1 + cos(π step/steps))/2
///
/// PyTorch's `CosineAnnealingLR` in closed form; Keras's `CosineDecay` with
/// `minimum = alpha · initial`.
///
/// - Reference: I. Loshchilov and F. Hutter, arXiv:1608.03983, equation 5.
public struct CosineSchedule: LearningRateSchedule {
  public var initial: Double
  public var minimum: Double
  public var steps: Int

  public init(initial: Double, minimum: Double = 0, steps: Int) {
    self.initial = initial
    self.minimum = minimum
    self.steps = steps
  }

  public func rate(at step: Int) -> Double {
    let part = Double(min(step, steps)) / Double(steps)
    return minimum + (initial - minimum) * 0.5 * (1 + cos(.pi * part))
  }

  public func validate() throws(HyperparameterError) {
    try checkRates(initial, minimum, of: "cosine")
    try checkSteps(steps, of: "cosine")
  }
}

/// Half cosines one after another, each period `periodFactor` times as long as the last and its
/// height above the minimum `heightFactor` times.
///
/// PyTorch's `CosineAnnealingWarmRestarts` (`heightFactor` 1); Keras's `CosineDecayRestarts` with
/// `minimum = alpha · initial`.
///
/// - Reference: I. Loshchilov and F. Hutter, arXiv:1608.03983, section 3.
public struct CosineRestartsSchedule: LearningRateSchedule {
  public var initial: Double
  public var minimum: Double
  public var firstPeriod: Int
  public var periodFactor: Double
  public var heightFactor: Double

  public init(
    initial: Double, minimum: Double = 0, firstPeriod: Int, periodFactor: Double = 2,
    heightFactor: Double = 1
  ) {
    self.initial = initial
    self.minimum = minimum
    self.firstPeriod = firstPeriod
    self.periodFactor = periodFactor
    self.heightFactor = heightFactor
  }

  public func rate(at step: Int) -> Double {
    var time = Double(step)
    var period = Double(firstPeriod)
    var height = initial - minimum
    if periodFactor == 1 {
      let restarts = step / firstPeriod
      time -= Double(restarts) * period
      height *= power(heightFactor, restarts)
    } else {
      while time >= period {
        time -= period
        period *= periodFactor
        height *= heightFactor
      }
    }
    return minimum + height * 0.5 * (1 + cos(.pi * time / period))
  }

  public func validate() throws(HyperparameterError) {
    try checkRates(initial, minimum, heightFactor, of: "cosine-restarts")
    try checkSteps(firstPeriod, of: "cosine-restarts")
    try HyperparameterError.require(
      periodFactor >= 1 && periodFactor.isFinite,
      "the cosine-restarts schedule has a period factor of \(periodFactor); give 1 or more")
  }
}
