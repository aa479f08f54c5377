import Foundation
import Testing
import WinnowNetworkIR

@testable import WinnowFirmware

@Suite struct RandomStreamTests {
  /// Random networks, all in one simulator: every token equal to the interpreter's, at the stated
  /// latency and interval, and again while both sides stall at random. `STREAM_SEEDS=first,count`
  /// replays others.
  @Test(.enabled(if: StreamSimulators.isInstalled, StreamSimulators.missing))
  func randomNetworks() async throws {
    let range =
      ProcessInfo.processInfo.environment["STREAM_SEEDS"]?.split(separator: ",")
      .compactMap { UInt64($0) } ?? []
    let (first, count) = range.count == 2 ? (range[0], range[1]) : (1, 32)
    var benches: [DataflowSimulation.Bench] = []
    for seed in first..<first + count {
      let random = try RandomStreamNetwork(seed: seed)
      do {
        let options = FirmwareOptions()
        let kernels: any KernelMaker =
          random.options.folds ? AlwaysFolded(options: options) : ParallelKernels(options)
        let design = try DataflowDesign(
          random.network, options: options, dataflow: random.options, kernels: kernels)
        benches.append(try StreamSimulators.bench(design, events: 4, seed: seed))
      } catch let error as NetworkError where error.message.contains("nothing but padding") {
        // Such a window is a constant; a network may have one by chance.
      }
    }
    #expect(UInt64(benches.count) >= count * 9 / 10)
    try await StreamSimulators.check(benches, "random streams")
  }

  /// The same network gives the same bytes.
  @Test func compilingAgainGivesTheSameBytes() throws {
    for seed in UInt64(1)...6 {
      let random = try RandomStreamNetwork(seed: seed)
      let first = try DataflowDesign(random.network, dataflow: random.options)
      let second = try DataflowDesign(random.network, dataflow: random.options)
      #expect(first.verilog == second.verilog)
    }
  }
}
