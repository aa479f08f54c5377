/// The same rate always.
public struct ConstantSchedule: LearningRateSchedule {
  public var rate: Double

  public init(_ rate: Double) { self.rate = rate }

  public func rate(at step: Int) -> Double { rate }

  public func validate() throws(HyperparameterError) { try checkRates(rate, of: "constant") }
}

/// Multiplied by a factor every so many steps: `initial · factor^⌊step/every⌋`; PyTorch's `StepLR`.
public struct StepSchedule: LearningRateSchedule {
  public var initial: Double
  public var factor: Double
  public var every: Int

  public init(initial: Double, factor: Double = 0.1, every: Int) {
    self.initial = initial
    self.factor = factor
    self.every = every
  }

  public func rate(at step: Int) -> Double { initial * power(factor, step / every) }

  public func validate() throws(HyperparameterError) {
    try checkRates(initial, factor, of: "step")
    try checkSteps(every, of: "step")
  }
}

/// Multiplied by a factor at each milestone (PyTorch's `MultiStepLR`).
public struct MultiStepSchedule: LearningRateSchedule {
  public var initial: Double
  public var factor: Double
  /// The first step of each new rate, rising.
  public var milestones: [Int]

  public init(initial: Double, factor: Double = 0.1, milestones: [Int]) {
    self.initial = initial
    self.factor = factor
    self.milestones = milestones
  }

  public func rate(at step: Int) -> Double {
    initial * power(factor, milestones.count { $0 <= step })
  }

  public func validate() throws(HyperparameterError) {
    try checkRates(initial, factor, of: "multi-step")
    try HyperparameterError.require(
      zip(milestones, milestones.dropFirst()).allSatisfy { $0 < $1 },
      "the multi-step schedule's milestones \(milestones) do not rise; sort them")
  }
}

/// A rate for each interval; `rates[i]` holds up to and with step `boundaries[i]`, the last rate
/// after them all (Keras's `PiecewiseConstantDecay`).
public struct PiecewiseSchedule: LearningRateSchedule {
  public var boundaries: [Int]
  public var rates: [Double]

  public init(boundaries: [Int], rates: [Double]) {
    self.boundaries = boundaries
    self.rates = rates
  }

  public func rate(at step: Int) -> Double { rates[boundaries.count { $0 < step }] }

  public func validate() throws(HyperparameterError) {
    for rate in rates { try checkRates(rate, of: "piecewise") }
    try HyperparameterError.require(
      rates.count == boundaries.count + 1
        && zip(boundaries, boundaries.dropFirst()).allSatisfy { $0 < $1 },
      "the piecewise schedule has \(rates.count) rates for boundaries \(boundaries); "
        + "give rising boundaries and one rate more")
  }
}
