import WinnowEngine
public import WinnowFirmware
import WinnowNetworkIR

/// Proves that interpreter, integer engine, C++ emulator and simulated Verilog give equal integers.
public struct Verification: Sendable {
  public let design: Design
  /// The Verilog that is simulated; the design's own unless a file on disk is checked.
  public var verilog: String
  /// The emulator's folder.
  public var emulator: String

  public init(_ design: Design, verilog: String, emulator: String) {
    self.design = design
    self.verilog = verilog
    self.emulator = emulator
  }

  /// One execution beside the interpreter.
  public struct Comparison: Sendable, Codable {
    public var execution: String
    /// Integers compared, outputs and node values.
    public var integers: Int
    public var mismatches: Int
    public var seconds: Double
    public var firstMismatch: Mismatch?
  }

  public struct Mismatch: Sendable, Codable {
    /// The node and the element in it.
    public var node: String
    public var element: Int
    public var event: Int
    /// Clock edge at which the value leaves the testbench's device; Verilog only.
    public var cycle: Int?
    public var inputs: [Int64]
    public var expected: Int64
    /// `nil` where a simulator gave no number.
    public var found: Int64?
  }

  public struct Result: Sendable, Codable {
    public var network: String
    public var vectors: Int
    public var comparisons: [Comparison]
    /// The testbench's own verdict and the latency that it measured against.
    public var testbench: String
    public var integers: Int { comparisons.map(\.integers).reduce(0, +) }
    public var mismatches: Int { comparisons.map(\.mismatches).reduce(0, +) }
    public var isProved: Bool { mismatches == 0 && testbench.contains("PASS") }
  }

  /// Runs all executions on the events.
  ///
  /// - Parameters:
  ///   - expected: outputs that came with the events, for each output port; the interpreter is
  ///     compared with them.
  ///   - folder: an existing folder for simulator and emulator builds.
  ///   - progress: called with a short line as each execution starts.
  public func run(
    _ vectors: TestVectors, expected: [[Int64]?] = [], in folder: String,
    progress: (String) -> Void = { _ in }
  ) async throws -> Result {
    let clock = ContinuousClock()
    progress("interpreter: \(vectors.count) events")
    var start = clock.now
    let replay = try InterpreterReplay(design)
    let reference = try await replay.run(vectors, tracing: true, tasks: 2)
    var comparisons: [Comparison] = []
    let known = expected.indices.filter { expected[$0] != nil }
    if !known.isEmpty {
      comparisons.append(
        compare(
          "expected outputs of the file", known.map { expected[$0]! },
          known.map { reference.outputs[$0] }, known.map { design.program.outputs[$0] }, vectors,
          since: start, clock))
    }

    progress("integer engine")
    start = clock.now
    let engine = try IntegerEngine(design.program)
    let engineOutputs = try engine.run(vectors.inputs, events: vectors.count)
    comparisons.append(
      compare(
        "integer engine", engineOutputs, reference.outputs, design.program.outputs, vectors,
        since: start, clock))

    start = clock.now
    var nodes = replay.traced
    nodes.promoteTraces()
    let nodeEngine = try IntegerEngine(nodes)
    let nodeValues = try nodeEngine.run(vectors.inputs, events: vectors.count)
    comparisons.append(
      compare(
        "integer engine, every node", nodeValues, reference.traces, nodes.outputs, vectors,
        since: start, clock))

    progress("C++ emulator")
    start = clock.now
    let emulated = try await design.runEmulator(emulator, vectors: vectors, in: folder)
    for (execution, outputs) in [
      ("C++ emulator", emulated.single), ("C++ emulator, in batches", emulated.batch),
    ] {
      comparisons.append(
        compare(
          execution, outputs, reference.outputs, design.program.outputs, vectors, since: start, clock))
      start = clock.now
    }

    progress("Verilog: building the simulator")
    start = clock.now
    let bench = Simulation.Bench(
      design, verilog: verilog, vectors: vectors, expected: reference.outputs)
    let outcome = try await Simulation.run([bench], in: folder)[0]
    var verilog = compare(
      "Verilog (Verilator)", outcome.outputs, reference.outputs.map { $0.map(Optional.some) },
      design.program.outputs, vectors, since: start, clock)
    if let first = verilog.firstMismatch {
      progress("locating the first differing node")
      verilog.firstMismatch = try await locate(first, vectors, replay, in: folder)
    }
    comparisons.append(verilog)
    return Result(
      network: design.network.name, vectors: vectors.count, comparisons: comparisons,
      testbench: outcome.message)
  }

  private func compare<Value: Equatable & Sendable>(
    _ execution: String, _ found: [[Value]], _ expected: [[Value]],
    _ ports: [FixedPointProgram.OutputPort], _ vectors: TestVectors,
    since start: ContinuousClock.Instant, _ clock: ContinuousClock
  ) -> Comparison {
    var result = Comparison(execution: execution, integers: 0, mismatches: 0, seconds: 0)
    for (index, port) in ports.enumerated() {
      let count = port.values.count
      result.integers += expected[index].count
      guard found[index] != expected[index] else { continue }
      for place in expected[index].indices where found[index][place] != expected[index][place] {
        result.mismatches += 1
        let event = place / count
        if result.firstMismatch == nil || event < result.firstMismatch!.event {
          result.firstMismatch = Mismatch(
            node: port.name, element: place % count, event: event, cycle: nil,
            inputs: design.program.inputs.indices.flatMap { vectors.event(event, port: $0) },
            expected: expected[index][place] as? Int64 ?? 0, found: found[index][place] as? Int64)
        }
      }
    }
    result.seconds = (clock.now - start) / .seconds(1)
    return result
  }

  /// Brings every node's values out of the Verilog and finds the first that differs.
  private func locate(
    _ mismatch: Mismatch, _ vectors: TestVectors, _ replay: InterpreterReplay, in folder: String
  ) async throws -> Mismatch {
    let single = TestVectors(
      inputs: vectors.inputs.indices.map { Array(vectors.event(mismatch.event, port: $0)) }, count: 1)
    let answers = try replay.run(single, tracing: true)
    guard
      let found = try? await Simulation.probe(
        design, verilog: verilog, vectors: single, in: folder)
    else { return mismatch }
    for (index, port) in replay.traced.traces.enumerated() {
      guard let values = found[port.name] else { continue }
      for (element, value) in values.enumerated() where value.mantissa != answers.traces[index][element] {
        return Mismatch(
          node: port.name, element: element, event: mismatch.event,
          cycle: mismatch.event + value.cycle, inputs: mismatch.inputs,
          expected: answers.traces[index][element], found: value.mantissa)
      }
    }
    return mismatch
  }
}
