import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct CalibrationTests {
  private static func type(_ width: FittedWidth, _ numbers: [Double]) throws -> FixedPointType {
    try width.type(low: numbers.min()!, high: numbers.max()!, sample: numbers)
  }

  @Test func aRangeIsCoveredByTheFinestTypeThatClipsNothing() throws {
    // Eight bits: 1.98 rounds to 127 steps of 1/64 (1.984), 1.995 would round to 128.
    #expect(try Self.type(FittedWidth(8), [-1, 1.98]).integer == 2)
    #expect(try Self.type(FittedWidth(8), [-1, 1.995]).integer == 3)
    #expect(try Self.type(FittedWidth(8), [-2, 1]).integer == 2)
    #expect(try Self.type(FittedWidth(8, overflow: .saturateSymmetrically), [-2, 1]).integer == 3)
    let positive = try Self.type(FittedWidth(8), [0, 3.9])
    #expect(!positive.isSigned && positive.integer == 2)
    #expect(try Self.type(FittedWidth(6), [0.001, 0.002]).integer == -8)
    #expect(try Self.type(FittedWidth(8), [0, 0]).integer == 0)
  }

  @Test func aPercentileCutsTheTail() throws {
    let numbers = (0..<1000).map { Double($0) / 1000 } + [100]
    #expect(try Self.type(FittedWidth(8), numbers).integer == 7)
    #expect(try Self.type(FittedWidth(8, range: .percentile(99)), numbers).integer == 0)
    // NumPy: percentile([1, 2, 3, 4], 40) = 2.2
    #expect(abs(percentile(40, of: [4, 3, 2, 1]) - 2.2) < 1e-12)
    #expect(throws: TrainingError.self) {
      try Self.type(FittedWidth(8, range: .percentile(0)), numbers)
    }
  }

  @Test func theSmallestSquaredErrorIsFoundAmongAllPoints() throws {
    var stream = RandomStream(seed: 2)
    let numbers = (0..<2000).map { _ in stream.gaussian() } + [9]
    for width in [3, 4, 6] {
      let chosen = try Self.type(FittedWidth(width, range: .squaredError), numbers)
      func error(_ integer: Int) -> Double {
        let type = FixedPointType(
          signed: true, width: width, integer: integer, rounding: .nearestToEven, overflow: .saturate)
        let unit = Double(sign: .plus, exponent: -type.fraction, significand: 1)
        return numbers.reduce(0) { sum, x in
          let rest = x - Double(type.convert(x)!) * unit
          return sum + rest * rest
        }
      }
      let best = (-8...8).min { error($0) < error($1) }!
      #expect(chosen.integer == best)
      #expect(best < 5, "nothing was clipped")
    }
  }

  @Test func batchesAndThreadsDoNotMatter() throws {
    let network = QuantizedNetworkTests.classifier()
    let rows = QuantizedNetworkTests.rows(6 * 300)
    let a = try Calibration(network, inputs: ["x": rows], batch: 300, sampled: 1000)
    let b = try Calibration(network, inputs: ["x": rows], batch: 77, sampled: 1000, team: ThreadTeam(2))
    for name in ["x", "relu1", "score"] {
      let (first, second) = (a.observations[name]!, b.observations[name]!)
      #expect(first.rows == 300 && second.rows == 300)
      #expect(first.low == second.low && first.high == second.high)
      #expect(first.sample == second.sample)
    }
    #expect(
      a.observations["x"]!.high[0] == rows.enumerated().filter { $0.offset % 6 == 0 }.map {
        Double($0.element)
      }.max()!)
    let few = try Calibration(network, inputs: ["x": rows], batch: 100, sampled: 20, seed: 7)
    #expect(few.observations["x"]!.sample.count == 20 * 6)
  }

  @Test func biasesMakeUpForTheMeanError() throws {
    // Truncated weights of four bits shift every mean by about half a step per term.
    func plan(_ biases: Precision) throws -> QuantizationPlan {
      QuantizationPlan(
        weights: .type(try FixedPointType(text: "fixed<5,2,TRN,SAT>")), biases: biases,
        activations: .bits(10), inputs: .bits(14), outputs: .bits(16))
    }
    for original in [QuantizedNetworkTests.classifier(), try QuantizedNetworkTests.image()] {
      let plan = try plan(.bits(16))
      let stride = original.inputs[0].type.shape.dropFirst().reduce(1) { $0 * $1.size! }
      let rows = ["x": QuantizedNetworkTests.rows(stride * 400)]
      let prepared = try original.prepared(for: plan)
      let calibration = try Calibration(prepared, inputs: rows)
      let quantized = try original.quantized(plan, calibration: calibration)
      let corrected = try quantized.correctingBiases(against: prepared, inputs: rows)
      let output = original.outputs[0]
      func means(_ network: Network) throws -> [Double] {
        let seen = try Calibration(network, inputs: rows).observations[output]!
        return seen.sum.map { $0 / Double(seen.rows) }
      }
      let wanted = try means(prepared)
      func error(_ network: Network) throws -> Double {
        zip(wanted, try means(network)).reduce(0) { $0 + abs($1.0 - $1.1) }
      }
      #expect(try error(corrected) < 0.1 * error(quantized))
      try QuantizedNetworkTests.expectEqualNumbers(
        corrected, Array(rows["x"]!.prefix(stride * 200)), single: false)
    }
  }
}
