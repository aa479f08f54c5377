import Foundation
import Testing
import WinnowNetworkIR

@testable import WinnowFirmware

@Suite struct RandomStreamTests {
  /// Random networks, all in one simulator: every token equal to the interpreter's, at the stated
  /// latency and interval, and again while both sides stall at random.
  @Test func randomNetworks() async throws {
    let (first, count) = range()
    var benches: [DataflowSimulation.Bench] = []
    for seed in first..<first + count {
      let random = try RandomStreamNetwork(seed: seed)
      do {
        let design = try DataflowDesign(random.network, dataflow: random.options)
        let vectors = design.vectors(count: 5, seed: seed)
        benches.append(.init(design, vectors: vectors, expected: try design.expected(for: vectors)))
      } catch { Issue.record("seed \(seed): \(error)\n\(random.network.nodes.map { "\($0.name) \($0.operation) \($0.inputs)" }.joined(separator: "\n"))") }
    }
    print("built", benches.count)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dataflow-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (bench, outcome) in zip(benches, try await DataflowSimulation.run(benches, in: folder, with: .icarus)) {
      if !outcome.passed {
      Issue.record("\(bench.design.name): \(outcome.message)\n\(bench.design.dataflow) \(folder)\n\(bench.design.network.nodes.map { "\($0.name) \($0.operation) \($0.inputs)" }.joined(separator: "\n"))") }
      #expect(outcome.outputs == bench.expected.map { $0.map(Optional.some) }, "\(bench.design.name)")
    }
    print("SIMULATED random streams \(benches.count * 5) vectors")
  }

  private func range() -> (UInt64, UInt64) {
    let text = ProcessInfo.processInfo.environment["STREAM_SEEDS"]?.split(separator: ",").compactMap { UInt64($0) }
    return text.map { ($0[0], $0[1]) } ?? (1, 30)
  }
}
