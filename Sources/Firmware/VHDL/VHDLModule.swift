import WinnowFixedPoint
import WinnowNetworkIR

/// The VHDL of a pipelined netlist: one entity, VHDL-2008, numeric_std; the Verilog's twin.
///
/// Ports, their packing, registers and latency are those of ``VerilogModule``. Registers start at zero,
/// as they do on the device.
struct VHDLModule {
  let netlist: Netlist
  let pipeline: Pipeline
  let names: VHDLNames
  /// The Verilog's module name, which the vector files carry.
  let moduleName: String

  let stamp: Stamp?

  init(_ netlist: Netlist, _ pipeline: Pipeline, name: String, stamp: Stamp? = nil) {
    self.netlist = netlist
    self.stamp = stamp
    self.pipeline = pipeline
    moduleName = name
    names = VHDLNames(netlist, name: name)
  }

  private var logic: FixedPointProgram { netlist.logic }
  private var verilog: VerilogModule { VerilogModule(netlist, pipeline, name: moduleName) }

  func inputWidth(_ index: Int) -> Int { verilog.inputWidth(logic.inputs[index]) }
  func outputWidth(_ index: Int) -> Int { verilog.outputWidth(logic.outputs[index]) }

  private func delayed(_ signal: Int, _ stage: Int) -> String {
    stage == pipeline.stages[signal] || logic.isConstant(signal)
      ? names.signals[signal] : "\(names.signals[signal])_s\(stage)"
  }

  private var expressions: VHDLExpressions { VHDLExpressions(logic: logic, name: delayed) }

  /// The entity's text.
  func text() -> String {
    var body = inputRegisters()
    for stage in 0..<pipeline.stageCount {
      body += ["", "  -- Stage \(stage)"]
      var origin = Int.min
      for value in 0..<logic.count where pipeline.stages[value] == stage {
        if case .input = logic.instructions[value] { continue }
        if logic.isConstant(value) { continue }
        if logic.origins[value] != origin {
          origin = logic.origins[value]
          if origin >= 0 { body.append("  -- node \(vhdlText(logic.nodeNames[origin]))") }
        }
        let text =
          pipeline.bits.isGate(value) ? rightSide(value, stage) : gathered(value, at: stage)
        body.append("  \(names.signals[value]) <= \(text);")
      }
      for value in registers.gathered(at: stage) {
        body.append("  \(delayed(value, stage)) <= \(gathered(value, at: stage));")
      }
      body += transfers(after: stage)
    }
    body.append("")
    for value in registers.gathered(at: pipeline.stageCount) {
      body.append("  \(delayed(value, pipeline.stageCount)) <= \(gathered(value, at: pipeline.stageCount));")
    }
    body += outputAssignments()
    return (header() + declarations() + ["begin"] + body + ["end architecture rtl;", ""])
      .joined(separator: "\n")
  }

  private func header() -> [String] {
    func described(_ direction: String, _ name: String, _ formats: [FixedPointFormat]) -> String {
      "-- \(direction) \(vhdlText(name)): \(formats.count) elements, \(Set(formats.map(\.description)).sorted().joined(separator: " ")), element 0 in the lowest bits"
    }
    return [
      "-- \(names.entity): \(vhdlText(logic.name)), \(pipeline.stageCount) stages, latency \(pipeline.latency) clock edges, one event per edge.",
      "-- Modelled for \(pipeline.clock) MHz, not routed. VHDL-2008.",
    ]
      + (stamp.map { ["-- \($0.comment)"] } ?? [])
      + logic.inputs.map { described("in ", $0.name, $0.types.map(\.format)) }
      + logic.outputs.map { described("out", $0.name, $0.formats) } + [
        "library ieee;", "use ieee.std_logic_1164.all;", "use ieee.numeric_std.all;", "",
        "entity \(names.entity) is", "  port (", ports().joined(separator: ";\n"), "  );",
        "end entity \(names.entity);", "",
      ]
  }

  /// The lines of the port clause.
  private func ports() -> [String] {
    ["    clock : in std_logic", "    valid_in : in std_logic"]
      + logic.inputs.indices.map {
        "    \(names.inputs[$0]) : in std_logic_vector(\(inputWidth($0) - 1) downto 0)"
      } + ["    valid_out : out std_logic"]
      + logic.outputs.indices.map {
        "    \(names.outputs[$0]) : out std_logic_vector(\(outputWidth($0) - 1) downto 0)"
      }
  }

  /// Signals that a value has: its own, and one for every stage that it is carried to.
  private func declarations() -> [String] {
    var lines = ["architecture rtl of \(names.entity) is"]
    if let stamp {
      lines.append("  constant stamp : std_logic_vector(63 downto 0) := x\"\(stamp)\";")
    }
    lines += tables()
    lines.append("  signal valid : std_logic_vector(\(pipeline.latency - 1) downto 0) := (others => '0');")
    for value in 0..<logic.count where !logic.isConstant(value) {
      let type = expressions.type(value)
      if case .input = logic.instructions[value] {
        lines.append("  signal \(names.signals[value]) : \(type) := (others => '0');")
      } else {
        lines.append("  signal \(names.signals[value]) : \(type);")
      }
      for stage in 1...pipeline.stageCount {
        for run in registers.runs(of: value, at: stage) {
          let part = "unsigned(\(run.bits.upperBound - 1) downto \(run.bits.lowerBound))"
          let whole = run.bits.count == logic.width(value)
          lines.append("  signal \(run.name) : \(whole ? type : part) := (others => '0');")
        }
      }
    }
    for stage in 0...pipeline.stageCount {
      for value in registers.gathered(at: stage) {
        lines.append("  signal \(delayed(value, stage)) : \(expressions.type(value));")
      }
    }
    return lines
  }

