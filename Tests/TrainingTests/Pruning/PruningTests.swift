import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct PruningTests {
  private static func network(_ weights: [Float], _ second: [Float] = [1, 2, 3, 4]) -> Network {
    Network(
      name: "dense", inputs: [.init("x", TensorType([.symbol("batch", bound: nil), 2], .float32))],
      constants: [
        "w": Tensor([2, weights.count / 2], .float32(weights)),
        "b": Tensor([weights.count / 2], .float32(Array(repeating: 0.01, count: weights.count / 2))),
        "v": Tensor([weights.count / 2, second.count * 2 / weights.count], .float32(second)),
      ],
      nodes: [
        Node("hidden", Dense(), "x", "w", "b"), Node("relu", Relu(), "hidden"),
        Node("y", Dense(), "relu", "v"),
      ], outputs: ["y"])
  }

  /// `0.8 + (0.1 − 0.8)(1 − p)³` at p = 0, 1/10, ½, 1: 0.1, 0.8 − 0.7·0.729, 0.8 − 0.7/8, 0.8; in
  /// single precision, each to a unit in the last place of numbers below 1 (6·10⁻⁸).
  @Test func theScheduleIsTheToolkits() throws {
    let schedule = PruningSchedule.polynomialDecay(
      initial: 0.1, final: 0.8, begin: 100, end: 200, frequency: 10)
    for (step, wanted) in [
      (0, 0.1), (100, 0.1), (110, 0.2897), (150, 0.7125), (200, 0.8), (999, 0.8),
    ] { #expect(abs(Double(schedule.sparsity(at: step)) - wanted) < 1.2e-7) }
    #expect((0...250).filter(schedule.isActive).map { $0 } == Array(stride(from: 100, through: 200, by: 10)))
    let endless = PruningSchedule.constant(sparsity: 0.5, begin: 7, frequency: 5)
    #expect([6, 7, 8, 12, 100_007].map(endless.isActive) == [false, true, false, true, true])
    let square = PruningSchedule.polynomialDecay(initial: 0, final: 0.5, begin: 0, end: 4, power: 1.5)
    // 0.5 (1 − ¾^1.5)
    #expect(abs(Double(square.sparsity(at: 1)) - 0.1752405) < 1e-6)
  }

  @Test func impossibleSchedulesAreRefused() {
    for schedule in [
      PruningSchedule.polynomialDecay(initial: 0, final: 1, begin: 0, end: 10),
      .polynomialDecay(initial: -0.1, final: 0.5, begin: 0, end: 10),
      .polynomialDecay(initial: 0, final: 0.5, begin: 20, end: 10),
      .constant(sparsity: 0.5, begin: 0, frequency: 0),
    ] { #expect(throws: TrainingError.self) { try schedule.validate() } }
  }

  @Test func theLargestMagnitudesStay() throws {
    // Of six weights, round(6 · 0.4) = 2 stay; −5 counts as 5. Ties with the last that stays stay too.
    let network = Self.network([0.1, -5, 3, 3, 0.2, -0.3], [1, 2, 3])
    let parameters = try Parameters<Double>(network)
    var masks = try PruningMasks(parameters.layout, excluding: ["v"])
    masks.choose(sparsity: 0.6, .tensor, parameters.values)
    let range = parameters.layout["w"]!.range
    #expect(Array(masks.values[range]) == [0, 1, 1, 1, 0, 0])
    #expect(masks.sparsity == 0.5)
    // Never none: 6 · 0.01 rounds to 0.
    masks.choose(sparsity: 0.99, .tensor, parameters.values)
    #expect(Array(masks.values[range]) == [0, 1, 0, 0, 0, 0])
    // 2.5 weights round to the even 2.
    let five = try Parameters<Double>(Self.network([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 1, 1, 1, 1]))
    var halves = try PruningMasks(five.layout, excluding: ["w"])
    five.values.part(five.layout["v"]!.range).copy(from: [1, 2, 3, 4, 5])
    halves.choose(sparsity: 0.5, .tensor, five.values)
    #expect(Array(halves.values[five.layout["v"]!.range]) == [0, 0, 0, 1, 1])
    #expect(throws: TrainingError.self) { try PruningMasks(five.layout, excluding: ["*"]) }
  }

  @Test func theNetworkScopeComparesLayers() throws {
    let pruned = try Self.network([1, 1, 1, 1], [9, 9, 0.1, 0.1]).magnitudePruned(sparsity: 0.75)
    #expect(pruned.constants["w"]!.elements.doubles == [0, 0, 0, 0])
    #expect(pruned.constants["v"]!.elements.doubles == [9, 9, 0, 0])
    #expect(pruned.constants["b"]!.elements.doubles == [Double(Float(0.01)), Double(Float(0.01))])
  }

  @Test func masksHoldThroughTraining() throws {
    let parameters = try Parameters<Float>(Self.network([4, 3, 2, 1]))
    let pruning = try MagnitudePruning(
      .polynomialDecay(initial: 0.25, final: 0.5, begin: 0, end: 10, frequency: 10), excluding: ["v"])
    try pruning.begin(parameters: parameters)
    let range = parameters.layout["w"]!.range
    var w: [Float] { parameters.values.part(range).array }
    #expect(w == [4, 3, 2, 0])
    let storage = Storage()
    let gradient = storage.allocate(parameters.layout.count, of: Float.self)
    for step in 0..<12 {
      gradient.fill(1)
      pruning.willUpdate(step: step, gradient: gradient, parameters.values)
      #expect(gradient.part(range).array.last == 0)
      for place in 0..<gradient.count { parameters.values[place] += 0.25 * (gradient[place] + 1) }
      pruning.didUpdate(step: step, parameters.values)
      #expect(w.last == 0)
      #expect((w[2] == 0) == (step >= 9), "step \(step)")
    }
    #expect(pruning.sparsity == 0.5)
    let resumed = try MagnitudePruning(pruning.schedule, excluding: ["v"])
    try resumed.begin(parameters: parameters)
    resumed.snapshot = pruning.snapshot
    #expect(resumed.masks == pruning.masks)
  }

  @Test func roundsKeepEqualSharesAndRewind() throws {
    let pruning = try IterativePruning(sparsity: 0.875, rounds: 3)
    for (round, wanted) in [(0, 0.5), (1, 0.75), (2, 0.875)] {
      #expect(abs(Double(pruning.sparsity(round: round)) - wanted) < 1e-6)
    }
    let early = Self.network([1, 1, 1, 1], [1, 1, 1, 1])
    let trained = Self.network([5, 1, 6, 2], [3, 7, 8, 4])
    let (start, masks) = try pruning.begin(0, trained: trained, rewind: early)
    #expect(start.constants["w"]!.elements.doubles == [1, 0, 1, 0])
    #expect(start.constants["v"]!.elements.doubles == [0, 1, 1, 0])
    let parameters = try Parameters<Float>(start)
    parameters.values.fill(2)
    FixedMasks(masks).didUpdate(step: 0, parameters.values)
    #expect(parameters.values.part(parameters.layout["w"]!.range).array == [2, 0, 2, 0])
    #expect(throws: TrainingError.self) { try IterativePruning(sparsity: 1, rounds: 3) }
  }

  @Test func aCostIsReachedWithFewZeros() throws {
    let original = QuantizedNetworkTests.classifier()
    func type(_ text: String) throws -> Precision { .type(try FixedPointType(text: text)) }
    let plan = QuantizationPlan(
      weights: try type("fixed<8,2,RND_CONV,SAT_SYM>"), biases: try type("fixed<10,4,RND_CONV,SAT>"),
      activations: try type("ufixed<8,4,RND,SAT>"), inputs: try type("fixed<10,6,TRN,SAT>"),
      outputs: try type("fixed<14,7,RND_CONV,SAT>"))
    let network = try original.quantized(plan)
    let estimate = BitOperationEstimate()
    let whole = try estimate.cost(of: network)
    let result = try network.pruned(toCost: whole / 2, by: estimate)
    #expect(result.cost <= whole / 2 && result.cost > 0.4 * whole)
    #expect(try estimate.cost(of: result.network) == result.cost)
    #expect(try network.pruned(toCost: whole, by: estimate).sparsity == 0)
    #expect(throws: TrainingError.self) { try network.pruned(toCost: 1, by: estimate, most: 0.5) }
  }
}
