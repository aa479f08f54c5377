import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

extension Simulation {
  /// One node value seen in the simulated Verilog.
  public struct Probe: Sendable {
    /// `nil` where the simulator gave no number.
    public var mantissa: Int64?
    /// Clock edges after the input at which the value is there.
    public var cycle: Int
  }

  /// Reads every node's values inside a simulated design, for one event.
  ///
  /// The event is held at the input until every stage has settled, so that all signals of all stages
  /// belong to it.
  /// - Returns: by node value, its elements in the value's step.
  /// - Throws: ``ToolError`` when the Verilog lacks the design's signals or does not build.
  public static func probe(
    _ design: Design, verilog: String, vectors: TestVectors, in folder: String
  ) async throws -> [String: [Probe]] {
    let name = design.name
    let logic = design.netlist.logic
    let ports = logic.traces.filter { port in
      port.values.allSatisfy { !logic.isConstant($0) && design.pipeline.shows($0) }
    }
    let module = VerilogModule(design.netlist, design.pipeline, name: name)
    var connections = [".clock(clock)", ".valid_in(1'b1)", ".valid_out()"]
    for (index, port) in logic.inputs.enumerated() {
      let shifts = port.types.map { Int64(port.fraction - $0.fraction) }
      let word = PackedWords.hexadecimal(
        zip(vectors.event(0, port: index), shifts).map { $0 >> $1 },
        widths: port.types.map(\.width))
      connections.append(".\(module.inputName(index))(\(module.inputWidth(port))'h\(word))")
    }
    let signals = Array(Set(ports.flatMap(\.values))).sorted()
    let prints = signals.map {
      "    $display(\"\($0) %h\", design_under_test.\(design.netlist.names[$0]));"
    }
    let bench = """
      `timescale 1ns / 1ps
      module probe;
        reg clock = 1'b0;
        always #1 clock = ~clock;
        \(name) design_under_test (\(connections.joined(separator: ", ")));
        initial begin
          repeat (\(design.pipeline.latency + 2)) @(negedge clock);
      \(prints.joined(separator: "\n"))
          $finish;
        end
      endmodule

      """
    try AtomicFile.write(Array(verilog.utf8), to: "\(folder)/\(name).v")
    try AtomicFile.write(Array(bench.utf8), to: "\(folder)/probe.v")
    try await ExternalTool.verilator.require(
      [
        "--binary", "--timing", "-Wno-fatal", "-Wno-lint", "--top-module", "probe", "-Mdir",
        "probe_simulator", "-j", "2", "probe.v", "\(name).v",
      ], in: folder, doing: "building the probe")
    let result = try await runProgram("\(folder)/probe_simulator/Vprobe", [], in: folder)
    var values: [Int: Int64?] = [:]
    for line in result.output.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count == 2, let signal = Int(fields[0]), signals.contains(signal) else { continue }
      let signed = logic.intervals[signal].low < 0
      values[signal] =
        PackedWords.mantissas(
          fields[1].utf8, widths: [logic.width(signal)], signed: [signed])?[0]
    }
    var probes: [String: [Probe]] = [:]
    for port in ports {
      probes[port.name] = port.values.map { value in
        let shift = Int64(port.fraction - logic.intervals[value].fraction)
        return Probe(
          mantissa: (values[value] ?? nil).map { $0 << shift },
          cycle: design.pipeline.stages[value] + 1)
      }
    }
    return probes
  }
}