  private func clocked(_ transfers: [String]) -> [String] {
    if transfers.isEmpty { return [] }
    return ["  process (clock)", "  begin", "    if rising_edge(clock) then"]
      + transfers.map { "      " + $0 } + ["    end if;", "  end process;"]
  }

  private func inputRegisters() -> [String] {
    let offsets = logic.inputs.map { port in
      port.types.reduce(into: [0]) { $0.append($0.last! + $1.width) }
    }
    var transfers = [
      pipeline.latency > 1
        ? "valid <= valid(\(pipeline.latency - 2) downto 0) & valid_in;" : "valid(0) <= valid_in;"
    ]
    for value in 0..<logic.count {
      guard case .input(let port, let element) = logic.instructions[value] else { continue }
      let (own, width) = (logic.inputs[port].types[element].width, logic.width(value))
      let start = offsets[port][element]
      let kind = expressions.isSigned(value) ? "signed" : "unsigned"
      let part =
        "\(kind)(\(names.inputs[port])(\(start + min(own, width) - 1) downto \(start)))"
      transfers.append(
        "\(names.signals[value]) <= \(own < width ? "resize(\(part), \(width))" : part);")
    }
    return ["  valid_out <= valid(\(pipeline.latency - 1));"] + clocked(transfers)
  }

  private var registers: RegisterNames {
    RegisterNames(logic: logic, pipeline: pipeline, names: names.signals, language: .vhdl)
  }

  /// A signal put together from the bits that stand at a stage, in its own type.
  private func gathered(_ value: Int, at stage: Int) -> String {
    "\(expressions.isSigned(value) ? "signed" : "unsigned")(\(registers.text(of: value, at: stage)))"
  }

  private func transfers(after stage: Int) -> [String] {
    clocked(
      (0..<logic.count).filter { pipeline.stages[$0] <= stage && !logic.isConstant($0) }
        .flatMap { value in
          registers.runs(of: value, at: stage + 1).map { run in
            let sources = run.bits.map { SignalBits.Source(value, $0) }
            let whole = run.bits.count == logic.width(value)
            let type = whole && expressions.isSigned(value) ? "signed" : "unsigned"
            return "\(run.name) <= \(type)(\(registers.text(of: sources[...], at: stage)));"
          }
        })
  }

  /// Every element at its port's own point and width.
  private func outputAssignments() -> [String] {
    var lines: [String] = []
    for (index, port) in logic.outputs.enumerated() {
      var start = 0
      for (value, format) in zip(port.values, port.formats) {
        let width = max(format.width, 1)
        let text = expressions.extended(
          value, shift: format.fraction - logic.intervals[value].fraction, to: width,
          signed: expressions.isSigned(value), at: pipeline.stageCount)
        lines.append(
          "  \(names.outputs[index])(\(start + width - 1) downto \(start)) <= std_logic_vector(\(text));")
        start += width
      }
    }
    return lines
  }

  private func rightSide(_ value: Int, _ stage: Int) -> String {
    guard case .table(let x, _, _) = logic.instructions[value] else {
      return expressions.expression(value, at: stage)
    }
    let address = "to_integer(unsigned(\(delayed(x, stage))))"
    let entry = "\(names.tables[table(of: value)]!)(\(address))"
    return expressions.isSigned(value) ? "signed(\(entry))" : entry
  }

  /// The first table with the same contents and address stands for all of them.
  private func table(of value: Int) -> Int {
    guard case .table(let x, let first, let entries) = logic.instructions[value] else { return value }
    for other in 0..<value {
      if case .table(let y, first, entries) = logic.instructions[other],
        logic.width(y) == logic.width(x), logic.width(other) == logic.width(value)
      {
        return other
      }
    }
    return value
  }

  /// One constant a distinct table, addressed by the bits of its argument.
  private func tables() -> [String] {
    var lines: [String] = []
    for value in 0..<logic.count {
      guard case .table(let x, let first, let entries) = logic.instructions[value],
        table(of: value) == value, let name = names.tables[value]
      else { continue }
      let (address, width) = (logic.width(x), logic.width(value))
      lines += [
        "  type \(name)_type is array (0 to \((1 << address) - 1)) of unsigned(\(width - 1) downto 0);",
        "  constant \(name) : \(name)_type := (",
      ]
      for (index, entry) in entries.enumerated() {
        let place = (first + Int128(index)) & ((1 << address) - 1)
        lines.append("    \(place) => \"\(expressions.digits(Int128(entry), width: width))\",")
      }
      lines.append("    others => \"\(String(repeating: "0", count: width))\");")
    }
    return lines
  }
}

extension Design {
  /// The design in VHDL-2008: the entity's ports are the Verilog module's.
  public var vhdl: String { VHDLModule(netlist, pipeline, name: name, stamp: stamp).text() }
}
