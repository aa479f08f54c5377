import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTestSupport

@testable import WinnowFirmware

/// Random networks of images through the dataflow style; `WINNOW_RANDOM_DATAFLOW` raises their number.
@Suite struct RandomDataflowTests {
  /// Every token equal to the interpreter's, at the stated latency and interval, and again while both sides
  /// stall at random.
  @Test(.enabled(if: StreamSimulators.isInstalled, StreamSimulators.missing))
  func networksAgree() async throws {
    let simulator = StreamSimulators.installed!
    try await RandomComparison<RandomDataflowNetwork>(
      "dataflow", variable: "WINNOW_RANDOM_DATAFLOW"
    ) { try await RandomDataflowNetwork.simulate($0, in: $1, with: simulator) }
    .expectAgreement(count: 60) { RandomDataflowNetwork(seed: $0) }
  }

  /// A buffer that drops a token while its reader waits: the smallest network has that buffer.
  @Test(.enabled(if: StreamSimulators.isInstalled, StreamSimulators.missing))
  func aFaultIsShrunk() async throws {
    let simulator = StreamSimulators.installed!
    let comparison = RandomComparison<RandomDataflowNetwork>(
      "faulty dataflow", variable: "WINNOW_RANDOM_DATAFLOW", attempts: simulator == .icarus ? 200 : 30
    ) {
      try await RandomDataflowNetwork.simulate($0, in: $1, with: simulator) {
        $0.replacingOccurrences(of: "wire removed = ~empty & out_ready;", with: "wire removed = ~empty;")
      }
    }
    let outcome = try await comparison.run(1..<5) { RandomDataflowNetwork(seed: $0) }
    let failure = try #require(outcome.failures.first, "no network has a buffer")
    #expect(failure.shrunk.network.nodes.count < failure.drawn.network.nodes.count)
    #expect(failure.shrunk.network.nodes.count <= 4, "\(failure)")
    #expect(failure.shrunk.events == 1 && failure.shrunk.plainer.isEmpty, "\(failure)")
  }

  /// The same network gives the same bytes.
  @Test func compilingAgainGivesTheSameBytes() throws {
    for seed in UInt64(1)...6 {
      let random = RandomDataflowNetwork(seed: seed)
      #expect(random.network == RandomDataflowNetwork(seed: seed).network)
      #expect(try random.design().verilog == random.design().verilog)
    }
  }

  /// Both layouts, windows of every kind, merges, formats with every mode, folded and parallel kernels.
  @Test func generatorReachesEverything() throws {
    var operators: Set<String> = []
    var modes: Set<String> = []
    var intervals: Set<Int> = []
    var layouts: Set<DataLayout> = []
    var folded = 0
    for seed in UInt64(1)...60 {
      let random = RandomDataflowNetwork(seed: seed)
      for node in random.network.nodes {
        operators.insert(node.operation.name)
        if let convolution = node.operation as? Convolution { layouts.insert(convolution.layout) }
        for type in (node.operation as? Quantize)?.types ?? [] {
          modes.insert("\(type.rounding) \(type.overflow)")
        }
      }
      let design = try random.design()
      intervals.insert(design.interval)
      folded += design.graph.processes.contains { $0.kernel.interval > 1 } ? 1 : 0
    }
    #expect(
      operators.isSuperset(of: [
        "Convolution", "Pool", "Upsample", "Concatenate", "Arithmetic", "Reduce", "Dense", "Pad", "Slice",
        "Relu", "LeakyRelu", "Clip", "RealFunction", "SigmoidTable", "Quantize",
      ]), "\(operators)")
    #expect(modes.count >= 25, "\(modes.count)")
    #expect(intervals.count >= 15 && intervals.contains(1), "\(intervals)")
    #expect(layouts.count == 2)
    #expect(folded >= 5, "\(folded)")
  }
}
