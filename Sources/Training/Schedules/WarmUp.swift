/// A linear rise before another schedule, which then starts at its own step 0.
///
///     step < steps:  base(0) · (startFactor + (1 − startFactor) · step/steps)
///     after:         base(step − steps)
///
/// Keras's `CosineDecay(warmup_target:, warmup_steps:)`; PyTorch's `LinearLR` before another in
/// `SequentialLR`.
public struct WarmUp<Base: LearningRateSchedule>: LearningRateSchedule {
  public var base: Base
  public var steps: Int
  /// The part of the full rate at step 0.
  public var startFactor: Double

  public init(_ base: Base, steps: Int, startFactor: Double = 0) {
    self.base = base
    self.steps = steps
    self.startFactor = startFactor
  }

  public func rate(at step: Int) -> Double {
    if step >= steps { return base.rate(at: step - steps) }
    let full = base.rate(at: 0)
    let first = full * startFactor
    return first + (full - first) * (Double(step) / Double(steps))
  }

  public func validate() throws(HyperparameterError) {
    try base.validate()
    try HyperparameterError.require(
      steps >= 0 && startFactor >= 0 && startFactor.isFinite,
      "a warm-up of \(steps) steps from \(startFactor) of the rate has no meaning; "
        + "give 0 or more for both")
  }
}
