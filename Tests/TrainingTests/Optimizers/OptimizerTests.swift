import Foundation
import Testing
import WinnowTensors
import WinnowTraining

@Suite struct OptimizerTests {
  static let optimizers: [AnyOptimizer] =
    OptimizerConvention.allCases.flatMap { convention in
      OptimizerKind.allCases.map { $0.optimizer(convention: convention) }
    } + [
      .sgd(SGD(convention: .pytorch, momentum: 0.9, isNesterov: true)),
      .adam(Adam(convention: .keras2020, isAMSGrad: true)),
      .rmsprop(RMSprop(convention: .keras3, momentum: 0.9, isCentered: true)),
    ]

  /// Parameters and gradients of some steps.
  private static func sample(_ count: Int, steps: Int) -> ([Float], [[Float]]) {
    var random = RandomStream(seed: 5, label: "optimiser tests")
    let parameters = (0..<count).map { _ in Float(random.gaussian()) }
    let gradients = (0..<steps).map { _ in (0..<count).map { _ in Float(random.gaussian()) } }
    return (parameters, gradients)
  }

  /// A part may begin and end anywhere, so vector loops have all kinds of remainders.
  @Test(arguments: optimizers)
  func anyDivisionGivesTheSameBits(_ choice: AnyOptimizer) {
    func run<O: Optimizer>(_ optimizer: O) {
      let count = 67
      let (start, gradients) = Self.sample(count, steps: 5)
      var whole = start
      var wholeState = optimizer.makeState(parameterCount: count, of: Float.self)
      for gradient in gradients {
        optimizer.update(&whole, gradients: gradient, state: &wholeState)
      }
      for cut in [1, 8, 33, 66] {
        var parted = start
        var state = optimizer.makeState(parameterCount: count, of: Float.self)
        for gradient in gradients {
          let step = optimizer.begin(&state)
          unsafe parted.withUnsafeMutableBufferPointer { p in
            unsafe gradient.withUnsafeBufferPointer { g in
              unsafe state.withUnsafeSlots { slots in
                for range in [cut..<count, 0..<cut] {
                  unsafe optimizer.update(
                    parameters: p.baseAddress!, gradients: g.baseAddress!, slots: slots,
                    range: range, step: step)
                }
              }
            }
          }
        }
        #expect(parted.map(\.bitPattern) == whole.map(\.bitPattern))
        #expect(state.values.map(\.bitPattern) == wholeState.values.map(\.bitPattern))
      }
    }
    run(choice.optimizer)
  }

  @Test(arguments: optimizers)
  func aSavedStateContinuesToTheSameBits(_ choice: AnyOptimizer) throws {
    let (start, gradients) = Self.sample(9, steps: 8)
    let coded = try JSONEncoder().encode(choice)
    let restored = try JSONDecoder().decode(AnyOptimizer.self, from: coded)
    #expect(restored == choice)

    func run<O: Optimizer>(_ optimizer: O) throws {
      var parameters = start
      var state = optimizer.makeState(parameterCount: 9, of: Float.self)
      for gradient in gradients[..<4] {
        optimizer.update(&parameters, gradients: gradient, state: &state)
      }
      var resumed = parameters
      var resumedState = try OptimizerState(
        step: state.step, momentumProduct: state.momentumProduct, parameterCount: 9,
        slotNames: state.slotNames, values: state.values)
      for gradient in gradients[4...] {
        optimizer.update(&parameters, gradients: gradient, state: &state)
        optimizer.update(&resumed, gradients: gradient, state: &resumedState)
      }
      #expect(parameters.map(\.bitPattern) == resumed.map(\.bitPattern))
      #expect(state == resumedState)
      #expect(parameters != start)
    }
    try run(restored.optimizer)
  }

  @Test func decayCanBeLeftOut() {
    let optimizer = AdamW(convention: .keras2020, weightDecay: 0.25)
    var state = optimizer.makeState(parameterCount: 2, of: Double.self)
    var parameters = [1.0, 1.0]
    let gradients = [0.0, 0.0]
    for _ in 0..<3 {
      let step = optimizer.begin(&state)
      unsafe parameters.withUnsafeMutableBufferPointer { p in
        unsafe gradients.withUnsafeBufferPointer { g in
          unsafe state.withUnsafeSlots { slots in
            unsafe optimizer.update(
              parameters: p.baseAddress!, gradients: g.baseAddress!, slots: slots, range: 0..<1,
              step: step)
            unsafe optimizer.update(
              parameters: p.baseAddress!, gradients: g.baseAddress!, slots: slots, range: 1..<2,
              step: step.withoutDecay)
          }
        }
      }
    }
    // Without a gradient only the decay acts: (3/4)³, exact in binary.
    #expect(parameters == [27.0 / 64, 1])
  }

  @Test func settingsWithoutMeaningAreRefused() {
    func message(_ body: () throws(HyperparameterError) -> Void) -> String? {
      do { try body() } catch { return error.message }
      return nil
    }
    #expect(
      message { () throws(HyperparameterError) in
        try Adam(convention: .pytorch, learningRate: .nan).validate()
      } == "adam cannot learn at a rate of nan; give one of 0 or more")
    #expect(
      message { () throws(HyperparameterError) in
        try Adam(convention: .pytorch, beta2: 1).validate()
      } == "adam has a beta2 of 1.0; give one from 0 up to but without 1")
    #expect(
      message { () throws(HyperparameterError) in
        try SGD(convention: .keras3, isNesterov: true).validate()
      } == "Nesterov's momentum needs a momentum above 0 and no dampening")
    #expect(
      message { () throws(HyperparameterError) in
        _ = try OptimizerState<Float>(
          step: 1, parameterCount: 3, slotNames: ["m", "v"], values: [1, 2, 3])
      }
        == "the saved optimiser state has 3 numbers, not 2 slots of 3, or a negative step 1; "
        + "use a checkpoint of this network")
    #expect(
      message { () throws(HyperparameterError) in try GradientClipping.norm(limit: 0).validate() }
        == "gradients cannot be clipped to 0.0; give a limit above 0")
  }
}
