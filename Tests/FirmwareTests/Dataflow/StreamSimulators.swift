import Foundation
import Testing
import WinnowTestSupport

@testable import WinnowFirmware

/// Simulates benches with the tests' simulator.
enum StreamSimulators {
  static var installed: VerilogSimulator? { testSimulator }
  static var isInstalled: Bool { installed != nil }
  static let missing: Comment = "neither iverilog nor verilator is installed; nothing was simulated"

  static func bench(
    _ design: DataflowDesign, verilog: String? = nil, events: Int, seed: UInt64 = 1
  ) throws -> DataflowSimulation.Bench {
    let vectors = design.vectors(count: events, seed: seed)
    return .init(
      design, verilog: verilog, vectors: vectors, expected: try design.expected(for: vectors))
  }

  /// What the testbenches said, in a folder that is gone afterwards.
  static func run(
    _ benches: [DataflowSimulation.Bench], with simulator: VerilogSimulator? = nil
  ) async throws -> [Simulation.Outcome] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("winnow-dataflow-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await DataflowSimulation.run(
      benches, in: folder, with: simulator ?? installed ?? .verilator)
  }

  /// Every token equal to the interpreter's, the stated latency and interval, and the words that the
  /// testbench read.
  static func check(_ benches: [DataflowSimulation.Bench], _ name: String) async throws {
    for (bench, outcome) in zip(benches, try await run(benches)) {
      #expect(outcome.passed, "\(outcome.message)")
      #expect(outcome.outputs == bench.expected.map { $0.map(Optional.some) }, "\(bench.design.name)")
    }
    print("SIMULATED \(name) \(benches.reduce(0) { $0 + $1.vectors.count }) vectors")
  }
}
