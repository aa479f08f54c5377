import Foundation
import Testing
import WinnowTraining

/// Every schedule against the rates of PyTorch and Keras.
@Suite struct ScheduleGoldenTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let framework: String
    let name: String
    let schedule: AnySchedule

    init(_ framework: String, _ name: String, _ schedule: AnySchedule) {
      self.framework = framework
      self.name = name
      self.schedule = schedule
    }

    var testDescription: String { "\(name) of \(framework)" }
  }

  static func cyclic(_ shape: CyclicSchedule.Shape) -> AnySchedule {
    .cyclic(CyclicSchedule(minimum: 0.01, maximum: 0.25, halfPeriod: 7, shape: shape))
  }

  static let cases: [Case] = [
    Case("pytorch", "step", .step(StepSchedule(initial: 0.3, factor: 0.4, every: 9))),
    Case(
      "pytorch", "multi_step",
      .multiStep(MultiStepSchedule(initial: 0.3, factor: 0.5, milestones: [4, 20, 21, 50]))),
    Case("pytorch", "exponential", .exponential(ExponentialSchedule(initial: 0.3, decay: 0.93))),
    Case("pytorch", "cosine", .cosine(CosineSchedule(initial: 0.3, minimum: 0.02, steps: 59))),
    Case(
      "pytorch", "restarts",
      .cosineRestarts(CosineRestartsSchedule(initial: 0.3, minimum: 0.02, firstPeriod: 8))),
    Case(
      "pytorch", "restarts_equal",
      .cosineRestarts(CosineRestartsSchedule(initial: 0.3, firstPeriod: 13, periodFactor: 1))),
    Case("pytorch", "triangular", cyclic(.triangular)),
    Case("pytorch", "halving", cyclic(.halving)),
    Case("pytorch", "exponential_cycle", cyclic(.exponential(gamma: 0.97))),
    Case("pytorch", "one_cycle", .oneCycle(OneCycleSchedule(maximum: 0.6, steps: 61))),
    Case(
      "pytorch", "one_cycle_linear",
      .oneCycle(
        OneCycleSchedule(
          maximum: 0.6, steps: 61, risingPart: 0.4, divisor: 10, finalDivisor: 100,
          isCosine: false, hasThreePhases: true))),
    Case(
      "pytorch", "warm_up",
      .warmUp(
        WarmUp(
          .step(StepSchedule(initial: 0.3, factor: 0.4, every: 9)), steps: 12, startFactor: 0.1))),
    Case(
      "keras3", "exponential",
      .exponential(ExponentialSchedule(initial: 0.3, decay: 0.7, steps: 11))),
    Case(
      "keras3", "exponential_stairs",
      .exponential(ExponentialSchedule(initial: 0.3, decay: 0.7, steps: 11, inStairs: true))),
    Case(
      "keras3", "inverse_time",
      .inverseTime(InverseTimeSchedule(initial: 0.3, decay: 0.7, steps: 11))),
    Case(
      "keras3", "inverse_time_stairs",
      .inverseTime(InverseTimeSchedule(initial: 0.3, decay: 0.7, steps: 11, inStairs: true))),
    Case(
      "keras3", "polynomial",
      .polynomial(PolynomialSchedule(initial: 0.3, final: 0.02, steps: 40, power: 1.5))),
    Case(
      "keras3", "polynomial_cycle",
      .polynomial(
        PolynomialSchedule(initial: 0.3, final: 0.02, steps: 13, power: 2, cycles: true))),
    Case(
      "keras3", "piecewise",
      .piecewise(PiecewiseSchedule(boundaries: [10, 33], rates: [0.5, 0.25, 0.125]))),
    Case("keras3", "cosine", .cosine(CosineSchedule(initial: 0.3, minimum: 0.03, steps: 45))),
    Case(
      "keras3", "cosine_warm_up",
      .warmUp(
        WarmUp(
          .cosine(CosineSchedule(initial: 0.3, minimum: 0.03, steps: 45)), steps: 10,
          startFactor: 0.1))),
    Case(
      "keras3", "restarts",
      .cosineRestarts(
        CosineRestartsSchedule(
          initial: 0.3, minimum: 0.03, firstPeriod: 8, periodFactor: 2, heightFactor: 0.8))),
  ]

  /// PyTorch multiplies rates step by step: 60 steps of some four roundings, relative to the
  /// largest rate.
  @Test(arguments: cases)
  func agreesWithItsFramework(_ test: Case) throws {
    let file = try GoldenArrays("Schedules/schedules-\(test.framework).npz")
    let expected = try file.doubles(test.name)
    try test.schedule.validate()
    let coded = try JSONEncoder().encode(test.schedule)
    let schedule = try JSONDecoder().decode(AnySchedule.self, from: coded)
    #expect(schedule == test.schedule)
    let bound = 240 * Double.ulpOfOne * expected.max()!
    for (step, rate) in expected.enumerated() {
      #expect(abs(schedule.rate(at: step) - rate) <= bound, "step \(step)")
    }
  }

  /// The same products and comparisons, so the same bits.
  @Test func plateauAgreesWithKeras() throws {
    let file = try GoldenArrays("Schedules/schedules-keras3.npz")
    let losses = try file.doubles("losses")
    let cases = [
      (
        "plateau",
        ReduceOnPlateau(
          initial: 0.3, factor: 0.5, patience: 3, improvement: Improvement(minimumChange: 0.01),
          cooldown: 2, minimumRate: 0.001)
      ),
      (
        "plateau_short",
        ReduceOnPlateau(
          initial: 0.3, factor: 0.7, patience: 1, improvement: Improvement(), minimumRate: 0.1)
      ),
    ]
    for (name, plateau) in cases {
      var plateau = plateau
      try plateau.validate()
      let expected = try file.doubles(name)
      for (epoch, loss) in losses.enumerated() {
        let before = plateau.rate
        let isLowered = plateau.update(loss)
        #expect(isLowered == (plateau.rate != before))
        #expect(plateau.rate == expected[epoch], "\(name), epoch \(epoch)")
        // A checkpoint in every epoch changes nothing.
        let coded = try JSONEncoder().encode(plateau)
        plateau = try JSONDecoder().decode(ReduceOnPlateau.self, from: coded)
      }
    }
  }

  @Test(arguments: [
    ("stopping", EarlyStopping(patience: 4)),
    ("stopping_change", EarlyStopping(patience: 3, improvement: Improvement(minimumChange: 0.03))),
    ("stopping_baseline", EarlyStopping(patience: 6, baseline: 0.2)),
    ("stopping_late", EarlyStopping(patience: 2, firstEpoch: 25)),
  ])
  func stoppingAgreesWithKeras(name: String, stopping: EarlyStopping) throws {
    let file = try GoldenArrays("Schedules/schedules-keras3.npz")
    let expected = try file.doubles(name).map { Int($0) }
    var stopping = stopping
    var weights = BestWeights<Double>()
    for (epoch, loss) in try file.doubles("losses").enumerated() {
      let verdict = stopping.update(epoch: epoch, value: loss)
      if verdict.isBest { weights.update(epoch: epoch, value: loss, weights: [loss]) }
      stopping = try JSONDecoder().decode(
        EarlyStopping.self, from: try JSONEncoder().encode(stopping))
      if verdict.stops { break }
    }
    #expect(stopping.stoppedEpoch == expected[0])
    #expect(stopping.bestEpoch == expected[1])
    #expect(weights.epoch == expected[1])
    #expect(weights.weights == [stopping.best!])
  }
}
