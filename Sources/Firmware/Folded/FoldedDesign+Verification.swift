import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

extension FoldedDesign {
  /// The design with events and the results that the testbench checks against.
  ///
  /// - Parameter expected: for each output port all events' mantissas, in the port's step.
  package func bench(
    _ vectors: TestVectors, expected: [[Int64]], verilog: String? = nil
  ) -> StreamSimulation.Bench {
    var bench = StreamSimulation.Bench(
      chain, stimulus: program.inputTokens(vectors),
      expected: program.outputTokens(expected, events: vectors.count))
    bench.verilog = verilog ?? self.verilog
    return bench
  }

  /// Simulates the design with Verilator under random stalls; lint first.
  ///
  /// - Parameters:
  ///   - expected: for each output port all events' mantissas: the interpreter's.
  ///   - verilog: what to simulate, when it was read from a file.
  ///   - folder: an existing folder for the simulator.
  /// - Returns: for each output port all events' mantissas, `nil` where the simulator gave no number,
  ///   and what the testbench said.
  public func simulate(
    _ vectors: TestVectors, expected: [[Int64]], verilog: String? = nil, in folder: String
  ) async throws -> Simulation.Outcome {
    let bench = bench(vectors, expected: expected, verilog: verilog)
    return self.outcome(try await StreamSimulation.run([bench], in: folder)[0], events: vectors.count)
  }

  /// The result words of a simulation as mantissas of each output port.
  package func outcome(_ outcome: StreamSimulation.Outcome, events: Int) -> Simulation.Outcome {
    Simulation.Outcome(
      outputs: program.mantissas(outcome.results, events: events), message: outcome.message,
      passed: outcome.passed)
  }

  /// The self-checking testbench of some events, with a top module named `testbench`; the files that
  /// it reads are made by ``writeVectors(_:expected:to:)``.
  public func testbench(events: Int) -> String {
    StreamTestbench(
      name: name, inputWidth: chain.inputWidth, outputWidth: chain.outputWidth, interval: interval,
      latency: latency, tokens: events, free: events / 2, settling: chain.settling
    ).text()
  }

  public func writeVectors(_ vectors: TestVectors, expected: [[Int64]], to folder: String) throws {
    try bench(vectors, expected: expected).writeVectors(to: folder)
  }
}

extension FixedPointProgram {
  /// The mantissas of result words; `nil` where a word is missing or no number.
  func mantissas(_ tokens: [String], events: Int) -> [[Int64?]] {
    let widths = outputs.flatMap { $0.formats.map { max($0.width, 1) } }
    let signed = outputs.flatMap { $0.formats.map(\.isSigned) }
    var results: [[Int64?]] = outputs.map { _ in [] }
    for event in 0..<events {
      let values =
        event < tokens.count
        ? PackedWords.mantissas(Substring(tokens[event]).utf8, widths: widths, signed: signed) : nil
      var place = 0
      for (port, output) in outputs.enumerated() {
        for format in output.formats {
          let shift = Int64(output.fraction - format.fraction)
          results[port].append(values.map { $0[place] << shift })
          place += 1
        }
      }
    }
    return results
  }
}
