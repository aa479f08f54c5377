import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct LearnedStepTests {
  /// Eq. 3 of arXiv:1902.08153, element by element.
  @Test func gradientsAreThePapers() throws {
    var stream = RandomStream(seed: 6)
    for (signed, width) in [(true, 4), (false, 3), (true, 2)] {
      for steps in [[0.21], [0.4, 0.09, 0.013]] {
        let operation = LearnedStepQuantize(isSigned: signed, width: width)
        let network = Network(
          name: "steps", inputs: [.init("x", TensorType([.symbol("N", bound: nil), 3], .float64))],
          constants: ["s": Tensor([steps.count], .float64(steps))],
          nodes: [Node("y", operation, "x", "s")], outputs: ["y"])
        let x = (0..<60).map { _ in stream.gaussian() }
        let dy = (0..<60).map { _ in stream.gaussian() }
        let (low, high) = operation.bounds
        var wanted = Array(repeating: 0.0, count: steps.count)
        var passed: [Double] = []
        for place in x.indices {
          let group = steps.count == 1 ? 0 : place % 3
          let scaled = x[place] / steps[group]
          let slope = scaled <= low ? low : scaled >= high ? high : scaled.rounded() - scaled
          wanted[group] += dy[place] * slope
          passed.append(scaled <= low || scaled >= high ? 0 : dy[place])
        }
        let elements = steps.count == 1 ? 3.0 : 1.0
        wanted = wanted.map { $0 / (elements * high).squareRoot() }
        for shards in [1, 3] {
          let plan = try TrainingPlan<Double>(
            network, sizes: ["N": 20], seeds: ["y"], gradients: ["x"], options: PlanOptions(shards: shards))
          plan.input("x")!.values.copy(from: x)
          plan.forward()
          plan.seed("y")!.copy(from: dy)
          plan.backward()
          // For x drawn at random nothing lies on a half or on an end.
          #expect(plan.value("x")!.gradient!.array == passed)
          for (value, reference) in zip(plan.gradient.array, wanted) {
            // Twenty terms of at most 8, in another order.
            #expect(abs(value - reference) < 1e-12)
          }
        }
      }
    }
  }

  @Test func stepsBecomePowersOfTwo() throws {
    let operation = LearnedStepQuantize(isSigned: true, width: 6)
    for (step, fraction) in [(0.25, 2), (0.35, 2), (0.36, 1), (1.41, 0), (1.42, -1), (3, -2)] {
      let type = operation.type(step: step)
      #expect(type.fraction == fraction && type.width == 6, "\(step)")
    }
  }

  @Test func aQuantisedNetworkStartsFromItsSteps() throws {
    let plan = QuantizationPlan(
      activations: .type(try FixedPointType(text: "ufixed<8,4,RND_CONV,SAT>")),
      inputs: .type(try FixedPointType(text: "fixed<10,6,TRN,SAT>")),
      outputs: .type(try FixedPointType(text: "fixed<14,7,RND_CONV,SAT>")))
    let quantized = try QuantizedNetworkTests.classifier().quantized(plan)
    let learned = try quantized.withLearnedSteps()
    let layout = try ParameterLayout(learned)
    #expect(layout.entries.count { $0.isStep } == 7)
    #expect(try learned.exactness().precision == .neither)
    let fixed = try learned.fixingWidths()
    let rows = QuantizedNetworkTests.rows(6 * 300)
    func run(_ network: Network) throws -> [Double] {
      let plan = try TrainingPlan<Double>(network, sizes: ["batch": 300], training: false)
      plan.input("x")!.values.copy(from: rows.map { Double($0) })
      plan.forward()
      return plan.value("score")!.values.array
    }
    // Symmetric weights that never reach −2^(W−1) are the same without symmetry.
    #expect(try run(learned) == run(fixed))
    try QuantizedNetworkTests.expectEqualNumbers(fixed, rows, single: false)
  }
}
