import WinnowFixedPoint
import WinnowNetworkIR

/// The Verilog of a pipelined netlist: one module, plain Verilog-2001.
///
/// Ports are vectors packed from bit 0, one after another in element order; the header comment says
/// where each element is. A new input can be given on every clock edge.
struct VerilogModule {
  let netlist: Netlist
  let pipeline: Pipeline
  let moduleName: String
  /// With an input `enable`, without which no register moves, and no valid bits of its own.
  let stalls: Bool
  /// Written into the text where there is one.
  var stamp: Stamp?

  init(_ netlist: Netlist, _ pipeline: Pipeline, name: String, stalls: Bool = false) {
    self.netlist = netlist
    self.pipeline = pipeline
    moduleName = name
    self.stalls = stalls
  }

  private var clocked: String { "  always @(posedge clock)\(stalls ? " if (enable)" : "") begin" }

  private var logic: FixedPointProgram { netlist.logic }
  private var registers: RegisterNames {
    RegisterNames(logic: logic, pipeline: pipeline, names: netlist.names, language: .verilog)
  }

  private func delayed(_ signal: Int, _ stage: Int) -> String {
    stage == pipeline.stages[signal] || logic.isConstant(signal)
      ? netlist.names[signal] : "\(netlist.names[signal])_s\(stage)"
  }

  private var outputs: [FixedPointProgram.OutputPort] { logic.outputs }

  /// The module's text.
  func text() -> String {
    let expressions = VerilogExpressions(logic: logic, name: delayed)
    var lines = header()
    lines += ports() + (stamp.map { [$0.verilogParameter] } ?? [])
    lines += tables()
    lines += inputRegisters()
    for stage in 0..<pipeline.stageCount {
      lines += ["", "  // Stage \(stage)"]
      var origin = Int.min
      var gathered: Set<Int> = []
      for value in 0..<logic.count where pipeline.stages[value] == stage {
        if case .input = logic.instructions[value] { continue }
        if logic.isConstant(value) { continue }
        if logic.origins[value] != origin {
          origin = logic.origins[value]
          if origin >= 0 { lines.append("  // node \(commentText(logic.nodeNames[origin]))") }
        }
        let isGate = pipeline.bits.isGate(value)
        if isGate { lines += gather(logic.instructions[value].operands, at: stage, &gathered) }
        let text =
          isGate ? rightSide(value, stage, expressions) : registers.text(of: value, at: stage)
        lines.append("  wire \(range(logic.width(value)))\(netlist.names[value]) = \(text);")
      }
      lines += transfers(after: stage)
    }
    var gathered: Set<Int> = []
    lines += [""]
    lines += gather(outputs.flatMap(\.values), at: pipeline.stageCount, &gathered)
    lines += outputAssignments(expressions) + ["endmodule", ""]
    return lines.joined(separator: "\n")
  }

  private func rightSide(_ value: Int, _ stage: Int, _ expressions: VerilogExpressions) -> String {
    if case .table(let x, _, _) = logic.instructions[value] {
      return "\(tableName(value))(\(delayed(x, stage)))"
    }
    return expressions.expression(value, at: stage)
  }

  private func range(_ width: Int) -> String { width == 1 ? "" : "[\(width - 1):0] " }

  private func header() -> [String] {
    var lines = [
      "// \(moduleName): \(commentText(logic.name)), \(pipeline.stageCount) stages, latency \(pipeline.latency) clock edges, one event per edge.",
      "// Modelled for \(pipeline.clock) MHz, not routed.",
    ]
    if let stamp { lines.append("// \(stamp.comment)") }
    for port in logic.inputs {
      lines.append(
        "// in  \(commentText(port.name)): \(port.types.count) elements, \(Set(port.types.map(\.format.description)).sorted().joined(separator: " ")), element 0 in the lowest bits"
      )
    }
    for port in outputs {
      lines.append(
        "// out \(commentText(port.name)): \(port.values.count) elements, \(Set(port.formats.map(\.description)).sorted().joined(separator: " ")), element 0 in the lowest bits"
      )
    }
    return lines + [
      "`default_nettype none",
      "/* verilator lint_off UNUSED */  // rounding drops low bits, wrapping high ones",
    ]
  }

  private func ports() -> [String] {
    var declared = ["  input  wire clock", "  input  wire \(stalls ? "enable" : "valid_in")"]
    for (index, port) in logic.inputs.enumerated() {
      declared.append("  input  wire \(range(inputWidth(port)))\(inputName(index))")
    }
    if !stalls { declared.append("  output wire valid_out") }
    for (index, port) in outputs.enumerated() {
      declared.append("  output wire \(range(outputWidth(port)))\(outputName(index))")
    }
    return ["module \(moduleName) (", declared.joined(separator: ",\n"), ");"]
  }

