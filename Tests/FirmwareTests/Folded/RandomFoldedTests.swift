import Foundation
import Testing
import WinnowNetworkIR
import WinnowTestSupport

@testable import WinnowFirmware

/// Random networks through the folded style; `WINNOW_RANDOM_FOLDED` raises their number.
@Suite struct RandomFoldedTests {
  /// Every integer is the interpreter's, the latency and the interval are those stated, and no token is lost,
  /// doubled or changed while it waits.
  @Test(
    .enabled(if: testSimulator != nil, "neither iverilog nor verilator is installed; nothing was simulated"))
  func networksAgree() async throws {
    let simulator = testSimulator!
    try await RandomComparison<RandomFoldedNetwork>("folded", variable: "WINNOW_RANDOM_FOLDED") {
      try await RandomFoldedNetwork.simulate($0, in: $1, with: simulator)
    }.expectAgreement(count: 70) { try RandomFoldedNetwork(seed: $0) }
  }

  /// A wrong bit in the first weight of a memory: the smallest network has one layer of few weights.
  @Test(
    .enabled(if: testSimulator != nil, "neither iverilog nor verilator is installed; nothing was simulated"))
  func aFaultIsShrunk() async throws {
    let simulator = testSimulator!
    let comparison = RandomComparison<RandomFoldedNetwork>(
      "faulty folded", variable: "WINNOW_RANDOM_FOLDED", attempts: simulator == .icarus ? 200 : 30
    ) {
      try await RandomFoldedNetwork.simulate($0, in: $1, with: simulator) { verilog in
        guard let word = verilog.firstMatch(of: /(weights_0\[0\] = \d+'h)([0-9a-f]+);/) else {
          return verilog
        }
        let digits = word.2.dropLast() + (word.2.last == "0" ? "1" : "0")
        return verilog.replacing(word.0, with: "\(word.1)\(digits);", maxReplacements: 1)
      }
    }
    let outcome = try await comparison.run(1..<9) { try RandomFoldedNetwork(seed: $0) }
    let failure = try #require(outcome.failures.first, "no network has a memory of weights")
    let weights = failure.shrunk.network.constants.values.flatMap(\.elements.doubles)
    #expect(failure.shrunk.network.nodes.count < failure.drawn.network.nodes.count)
    #expect(failure.shrunk.network.nodes.count <= 4, "\(failure)")
    #expect(weights.count { $0 != 0 } <= 3, "\(failure)")
    #expect(failure.shrunk.events < 20, "\(failure)")
  }

  /// Networks with several layers, tables and comparisons; every kind of reuse and of products.
  @Test func generatorReachesEverything() throws {
    var operators: Set<String> = []
    var reuses: Set<String> = []
    var products: Set<FoldedProducts> = []
    var intervals: Set<Int> = []
    var layers: Set<Int> = []
    for seed in UInt64(1)...70 {
      let random = try RandomFoldedNetwork(seed: seed)
      operators.formUnion(random.network.nodes.map(\.operation.name))
      let design = try random.design()
      reuses.insert("\(design.options.reuse)".prefix { $0 != "(" }.description)
      products.insert(design.options.products)
      intervals.insert(design.interval)
      layers.insert(design.layers.count)
    }
    #expect(
      operators.isSuperset(of: [
        "Dense", "Convolution", "Relu", "RealFunction", "SigmoidTable", "Arithmetic", "Comparison", "Pool",
      ]), "\(operators)")
    #expect(reuses == ["uniform", "layers", "interval", "budget"])
    #expect(products.count == FoldedProducts.allCases.count)
    #expect(intervals.count >= 15, "\(intervals)")
    #expect(layers.count >= 3, "\(layers)")
  }
}
