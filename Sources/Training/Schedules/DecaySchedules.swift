import Foundation

/// `initial · rate^(step/steps)`, in stairs where asked (Keras's `ExponentialDecay`; PyTorch's
/// `ExponentialLR` with `steps` 1).
public struct ExponentialSchedule: LearningRateSchedule {
  public var initial: Double
  public var decay: Double
  /// The steps after which the rate is `decay` times the first.
  public var steps: Int
  /// Whether the rate changes only every `steps`.
  public var inStairs: Bool

  public init(initial: Double, decay: Double, steps: Int = 1, inStairs: Bool = false) {
    self.initial = initial
    self.decay = decay
    self.steps = steps
    self.inStairs = inStairs
  }

  public func rate(at step: Int) -> Double {
    let exponent = Double(step) / Double(steps)
    return initial * pow(decay, inStairs ? exponent.rounded(.down) : exponent)
  }

  public func validate() throws(HyperparameterError) {
    try checkRates(initial, decay, of: "exponential")
    try checkSteps(steps, of: "exponential")
  }
}

/// `initial / (1 + decay · step/steps)` (Keras's `InverseTimeDecay`; with `steps` 1 what the
/// argument `decay` of Keras's optimisers did until 2022).
public struct InverseTimeSchedule: LearningRateSchedule {
  public var initial: Double
  public var decay: Double
  public var steps: Int
  /// Whether the rate changes only every `steps`.
  public var inStairs: Bool

  public init(initial: Double, decay: Double, steps: Int = 1, inStairs: Bool = false) {
    self.initial = initial
    self.decay = decay
    self.steps = steps
    self.inStairs = inStairs
  }

  public func rate(at step: Int) -> Double {
    let time = Double(step) / Double(steps)
    return initial / (1 + decay * (inStairs ? time.rounded(.down) : time))
  }

  public func validate() throws(HyperparameterError) {
    try checkRates(initial, decay, of: "inverse-time")
    try checkSteps(steps, of: "inverse-time")
  }
}

/// From `initial` to `final` as `(1 − step/steps)^power`, then constant, or over again with longer
/// and longer periods where `cycles` (Keras's `PolynomialDecay`).
public struct PolynomialSchedule: LearningRateSchedule {
  public var initial: Double
  public var final: Double
  public var steps: Int
  public var power: Double
  public var cycles: Bool

  public init(
    initial: Double, final: Double = 0.0001, steps: Int, power: Double = 1, cycles: Bool = false
  ) {
    self.initial = initial
    self.final = final
    self.steps = steps
    self.power = power
    self.cycles = cycles
  }

  public func rate(at step: Int) -> Double {
    let periods = cycles ? max(1, (step + steps - 1) / steps) : 1
    let length = Double(steps * periods)
    let part = cycles ? Double(step) / length : min(Double(step), length) / length
    return (initial - final) * pow(1 - part, power) + final
  }

  public func validate() throws(HyperparameterError) {
    try checkRates(initial, final, power, of: "polynomial")
    try checkSteps(steps, of: "polynomial")
  }
}
