import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct CostPruningTests {
  private static func network() throws -> Network {
    func type(_ text: String) throws -> Precision { .type(try FixedPointType(text: text)) }
    return try QuantizedNetworkTests.classifier().quantized(
      QuantizationPlan(
        weights: try type("fixed<8,2,RND_CONV,SAT_SYM>"), biases: try type("fixed<10,4,RND_CONV,SAT>"),
        activations: try type("ufixed<8,4,RND,SAT>"), inputs: try type("fixed<10,6,TRN,SAT>"),
        outputs: try type("fixed<14,7,RND_CONV,SAT>")))
  }

  /// The cost falls to the target on the schedule; no epoch after it ends above, whatever the weights do.
  @Test func theCostFallsToTheTargetAndStaysThere() throws {
    let network = try Self.network()
    let estimate = BitOperationEstimate()
    let whole = try estimate.cost(of: network)
    let target = whole / 2
    let parameters = try Parameters<Float>(network)
    func cost() throws -> Double { try estimate.cost(of: parameters.written(into: network)) }
    func pruning() throws -> CostPruning {
      try CostPruning(
        network, toCost: target, by: estimate, tolerance: 0.05,
        schedule: .init(begin: 2, end: 12, choices: 3, stepsPerEpoch: 5))
    }
    let modifier = try pruning()
    try modifier.begin(parameters: parameters)
    let gradient = Storage().keepingBuffer(parameters.layout.count, of: Float.self)
    var stream = RandomStream(seed: 12, label: "weights")
    var resumed: CostPruning?
    for step in 0..<30 {
      gradient.buffer.fill(1)
      modifier.willUpdate(step: step, gradient: gradient.buffer, parameters.values)
      if let resumed {
        // From its snapshot another goes on alike: same masks from the same weights.
        #expect(resumed.masks == modifier.masks)
      }
      // What is pruned gets no gradient; the rest grows, so that the cost would rise.
      for place in 0..<gradient.buffer.count where gradient.buffer[place] != 0 {
        parameters.values[place] *= Float(1 + 0.1 * stream.uniform())
      }
      let before = parameters.values.array
      try modifier.didUpdate(step: step, parameters.values)
      if let resumed {
        let other = try Parameters<Float>(network)
        other.values.copy(from: before)
        try resumed.didUpdate(step: step, other.values)
        #expect(other.values.array == parameters.values.array)
      }
      if step == 8 {
        let copy = try pruning()
        try copy.begin(parameters: Parameters<Float>(network))
        copy.snapshot = modifier.snapshot
        resumed = copy
      }
      if step == 0 { #expect(modifier.sparsity == 0) }
      if step == 1 { #expect(modifier.cost == whole || modifier.cost! <= whole * 1.2) }
      // Half-way ⅛ of the way is left: (1 − ½)³.
      if step == 6 { #expect(try cost() <= target + (whole * 1.2 - target) / 8) }
      if step == 11 { #expect(try cost() <= target && cost() > 0.85 * target) }
      if step >= 14, (step + 1) % 5 == 0 { #expect(try cost() <= target, "step \(step)") }
    }
    #expect(modifier.sparsity > 0.2)
    let impossible = try CostPruning(
      network, toCost: 1, by: estimate, schedule: .init(begin: 0, end: 0, stepsPerEpoch: 5),
      excluding: ["*1*", "w2*"])
    #expect(throws: TrainingError.self) { try impossible.begin(parameters: parameters) }
    #expect(throws: TrainingError.self) {
      try CostPruning(network, toCost: 0, by: estimate, schedule: .init(begin: 0, end: 0, stepsPerEpoch: 5))
    }
  }

  /// Masks of a network with a frozen part are of the plan's parameters.
  @Test func roundsKnowWhatIsFrozen() throws {
    let network = try Self.network()
    let pruning = try IterativePruning(sparsity: 0.5, rounds: 1)
    let frozen: Set<String> = ["score"]
    let (start, masks) = try pruning.begin(0, trained: network, rewind: network, frozen: frozen)
    let parameters = try Parameters<Float>(start, frozen: frozen)
    try FixedMasks(masks).begin(parameters: parameters)
    #expect(masks.values.count == parameters.layout.count)
    #expect(start.constants["w3"] == network.constants["w3"])
  }
}
