import Testing
import WinnowTraining

@Suite struct ScheduleTests {
  private func message(_ schedule: AnySchedule) -> String? {
    do { try schedule.validate() } catch { return error.message }
    return nil
  }

  @Test func settingsWithoutMeaningAreRefused() {
    #expect(
      message(.constant(ConstantSchedule(-1)))
        == "the constant schedule has a learning rate of -1.0; give one of 0 or more")
    #expect(
      message(.cosine(CosineSchedule(initial: 1, steps: 0)))
        == "the cosine schedule takes 0 steps; give at least 1")
    #expect(
      message(.piecewise(PiecewiseSchedule(boundaries: [3, 2], rates: [1, 2, 3])))
        == "the piecewise schedule has 3 rates for boundaries [3, 2]; "
        + "give rising boundaries and one rate more")
    #expect(
      message(.warmUp(WarmUp(.step(StepSchedule(initial: .nan, every: 1)), steps: 2)))
        == "the step schedule has a learning rate of nan; give one of 0 or more")
    #expect(
      message(.oneCycle(OneCycleSchedule(maximum: 1, steps: 3)))
        == "the one-cycle schedule of 3 steps rises for 0.3 of them; "
        + "give each phase more than a step")
  }

  @Test func valuesThatAreNoNumbersDoNotImprove() {
    let improvement = Improvement(.larger)
    #expect(!improvement.isBetter(.nan, than: nil))
    #expect(!improvement.isBetter(.nan, than: 1))
    #expect(improvement.isBetter(2, than: 1))
    #expect(!improvement.isBetter(1, than: 1))
  }

  /// The first epoch's weights are kept though its value is NaN, as Keras keeps them.
  @Test func firstWeightsAreKept() {
    var weights = BestWeights<Float>()
    let kept = [Double.nan, 5, 5].enumerated().map { epoch, value in
      weights.update(epoch: epoch, value: value, weights: [Float(epoch)])
    }
    #expect(kept == [true, true, false])
    #expect(weights.weights == [1])
  }

  /// Gradient descent on x²/2 from x = 1, restarted at each rate, falls to (1 − r)²/2: no better
  /// than at 0 from r = 2 on, best at r = 1, and steepest against ln r at r = 1/2, where
  /// d/d(ln r) (1 − r)² = −2 r (1 − r) is smallest.
  @Test func rangeTestFindsTheSteepestRate() throws {
    var finder = LearningRateFinder(first: 1e-3, last: 1e3, steps: 241, smoothing: 0)
    try finder.validate()
    var previous: Double?
    while let rate = finder.nextRate {
      // 240 equal ratios from 1e-3 to 1e3.
      if let previous { #expect(abs(rate / previous - 1.0592537251772889) < 1e-12) }
      previous = rate
      finder.record(loss: (1 - rate) * (1 - rate) / 2 + 0.1)
    }
    #expect(finder.hasDiverged)
    // 4 × 0.1 is passed where (1 − r)² = 0.6.
    #expect(finder.rates.last! < 1 + 0.6.squareRoot())
    #expect(finder.rates.last! * 1.06 > 1 + 0.6.squareRoot())
    // Within one ratio of rates.
    let suggestion = try #require(finder.suggestion)
    #expect(suggestion > 0.5 / 1.06 && suggestion < 0.5 * 1.06)
  }

  @Test func rangeTestOfAGrowingLossSuggestsNothing() {
    var finder = LearningRateFinder(steps: 10, smoothing: 0.5, divergence: 1e9)
    while let rate = finder.nextRate { finder.record(loss: rate) }
    #expect(finder.rates.count == 10)
    #expect(finder.suggestion == nil)
    finder = LearningRateFinder()
    finder.record(loss: .nan)
    #expect(finder.hasDiverged && finder.nextRate == nil && finder.suggestion == nil)
  }
}
