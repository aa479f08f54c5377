import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// Folded designs in simulation under random stalls, beside the interpreter.
@Suite struct FoldedDesignTests {
  static func design(
    _ network: Network, _ reuse: FoldedReuse, clock: Double = 200,
    products: FoldedProducts = .cheapest
  ) throws -> FoldedDesign {
    try FoldedDesign(
      network,
      options: FoldedOptions(FirmwareOptions(clock: clock), reuse: reuse, products: products))
  }

  /// The interpreter's results for each output port.
  static func expected(_ design: FoldedDesign, _ vectors: TestVectors) throws -> [[Int64]] {
    let interpreter = try Interpreter(design.network.bindingBatch())
    var results: [[Int64]] = design.program.outputs.map { _ in [] }
    for event in 0..<vectors.count {
      var inputs: [String: Tensor] = [:]
      for (index, port) in design.program.inputs.enumerated() {
        inputs[port.name] = Tensor(
          port.shape,
          .fixed(vectors.event(event, port: index).map { Int128($0) }, fraction: port.fraction))
      }
      for (index, tensor) in try interpreter.run(inputs).enumerated() {
        let (values, fraction) = try #require(tensor.mantissas)
        results[index] += values.map { Int64($0 << (design.program.outputs[index].fraction - fraction)) }
      }
    }
    return results
  }

  /// Networks of one to three layers, dense and pruned, with and without a branch past a layer, at
  /// three clocks: each with reuse factors of its own.
  static func designs() throws -> [FoldedDesign] {
    var designs: [FoldedDesign] = []
    var seed: UInt64 = 0
    while designs.count < 24 {
      seed += 1
      var random = RandomStream(seed: seed, label: "folded designs")
      let depth = random.integer(in: 1...3)
      var sizes = (0...depth).map { _ in random.integer(in: 2...8) }
      let hasBranch = seed % 3 == 0
      if hasBranch { sizes = sizes.map { _ in sizes[0] } }
      let network = RandomDense(
        sizes, seed: seed, density: [1, 0.6, 0.3][Int(seed % 3)], last: seed % 4 != 0,
        branch: hasBranch, name: "folded_\(seed)"
      ).network
      let reuse: FoldedReuse =
        switch seed % 4 {
        case 0: .interval(random.integer(in: 2...30))
        case 1: .layers(["dense1": random.integer(in: 1...4)], others: random.integer(in: 1...60))
        default: .uniform(random.integer(in: 1...60))
        }
      // A rounding that leaves nothing, or a layer too small for its factor, is another test's matter.
      guard
        let design = try? design(
          network, reuse, clock: [200, 320, 120][Int(seed % 3)],
          products: FoldedProducts.allCases[Int(seed / 2 % 3)])
      else { continue }
      designs.append(design)
    }
    return designs
  }

  static let plain = FixedPointType(
    signed: false, width: 8, integer: 8, rounding: .nearest, overflow: .saturate)

  /// One layer of 5 × 3 with every reuse factor there is.
  static func everyReuse() throws -> [FoldedDesign] {
    try (1...15).map { reuse in
      let network = RandomDense(
        [5, 3], seed: 7, plain: plain, name: "reuse_\(reuse)"
      ).network
      return try design(network, .uniform(reuse), products: reuse % 2 == 0 ? .blocks : .logic)
    }
  }

  @Test func intervalsAreTheReuseFactors() throws {
    for (index, design) in try Self.everyReuse().enumerated() {
      #expect(design.interval == index + 1)
      // What hls4ml calls the reuse factor: a multiplier serves that many products.
      if index > 0 {
        let multipliers = FoldedReport(design).layers.map(\.multipliers).reduce(0, +)
        #expect(multipliers >= (15 + index) / (index + 1), "\(design.name)")
        #expect(multipliers <= 15)
      }
    }
  }

  /// Verilator simulates all in one build; every integer is the interpreter's, the latency and the
  /// interval are those stated, and no token is lost, doubled or changed while it waits.
  @Test(.enabled(if: isToolInstalled("verilator"), "verilator is not installed; nothing was simulated"))
  func simulatedUnderStalls() async throws {
    let designs = try Self.designs() + Self.everyReuse()
    #expect(designs.count >= 39)
    var benches: [StreamSimulation.Bench] = []
    for design in designs {
      let vectors = TestVectors(for: design.program, count: 40, seed: 11)
      let expected = try Self.expected(design, vectors)
      #expect(expected == design.program.results(vectors), "\(design.name)")
      benches.append(design.bench(vectors, expected: expected))
    }
    // A wrong weight must show: the same design with one bit of a memory flipped.
    var faulty = benches[benches.count - 1]
    faulty.name = "faulty"
    faulty.verilog = faulty.verilog.replacing(designs[designs.count - 1].name, with: "faulty")
    let word = try #require(faulty.verilog.firstMatch(of: /(weights_0\[1\] = \d+'h)([0-9a-f])/))
    faulty.verilog = faulty.verilog.replacing(
      word.0, with: "\(word.1)\(word.2 == "1" ? "0" : "1")", maxReplacements: 1)
    try await withScratchFolder { folder in
      let outcomes = try await StreamSimulation.run(benches + [faulty], in: folder)
      for (bench, outcome) in zip(benches, outcomes) {
        #expect(outcome.passed, "\(outcome.message)")
        #expect(outcome.results.map { $0.drop { $0 == "0" } } == bench.expected.map { $0.drop { $0 == "0" } })
      }
      #expect(!outcomes[benches.count].passed)
    }
    print("SIMULATED folded \(benches.count * 40) vectors")
  }

  /// A whole design through the call that `winnow verify` makes.
  @Test(.enabled(if: isToolInstalled("verilator"), "verilator is not installed; nothing was simulated"))
  func verifiedAsAWhole() async throws {
    let design = try Self.design(RandomDense([4, 3, 2], seed: 3, name: "whole").network, .interval(6))
    let vectors = TestVectors(for: design.program, count: 30, seed: 2)
    let expected = try Self.expected(design, vectors)
    try await withScratchFolder { folder in
      let outcome = try await design.simulate(vectors, expected: expected, in: folder)
      #expect(outcome.passed, "\(outcome.message)")
      #expect(outcome.outputs == expected.map { $0.map(Optional.some) })
    }
    print("SIMULATED whole 30 vectors")
  }
}

private func isToolInstalled(_ name: String) -> Bool {
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
}

private func withScratchFolder(_ body: (String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("winnow-folded-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  do {
    try await body(folder)
    try? FileManager.default.removeItem(atPath: folder)
  } catch {
    try? FileManager.default.removeItem(atPath: folder)
    throw error
  }
}
