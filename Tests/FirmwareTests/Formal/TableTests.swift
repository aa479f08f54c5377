import Foundation
import Testing
import WinnowFixedPoint
@testable import WinnowFirmware
import WinnowNetworkIR
import WinnowTensors

@Suite struct TableTests {
  static let functions: [RealFunction.Function] = [
    .tanh, .sigmoid, .exp, .squareRoot, .reciprocal, .gelu, .silu, .softplus, .sine, .cosine,
    .errorFunction, .softsign, .selu, .logarithm,
  ]

  /// One function of one number, rounded to a format.
  static func network(_ function: RealFunction.Function, _ input: String, _ output: String) -> Network {
    let isPositive = [.squareRoot, .reciprocal, .logarithm].contains(function)
    var nodes = [Node("q", Quantize(ProofNetworks.type(input)), "x")]
    if isPositive { nodes.append(Node("positive", Clip(low: 0.25, high: 100), "q")) }
    nodes += [
      Node("f", RealFunction(function), isPositive ? "positive" : "q"),
      Node("y", Quantize(ProofNetworks.type(output)), "f"),
    ]
    return Network(
      name: function.rawValue, inputs: [.init("x", TensorType([1], .float64))], nodes: nodes,
      outputs: ["y"])
  }

  /// Every function, every number: the gates give the table's entries.
  @Test(arguments: functions)
  func plansAreExact(_ function: RealFunction.Function) throws {
    for (input, output) in [
      ("fixed<8,3,RND,SAT>", "fixed<8,2,RND,SAT>"), ("fixed<10,4,RND,SAT>", "fixed<10,3,RND,SAT>"),
      ("ufixed<9,3,RND,SAT>", "fixed<12,4,RND_CONV,SAT>"),
      ("fixed<11,4,RND,SAT_SYM>", "ufixed<8,1,TRN,SAT>"),
    ] {
      let program = try FixedPointProgram(Self.network(function, input, output)).prunedToOutputs()
      let minimal = MinimalTables(program)
      #expect(minimal.costs.after <= minimal.costs.before)
      guard case .input = program.instructions[0] else { continue }
      for x in program.intervals[0].low...program.intervals[0].high {
        let wanted = program.evaluate([[x]])
        let values = minimal.logic.evaluate([[x]])
        #expect(
          minimal.logic.read(minimal.logic.outputs[0], from: values)
            == program.read(program.outputs[0], from: wanted))
        for (value, interval) in zip(values, minimal.logic.intervals) {
          #expect(value >= interval.low && value <= interval.high, "\(function) at \(x)")
        }
      }
      let proof = EqualityProof(minimal.logic.prunedToOutputs(), equals: program)
      let isComplete = proof.isComplete
      #expect(isComplete, "\(function): \(proof.refuted) \(proof.openOutputs)")
    }
  }

  /// Wide smooth functions get much smaller; a random table stays as it is.
  @Test func smoothFunctionsShrink() throws {
    let program = try FixedPointProgram(
      Self.network(.tanh, "fixed<12,4,RND,SAT>", "fixed<12,2,RND,SAT>")
    ).prunedToOutputs()
    let costs = MinimalTables(program).costs
    #expect(Double(costs.after) < 0.6 * Double(costs.before))
    var random = RandomStream(seed: 1, label: "table")
    let noise = TableFunction(first: 0, values: (0..<256).map { _ in random.integer(in: 0...255) })
    #expect(TableSearch().cheapest(noise).parts == [.whole(noise)])
  }

  /// Means over three, five and seven are lines: every number gives the table's entry, for less than its
  /// cost; a line that is bent at one place is none.
  @Test(arguments: [3, 5, 7]) func meansAreLines(_ count: Int) throws {
    let values = (-600..<2000).map { Int((Double($0) / Double(count)).rounded(.toNearestOrEven)) }
    let mean = TableFunction(first: -600, values: values)
    let (line, cost) = try #require(ScaledLine.exact(mean))
    #expect(cost < mean.cost, "\(cost) of \(mean.cost)")
    let plan = TableSearch().cheapest(mean)
    #expect(plan.cost <= cost, "\(plan.cost), \(cost)")
    for x in mean.first...mean.last { #expect(line(x) == mean[x]) }
    var bent = mean
    bent.values[1000] += 1
    #expect(ScaledLine.exact(bent) == nil)
  }

  /// The gates of a mean over three positive numbers, as pooling makes them, give every entry.
  @Test func linesAreWrittenAsGates() throws {
    let program = try FixedPointProgram(
      Network(
        name: "mean", inputs: [.init("x", TensorType([1, 1, 3, 1], .float64))],
        nodes: [
          Node("q", Quantize(ProofNetworks.type("ufixed<9,3,RND,SAT>")), "x"),
          Node("mean", Pool(.average, SlidingWindow(kernel: [3, 1], strides: [3, 1])), "q"),
          Node("y", Quantize(ProofNetworks.type("ufixed<9,3,RND,SAT>")), "mean"),
        ], outputs: ["y"])
    ).prunedToOutputs()
    let minimal = MinimalTables(program)
    #expect(minimal.costs.after < minimal.costs.before, "\(minimal.costs)")
    let logic = minimal.logic.prunedToOutputs()
    for sum in 0...3 * 511 {
      let event = [Int128(sum / 3), Int128((sum + 1) / 3), Int128((sum + 2) / 3)]
      let wanted = program.evaluate([event])
      #expect(
        logic.read(logic.outputs[0], from: logic.evaluate([event]))
          == program.read(program.outputs[0], from: wanted))
    }
  }

  /// A square is a table of half as many entries, and no multiplier block.
  @Test func squaresAreTables() throws {
    let type = ProofNetworks.type("fixed<8,4,RND,SAT>")
    let network = Network(
      name: "square", inputs: [.init("x", TensorType([1], .float64))],
      nodes: [Node("q", Quantize(type), "x"), Node("y", Arithmetic(.multiply), "q", "q")], outputs: ["y"])
    let program = try FixedPointProgram(network).prunedToOutputs()
    let minimal = MinimalTables(program).logic.prunedToOutputs()
    #expect(!minimal.instructions.contains { if case .multiply = $0 { true } else { false } })
    for x in -128...127 {
      let values = minimal.evaluate([[Int128(x)]])
      #expect(minimal.read(minimal.outputs[0], from: values) == [Int128(x * x)])
    }
    #expect(EqualityProof(minimal, equals: program).isComplete)
  }
}
