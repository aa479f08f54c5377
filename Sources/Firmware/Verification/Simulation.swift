import Foundation
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

/// Simulates designs: their Verilog as it lies on disk, in their own testbenches.
public struct Simulation: Sendable {
  /// A design with the events to replay and the outputs that the testbench checks against.
  public struct Bench: Sendable {
    public var design: Design
    /// The Verilog to simulate; the design's own unless it was read from a file.
    public var verilog: String
    public var vectors: TestVectors
    /// For each output port all events' mantissas.
    public var expected: [[Int64]]

    public init(
      _ design: Design, verilog: String? = nil, vectors: TestVectors, expected: [[Int64]]
    ) {
      self.design = design
      self.verilog = verilog ?? design.verilog
      self.vectors = vectors
      self.expected = expected
    }
  }

  public struct Outcome: Sendable {
    /// For each output port all events' mantissas; `nil` where the simulator gave no number.
    public var outputs: [[Int64?]]
    /// What the testbench printed: PASS, or its first mismatch.
    public var message: String
    public var passed: Bool
  }

  /// Builds one simulator for all benches and runs it.
  ///
  /// - Parameter folder: an existing folder for the simulator's files; vectors and results stay there.
  /// - Throws: ``ToolError`` when the simulator is missing or its lint or build fails.
  public static func run(
    _ benches: [Bench], in folder: String, with simulator: VerilogSimulator = .verilator
  ) async throws -> [Outcome] {
    var sources: [String] = []
    var benchText = ""
    for bench in benches {
      let module = bench.module
      try AtomicFile.write(
        Array(bench.verilog.utf8), to: "\(folder)/\(bench.design.name).v")
      sources.append("\(bench.design.name).v")
      benchText += Testbench(module: module, vectors: bench.vectors.count).benchModule()
      try bench.writeVectors(to: folder)
    }
    benchText += Testbench.top(benches.map(\.design.name))
    try AtomicFile.write(Array(benchText.utf8), to: "\(folder)/testbench.v")
    // Where few events are replayed, compiling takes longer than running.
    let isLong = benches.contains { $0.vectors.count > 5000 }
    let log = try await simulator.run(
      sources, tops: benches.map(\.design.name), isLong: isLong, in: folder)
    return try benches.map { try $0.outcome(in: folder, log: log) }
  }
}

extension Simulation.Bench {
  var module: VerilogModule {
    VerilogModule(design.netlist, design.pipeline, name: design.name)
  }

  private var outputs: [FixedPointProgram.OutputPort] { design.netlist.logic.outputs }

  /// The self-checking testbench, with a top module named `testbench`.
  public var testbench: String { Testbench(module: module, vectors: vectors.count).text() }

  /// Writes stimuli and expected words for the testbench.
  public func writeVectors(to folder: String) throws {
    let logic = design.netlist.logic
    for (index, port) in logic.inputs.enumerated() {
      var lines: [UInt8] = []
      let widths = port.types.map { $0.width }
      let shifts = port.types.map { port.fraction - $0.fraction }
      for event in 0..<vectors.count {
        let mantissas = zip(vectors.event(event, port: index), shifts).map { $0 >> Int64($1) }
        lines += PackedWords.hexadecimal(mantissas, widths: widths).utf8
        lines.append(UInt8(ascii: "\n"))
      }
      try AtomicFile.write(
        lines, to: "\(folder)/\(Testbench.stimulusFile(design.name, index))")
    }
    for (index, port) in outputs.enumerated() {
      var lines: [UInt8] = []
      let count = port.values.count
      let widths = port.formats.map { max($0.width, 1) }
      let shifts = port.formats.map { port.fraction - $0.fraction }
      for event in 0..<vectors.count {
        let mantissas = zip(expected[index][event * count..<(event + 1) * count], shifts)
          .map { $0 >> Int64($1) }
        lines += PackedWords.hexadecimal(mantissas, widths: widths).utf8
        lines.append(UInt8(ascii: "\n"))
      }
      try AtomicFile.write(
        lines, to: "\(folder)/\(Testbench.expectedFile(design.name, index))")
    }
  }

  /// Reads what the testbench wrote.
  func outcome(in folder: String, log: String) throws -> Simulation.Outcome {
    let bytes = try InputFile.read("\(folder)/\(Testbench.resultFile(design.name))")
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard lines.count == vectors.count else {
      throw ToolError(
        message: "the simulator wrote \(lines.count) results for \(vectors.count) vectors of \(design.name)")
    }
    var results: [[Int64?]] = outputs.map { _ in [] }
    for line in lines {
      let words = line.split(separator: " ")
      for (index, port) in outputs.enumerated() {
        let widths = port.formats.map { max($0.width, 1) }
        let values =
          index < words.count
          ? PackedWords.mantissas(
            words[index].utf8, widths: widths, signed: port.formats.map(\.isSigned)) : nil
        for element in port.values.indices {
          let shift = Int64(port.fraction - port.formats[element].fraction)
          results[index].append(values.map { $0[element] << shift })
        }
      }
    }
    let own = log.split(separator: "\n").filter { $0.hasPrefix("\(design.name): ") }
      .joined(separator: "\n")
    return Simulation.Outcome(
      outputs: results, message: own, passed: own.contains("\(design.name): PASS"))
  }
}
