/// A learning rate as a function of time.
///
/// A schedule is a value without memory: the rate of a step depends on its number alone, so that a
/// resumed run needs nothing but its counter. Time counts from 0 in steps or epochs; whoever asks
/// says which. Rates that depend on losses are `ReduceOnPlateau`'s.
public protocol LearningRateSchedule: Sendable, Codable, Hashable {
  /// The learning rate of the step (or epoch) with this number, counted from 0.
  func rate(at step: Int) -> Double

  /// Refuses settings that have no meaning.
  func validate() throws(HyperparameterError)
}

/// One of the schedules, as a recipe or checkpoint holds it.
public indirect enum AnySchedule: LearningRateSchedule {
  case constant(ConstantSchedule)
  case step(StepSchedule)
  case multiStep(MultiStepSchedule)
  case piecewise(PiecewiseSchedule)
  case exponential(ExponentialSchedule)
  case inverseTime(InverseTimeSchedule)
  case polynomial(PolynomialSchedule)
  case cosine(CosineSchedule)
  case cosineRestarts(CosineRestartsSchedule)
  case cyclic(CyclicSchedule)
  case oneCycle(OneCycleSchedule)
  case warmUp(WarmUp<AnySchedule>)

  /// The schedule itself.
  public var schedule: any LearningRateSchedule {
    switch self {
    case .constant(let schedule): schedule
    case .step(let schedule): schedule
    case .multiStep(let schedule): schedule
    case .piecewise(let schedule): schedule
    case .exponential(let schedule): schedule
    case .inverseTime(let schedule): schedule
    case .polynomial(let schedule): schedule
    case .cosine(let schedule): schedule
    case .cosineRestarts(let schedule): schedule
    case .cyclic(let schedule): schedule
    case .oneCycle(let schedule): schedule
    case .warmUp(let schedule): schedule
    }
  }

  public func rate(at step: Int) -> Double { schedule.rate(at: step) }

  public func validate() throws(HyperparameterError) { try schedule.validate() }
}

/// Throws unless every rate is finite and none is negative.
func checkRates(_ rates: Double..., of schedule: String) throws(HyperparameterError) {
  for rate in rates {
    try HyperparameterError.require(
      rate.isFinite && rate >= 0,
      "the \(schedule) schedule has a learning rate of \(rate); give one of 0 or more")
  }
}

/// Throws unless the count of steps is positive.
func checkSteps(_ steps: Int, of schedule: String) throws(HyperparameterError) {
  try HyperparameterError.require(
    steps > 0, "the \(schedule) schedule takes \(steps) steps; give at least 1")
}
