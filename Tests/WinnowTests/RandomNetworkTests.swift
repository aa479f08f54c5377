import Foundation
import Testing
import Winnow
import WinnowTestSupport

/// Random networks through every execution: equal integers on every vector.
///
/// `WINNOW_RANDOM_NETWORKS` raises the number of networks, `WINNOW_RANDOM_SEED` moves the first seed.
@Suite struct RandomNetworkTests {
  static let seeds: Range<UInt64> = {
    let first = UInt64(environmentNumber("WINNOW_RANDOM_SEED") ?? 1)
    return first..<first + UInt64(environmentNumber("WINNOW_RANDOM_NETWORKS") ?? 132)
  }()

  static let events = 200

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
    let clock = ContinuousClock()
    let start = clock.now
    var integers = 0
    for seed in Self.seeds {
      let random = RandomNetwork(seed: seed)
      do {
        integers += try ComparedNetwork(random.design(), events: Self.events, seed: seed).compareInProcess()
      } catch { await report(random, error) { try $0.compareInProcess() } }
    }
    print("\(Self.seeds.count) random networks in process: \(integers) integers in \(clock.now - start)")
  }

  @Test(.enabled(if: isInstalled("g++"), "g++ is not installed; the C++ emulators were not run"))
  func emulatorsAgree() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let networks = try compared()
    let found = try await withTemporaryFolder { try EmulatorBatch(networks).run(in: $0) }
    var integers = 0
    for (network, outputs) in zip(networks, found) {
      do { integers += try network.check("C++ emulator", outputs.map { $0.map(Optional.some) }) } catch {
        await report(random(of: network), error, attempts: 40) { network in
          try await withTemporaryFolder { folder in
            let found = try EmulatorBatch([network]).run(in: folder)[0]
            try network.check("C++ emulator", found.map { $0.map(Optional.some) })
          }
        }
      }
    }
    print("\(networks.count) C++ emulators: \(integers) integers in \(clock.now - start)")
  }

  @Test(
    .tags(.simulator),
    .enabled(if: isInstalled("verilator"), "verilator is not installed; the Verilog was not simulated"))
  func verilogAgrees() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let networks = try compared()
    // Groups of one Verilator build each, two at a time.
    let groups = stride(from: 0, to: networks.count, by: 44).map {
      Array(networks[$0..<min($0 + 44, networks.count)])
    }
    let integers = try await withThrowingTaskGroup(of: Int.self) { tasks in
      var total = 0
      for (index, group) in groups.enumerated() {
        if index >= 2 { total += try await tasks.next() ?? 0 }
        tasks.addTask { try await simulate(group) }
      }
      for try await integers in tasks { total += integers }
      return total
    }
    print("\(networks.count) Verilog modules: \(integers) integers in \(clock.now - start)")
  }

  private func simulate(_ networks: [ComparedNetwork]) async throws -> Int {
    let outcomes = try await withTemporaryFolder { folder in
      try await Simulation.run(networks.map(bench), in: folder)
    }
    var integers = 0
    for (network, outcome) in zip(networks, outcomes) {
      do { integers += try checked(network, outcome) } catch {
        await report(random(of: network), error, attempts: 40) { network in
          try await withTemporaryFolder { folder in
            _ = try checked(network, try await Simulation.run([bench(network)], in: folder)[0])
          }
        }
      }
    }
    return integers
  }

  private func bench(_ network: ComparedNetwork) -> Simulation.Bench {
    Simulation.Bench(network.design, vectors: network.vectors, expected: network.expected)
  }

  private func checked(_ network: ComparedNetwork, _ outcome: Simulation.Outcome) throws -> Int {
    let integers = try network.check("Verilog", outcome.outputs)
    if !outcome.passed { throw NetworkError("the testbench says: \(outcome.message)") }
    return integers
  }

  private func compared() throws -> [ComparedNetwork] {
    try Self.seeds.map { seed in
      try ComparedNetwork(RandomNetwork(seed: seed).design(), events: Self.events, seed: seed)
    }
  }

  private func random(of network: ComparedNetwork) -> RandomNetwork {
    RandomNetwork(seed: UInt64(network.design.network.name.dropFirst("random_".count))!)
  }

  /// Records a failure with the seed and the smallest network that still fails.
  private func report(
    _ random: RandomNetwork, _ error: any Error, attempts: Int = 400,
    _ comparison: @escaping (ComparedNetwork) async throws -> Void
  ) async {
    func failure(of network: Network) async -> (any Error)? {
      do {
        let design = try RandomNetwork.design(network, clock: random.clock, part: random.part)
        try await comparison(ComparedNetwork(design, events: Self.events, seed: random.seed))
        return nil
      } catch { return error }
    }
    // Only the same kind of failure counts, not an error that shrinking made.
    func isAlike(_ other: (any Error)?) -> Bool {
      other.map { ($0 is Disagreement) == (error is Disagreement) } ?? false
    }
    let shrunk = await random.network.shrunk(attempts: attempts) { isAlike(await failure(of: $0)) }
    let last = await failure(of: shrunk) ?? error
    Issue.record("seed \(random.seed): \(error)\nshrunk: \(last)\n\(shrunk.readableText)")
  }
}
