import WinnowEngine
public import WinnowFirmware
import WinnowFixedPoint
import WinnowNetworkIR

/// Proves that interpreter, integer engine, C++ emulator and simulated Verilog of a folded or dataflow
/// design give equal integers, the Verilog under random stalls on both sides.
public struct StreamVerification: Sendable {
  let compiled: CompiledFirmware
  /// The Verilog that is simulated; the design's own unless a file on disk is checked.
  let verilog: String
  /// The emulator's folder.
  let emulator: String

  public init(_ compiled: CompiledFirmware, verilog: String, emulator: String) {
    self.compiled = compiled
    self.verilog = verilog
    self.emulator = emulator
  }

  /// Runs all executions on the events.
  ///
  /// - Parameters:
  ///   - folder: an existing folder for simulator and emulator builds.
  ///   - progress: called with a short line as each execution starts.
  public func run(
    _ vectors: TestVectors, in folder: String, progress: (String) -> Void = { _ in }
  ) async throws -> Verification.Result {
    let clock = ContinuousClock()
    progress("interpreter: \(vectors.count) events")
    let program = try compiled.program()
    let expected = try await reference(program, vectors)
    var comparisons: [Verification.Comparison] = []
    func compare<Value: Equatable>(
      _ execution: String, _ found: [[Value]], _ wanted: [[Value]], since start: ContinuousClock.Instant,
      _ number: (Value) -> Int64?
    ) {
      var result = Verification.Comparison(execution: execution, integers: 0, mismatches: 0, seconds: 0)
      for port in wanted.indices {
        result.integers += wanted[port].count
        let size = wanted[port].count / max(vectors.count, 1)
        for place in wanted[port].indices where found[port][place] != wanted[port][place] {
          result.mismatches += 1
          let event = place / size
          if event < result.firstMismatch?.event ?? .max {
            result.firstMismatch = Verification.Mismatch(
              node: compiled.network.outputs[port], element: place % size, event: event, cycle: nil,
              inputs: vectors.inputs.indices.flatMap { vectors.event(event, port: $0) },
              expected: number(wanted[port][place]) ?? 0, found: number(found[port][place]))
          }
        }
      }
      result.seconds = (clock.now - start) / .seconds(1)
      comparisons.append(result)
    }
    if let program {
      progress("integer engine")
      var start = clock.now
      let engine = try IntegerEngine(program).run(vectors.inputs, events: vectors.count)
      compare("integer engine", engine, expected, since: start) { $0 }
      progress("C++ emulator")
      start = clock.now
      let emulated = try await program.runEmulator(
        emulator, name: compiled.name, vectors: vectors, in: folder)
      compare("C++ emulator", emulated.single, expected, since: start) { $0 }
      start = clock.now
      compare("C++ emulator, in batches", emulated.batch, expected, since: start) { $0 }
    }
    progress("Verilog: building the simulator")
    let start = clock.now
    let outcome = try await simulate(vectors, expected, in: folder)
    compare(
      "Verilog (Verilator)", outcome.outputs, expected.map { $0.map(Optional.some) }, since: start
    ) { $0 }
    return Verification.Result(
      network: compiled.network.name, vectors: vectors.count, comparisons: comparisons,
      testbench: outcome.message)
  }

  private func reference(_ program: FixedPointProgram?, _ vectors: TestVectors) async throws -> [[Int64]] {
    if case .dataflow(let design) = compiled, program == nil { return try design.expected(for: vectors) }
    guard let program else { preconditionFailure("only a dataflow can be without a program") }
    let replay = try InterpreterReplay(compiled.network, program)
    return try await replay.run(vectors, tracing: false, tasks: 2).outputs
  }

  private func simulate(
    _ vectors: TestVectors, _ expected: [[Int64]], in folder: String
  ) async throws -> Simulation.Outcome {
    switch compiled {
    case .folded(let design):
      return try await design.simulate(vectors, expected: expected, verilog: verilog, in: folder)
    case .dataflow(let design):
      let bench = DataflowSimulation.Bench(
        design, verilog: verilog, vectors: vectors, expected: expected)
      return try await DataflowSimulation.run([bench], in: folder)[0]
    case .parallel(let design):
      let bench = Simulation.Bench(design, verilog: verilog, vectors: vectors, expected: expected)
      return try await Simulation.run([bench], in: folder)[0]
    }
  }
}
