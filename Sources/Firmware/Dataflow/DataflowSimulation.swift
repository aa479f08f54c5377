import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

/// Simulates dataflow designs in their own testbenches.
public struct DataflowSimulation: Sendable {
  /// A design with the images to replay and the outputs that the testbench checks against.
  public struct Bench: Sendable {
    public var design: DataflowDesign
    /// The Verilog to simulate; the design's own unless it was read from a file.
    public var verilog: String
    public var vectors: TestVectors
    /// For each output all events' mantissas, in the output's step.
    public var expected: [[Int64]]

    public init(
      _ design: DataflowDesign, verilog: String? = nil, vectors: TestVectors, expected: [[Int64]]
    ) {
      self.design = design
      self.verilog = verilog ?? design.verilog
      self.vectors = vectors
      self.expected = expected
    }

    /// The self-checking testbench, with a top module named `testbench`.
    public var testbench: String { DataflowTestbench(design, vectors: vectors.count).text() }
  }

  /// Builds one simulator for all benches and runs it.
  ///
  /// - Parameter folder: an existing folder for the simulator's files; vectors and results stay there.
  /// - Throws: ``ToolError`` when the simulator is missing or its lint or build fails.
  public static func run(
    _ benches: [Bench], in folder: String, with simulator: VerilogSimulator = .verilator
  ) async throws -> [Simulation.Outcome] {
    var sources: [String] = []
    var benchText = ""
    for bench in benches {
      let name = bench.design.name
      try AtomicFile.write(Array(bench.verilog.utf8), to: "\(folder)/\(name).v")
      sources.append("\(name).v")
      benchText += DataflowTestbench(bench.design, vectors: bench.vectors.count).benchModule()
      try bench.writeVectors(to: folder)
    }
    benchText += Testbench.top(benches.map(\.design.name))
    try AtomicFile.write(Array(benchText.utf8), to: "\(folder)/testbench.v")
    let log = try await simulator.run(sources, tops: benches.map(\.design.name), in: folder)
    return try benches.map { try $0.outcome(in: folder, log: log) }
  }
}

extension DataflowSimulation.Bench {
  private var graph: DataflowGraph { design.graph }

  /// Writes stimuli, expected words and masks of what they say, token by token.
  public func writeVectors(to folder: String) throws {
    for (index, port) in design.inputProgram.inputs.enumerated() {
      let stream = graph.streams[index]
      var lines: [UInt8] = []
      for event in 0..<vectors.count {
        let values = vectors.event(event, port: index)
        lines += Self.words(stream, Array(values), fraction: port.fraction)
      }
      try AtomicFile.write(
        lines, to: "\(folder)/\(DataflowTestbench.stimulusFile(design.name, index))")
    }
    for (index, output) in graph.outputs.enumerated() {
      let stream = output.stream
      let count = output.shape.reduce(1, *)
      var lines: [UInt8] = []
      for event in 0..<vectors.count {
        lines += Self.words(
          stream, Array(expected[index][event * count..<(event + 1) * count]),
          fraction: design.outputs[index].fraction)
      }
      try AtomicFile.write(
        lines, to: "\(folder)/\(DataflowTestbench.expectedFile(design.name, index))")
      var masks: [UInt8] = []
      for token in stream.tokens {
        masks += Self.line(token.map { $0 < 0 ? 0 : -1 }, stream.formats)
      }
      try AtomicFile.write(masks, to: "\(folder)/\(DataflowTestbench.maskFile(design.name, index))")
    }
  }

  private static func words(_ stream: TokenStream, _ values: [Int64], fraction: Int) -> [UInt8] {
    stream.tokens.flatMap { token in
      line(
        zip(token, stream.formats).map { element, format in
          guard element >= 0 else { return 0 }
          let shift = fraction - format.fraction
          return shift >= 0 ? values[element] >> Int64(shift) : values[element] << Int64(-shift)
        }, stream.formats)
    }
  }

  private static func line(_ mantissas: [Int64], _ formats: [FixedPointFormat]) -> [UInt8] {
    Array(PackedWords.hexadecimal(mantissas, widths: formats.map(\.width)).utf8) + [UInt8(ascii: "\n")]
  }

  /// Reads what the testbench wrote of the run with stalls.
  fileprivate func outcome(in folder: String, log: String) throws -> Simulation.Outcome {
    var results: [[Int64?]] = []
    for (index, output) in graph.outputs.enumerated() {
      let stream = output.stream
      let count = output.shape.reduce(1, *)
      let bytes = try InputFile.read("\(folder)/\(DataflowTestbench.resultFile(design.name, index))")
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      var values: [Int64?] = Array(repeating: nil, count: count * vectors.count)
      let widths = stream.formats.map(\.width)
      for (line, text) in lines.enumerated() where line < stream.tokens.count * vectors.count {
        let (event, token) = line.quotientAndRemainder(dividingBy: stream.tokens.count)
        // Spare slots may hold anything, unknown bits too.
        let known = Substring(text.map { "xXzZ".contains($0) ? "0" : $0 })
        guard
          let mantissas = PackedWords.mantissas(
            known.utf8, widths: widths, signed: stream.formats.map(\.isSigned))
        else { continue }
        for (slot, element) in stream.tokens[token].enumerated() where element >= 0 {
          let shift = design.outputs[index].fraction - stream.formats[slot].fraction
          values[event * count + element] =
            widths[slot] == 0
            ? 0 : shift >= 0 ? mantissas[slot] << Int64(shift) : mantissas[slot] >> Int64(-shift)
        }
      }
      results.append(values)
    }
    let own = log.split(separator: "\n").filter { $0.hasPrefix("\(design.name): ") }
      .joined(separator: "\n")
    return Simulation.Outcome(
      outputs: results, message: own, passed: own.contains("\(design.name): PASS"))
  }
}
