import Foundation
import Testing
import Winnow
import WinnowTestSupport

/// Random networks through every execution: equal integers on every vector.
///
/// `WINNOW_RANDOM_NETWORKS` raises the number of networks, `WINNOW_RANDOM_SEED` moves the first seed.
@Suite struct RandomNetworkTests {
  /// In CI.
  static let count = 180

  @Test func generatorIsDeterministic() {
    for seed: UInt64 in 1...20 {
      #expect(RandomNetwork(seed: seed).network == RandomNetwork(seed: seed).network)
    }
    #expect(RandomNetwork(seed: 1).network != RandomNetwork(seed: 2).network)
  }

  /// Every operator with an exact form, every mode, one and many stages.
  @Test func generatorReachesEverything() throws {
    var operators: Set<String> = []
    var modes: Set<String> = []
    var stages: Set<Int> = []
    var constants = 0
    for seed in 1...UInt64(150) {
      let random = RandomNetwork(seed: seed)
      for node in random.network.nodes {
        operators.insert(node.operation.name)
        guard let quantize = node.operation as? Quantize else { continue }
        for type in quantize.types { modes.insert("\(type.rounding.rawValue) \(type.overflow.rawValue)") }
      }
      let design = try random.design()
      stages.insert(design.pipeline.stageCount)
      constants +=
        design.program.intervals.indices.allSatisfy { design.program.intervals[$0].isConstant } ? 1 : 0
    }
    let missing = Set(OperatorRegistry.all.map { $0.name }).subtracting(operators)
    let withoutExactForm: Set = [
      "BatchNormalization", "GroupNormalization", "LayerNormalization", "LearnedQuantize",
      "LearnedStepQuantize", "LogSoftmax", "SegmentSoftmax", "Softmax",
    ]
    // NetworkIRTests draws random graphs of these and lowers them; FirmwareTests sorts.
    let elsewhere: Set = [
      "ArgMax", "ConvolutionTranspose", "Dropout", "Elu", "Gather", "MatrixProduct", "Scatter",
      "SegmentReduce", "Sort", "TopK", "Upsample", "Where",
    ]
    #expect(missing == withoutExactForm.union(elsewhere))
    #expect(modes.count == RoundingMode.allCases.count * OverflowMode.allCases.count)
    #expect(stages.isSuperset(of: 1...6))
    #expect(constants < 15)
  }

  /// Interpreter, program, engine on every instruction set, netlist; outputs and every node.
  @Test func executionsAgreeInProcess() async throws {
    try await comparison("in process", attempts: 400) { cases, _ in
      RandomNetwork.compareInProcess(cases)
    }.expectAgreement(count: Self.count) { RandomNetwork(seed: $0) }
  }

  @Test(.enabled(if: isInstalled("g++"), "g++ is not installed; the C++ emulators were not run"))
  func emulatorsAgree() async throws {
    try await comparison("C++ emulator", attempts: 40) { try await RandomNetwork.emulate($0, in: $1) }
      .expectAgreement(count: Self.count) { RandomNetwork(seed: $0) }
  }

  /// Verilator lints all; the tests' simulator, at best one that builds at once, runs them.
  @Test(
    .tags(.simulator),
    .enabled(
      if: testSimulator != nil, "neither iverilog nor verilator is installed; the Verilog was not simulated"))
  func verilogAgrees() async throws {
    let simulator = testSimulator!
    let lints = simulator != .verilator && isInstalled("verilator")
    try await comparison("Verilog in \(simulator)", attempts: simulator == .icarus ? 300 : 40) {
      cases, folder in
      try await RandomNetwork.simulate(cases) { benches in
        let outcomes = try await Simulation.run(benches, in: folder, with: simulator)
        if lints {
          let names = benches.map(\.design.name)
          try await VerilogLint.run(names.map { "\($0).v" }, tops: names, in: folder)
        }
        return outcomes
      }
    }.expectAgreement(count: Self.count) { RandomNetwork(seed: $0) }
  }

  /// A quarter of the networks in Verilator too, which knows two states where Icarus knows four.
  @Test(
    .tags(.simulator),
    .enabled(
      if: testSimulator != .verilator && isInstalled("verilator"),
      "verilator is not installed, or runs all networks anyway"))
  func verilatorAgrees() async throws {
    try await comparison("Verilog in Verilator", attempts: 40) { cases, folder in
      try await RandomNetwork.simulate(cases) { try await Simulation.run($0, in: folder) }
    }.expectAgreement(count: Self.count, share: 4) { RandomNetwork(seed: $0) }
  }

  private func comparison(
    _ name: String, attempts: Int, _ execution: @escaping RandomComparison<RandomNetwork>.Execution
  ) -> RandomComparison<RandomNetwork> {
    RandomComparison(name, variable: "WINNOW_RANDOM_NETWORKS", attempts: attempts, execution: execution)
  }
}