  private func validBits() -> [String] {
    var lines = ["  reg [\(pipeline.latency - 1):0] valid = \(pipeline.latency)'d0;"]
    if pipeline.latency > 1 {
      lines.append("  always @(posedge clock) valid <= {valid[\(pipeline.latency - 2):0], valid_in};")
    } else {
      lines.append("  always @(posedge clock) valid <= valid_in;")
    }
    lines.append("  assign valid_out = valid[\(pipeline.latency - 1)];")
    return lines
  }

  private func inputRegisters() -> [String] {
    var lines = [""] + (stalls ? [] : validBits())
    let offsets = logic.inputs.map { port in
      port.types.reduce(into: [0]) { $0.append($0.last! + $1.width) }
    }
    var transfers: [String] = []
    for value in 0..<logic.count {
      guard case .input(let port, let element) = logic.instructions[value] else { continue }
      let name = netlist.names[value]
      let width = logic.inputs[port].types[element].width
      let start = offsets[port][element]
      lines.append("  reg \(range(logic.width(value)))\(name);")
      let whole = inputWidth(logic.inputs[port]) == 1
      let part =
        whole
        ? inputName(port)
        : width == 1 ? "\(inputName(port))[\(start)]" : "\(inputName(port))[\(start + width - 1):\(start)]"
      transfers.append("    \(name) <= \(part);")
    }
    if !transfers.isEmpty { lines += [clocked] + transfers + ["  end"] }
    return lines
  }

  /// Vectors of signals that are read in a stage not their own, made of the registers there.
  private func gather(_ values: [Int], at stage: Int, _ done: inout Set<Int>) -> [String] {
    values.compactMap { value in
      guard !logic.isConstant(value), pipeline.stages[value] != stage,
        !registers.isOneRegister(value, at: stage), done.insert(value).inserted
      else { return nil }
      return
        "  wire \(range(logic.width(value)))\(delayed(value, stage)) = \(registers.text(of: value, at: stage));"
    }
  }

  private func transfers(after stage: Int) -> [String] {
    var declarations: [String] = []
    var transfers: [String] = []
    for value in 0..<logic.count where pipeline.stages[value] <= stage {
      for run in registers.runs(of: value, at: stage + 1) {
        let wires = run.bits.count == 1 ? "" : "[\(run.bits.upperBound - 1):\(run.bits.lowerBound)] "
        declarations.append("  reg \(wires)\(run.name);")
        let sources = run.bits.map { SignalBits.Source(value, $0) }
        transfers.append("    \(run.name) <= \(registers.text(of: sources[...], at: stage));")
      }
    }
    guard !transfers.isEmpty else { return [] }
    return declarations + [clocked] + transfers + ["  end"]
  }

  /// Every element at its port's own point and width.
  private func outputAssignments(_ expressions: VerilogExpressions) -> [String] {
    outputs.enumerated().map { index, port in
      let elements = zip(port.values, port.formats).map { value, format in
        expressions.extended(
          value, shift: format.fraction - logic.intervals[value].fraction,
          to: max(format.width, 1), at: pipeline.stageCount)
      }
      return
        "  assign \(outputName(index)) = \(elements.count == 1 ? elements[0] : "{\n    " + elements.reversed().joined(separator: ",\n    ") + "}");"
    }
  }
}

extension VerilogModule {
  /// The first table with the same contents and address names them all.
  private func tableName(_ value: Int) -> String {
    guard case .table(let x, let first, let entries) = logic.instructions[value] else { return "" }
    for other in 0..<value {
      if case .table(let y, first, entries) = logic.instructions[other],
        logic.width(y) == logic.width(x), logic.width(other) == logic.width(value)
      {
        return "table_\(netlist.names[other])"
      }
    }
    return "table_\(netlist.names[value])"
  }

  /// One function per distinct table, addressed by the bits of its argument.
  fileprivate func tables() -> [String] {
    var lines: [String] = []
    for value in 0..<logic.count {
      guard case .table(let x, let first, let entries) = logic.instructions[value],
        tableName(value) == "table_\(netlist.names[value])"
      else { continue }
      let (address, width) = (logic.width(x), logic.width(value))
      let expressions = VerilogExpressions(logic: logic, name: delayed)
      lines += [
        "", "  function \(range(width))\(tableName(value))(input \(range(address))address);",
        "    case (address)",
      ]
      for (index, entry) in entries.enumerated() {
        lines.append(
          "      \(expressions.literal(first + Int128(index), width: address)): \(tableName(value)) = \(expressions.literal(Int128(entry), width: width));"
        )
      }
      lines += [
        "      default: \(tableName(value)) = \(width)'d0;", "    endcase", "  endfunction",
      ]
    }
    return lines
  }
}
