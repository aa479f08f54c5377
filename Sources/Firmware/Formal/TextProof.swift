import WinnowFixedPoint
import WinnowNetworkIR

/// The questions that make an emitted Verilog file part of a proof.
///
/// Registers are followed to the signals they copy, and all paths must pass as many of them; then
/// each wire's expression, as it stands in the file, is set against its gate.
struct TextProof {
  let netlist: Netlist
  let text: VerilogText
  /// What is proved of the values on each signal.
  let ranges: [ClosedRange<Int128>]

  /// Faults seen without a solver: lines missing, registers that do not line up, tables.
  private(set) var faults: [String] = []
  /// What the questions are about.
  private(set) var subjects: [String] = []
  private(set) var questions: [SolverQuestion] = []
  /// Tables whose every entry was compared.
  private(set) var tables = 0

  private var logic: FixedPointProgram { netlist.logic }

  init(
    _ netlist: Netlist, module: VerilogModule, file: String, ranges: [ClosedRange<Int128>],
    undecided: [ProofBlock], reference: FixedPointProgram
  ) {
    self.netlist = netlist
    self.ranges = ranges
    text = VerilogText(file)
    faults = text.timingFaults(
      latency: module.pipeline.latency,
      inputs: Set(netlist.logic.inputs.indices.map(module.inputName)),
      outputs: netlist.logic.outputs.indices.map(module.outputName))
    checkInputs(module)
    for signal in 0..<logic.count {
      switch logic.instructions[signal] {
      case .input, .constant: continue
      case .table: compareTable(signal)
      default: ask(gate: signal)
      }
    }
    for index in logic.outputs.indices { ask(output: index, module.outputName(index)) }
    for block in undecided { ask(block: block, reference) }
  }

  // MARK: Input registers and copies

  private mutating func checkInputs(_ module: VerilogModule) {
    for signal in 0..<logic.count {
      guard case .input(let port, let element) = logic.instructions[signal] else { continue }
      let types = logic.inputs[port].types
      let low = types[..<element].reduce(0) { $0 + $1.width }
      let high = low + types[element].width - 1
      let name = module.inputName(port)
      let source =
        module.inputWidth(logic.inputs[port]) == 1
        ? name : low == high ? "\(name)[\(low)]" : "\(name)[\(high):\(low)]"
      if text.transfers[netlist.names[signal]] != source {
        faults.append("\(netlist.names[signal]) is not taken from \(source)")
      }
    }
    for (name, source) in text.transfers {
      guard let width = text.registerWidths[name] else { continue }
      let other = text.wires[source]?.width ?? text.registerWidths[source]
      if let other, other != width {
        faults.append("\(name) has \(width) bits, \(source) \(other)")
      }
    }
    faults.sort()
  }

  // MARK: Questions

  /// A wire's expression in terms of `p0`, `p1`, … for the signals that it may read; `nil`, and a
  /// fault, if it reads others.
  private mutating func expression(_ code: String, of subject: String, _ leaves: [Int]) -> String? {
    var places: [String: Int] = [:]
    for (place, leaf) in leaves.enumerated() { places[netlist.names[leaf]] = place }
    var stranger: String?
    let renamed = VerilogText.renamed(code) { name in
      guard let place = places[text.source(of: name)] else {
        stranger = name
        return name
      }
      return "p\(place)"
    }
    guard let stranger else { return renamed }
    faults.append("\(subject) reads \(stranger), which its gate does not")
    return nil
  }

  private func variables(of operands: [Int]) -> [Int] {
    var seen: Set<Int> = []
    return operands.filter { !logic.isConstant($0) && seen.insert($0).inserted }
  }

  private mutating func ask(gate signal: Int) {
    let name = netlist.names[signal]
    let leaves = variables(of: logic.instructions[signal].operands)
    guard let wire = text.wires[name], wire.width == logic.width(signal) else {
      faults.append("\(name) is not declared with \(logic.width(signal)) bits")
      return
    }
    guard let code = expression(wire.expression, of: name, leaves) else { return }
    let constants = logic.instructions[signal].operands.filter { logic.isConstant($0) }
    let reference = ReferenceVerilog(
      logic, order: Array(Set(constants)).sorted() + [signal], operands: leaves)
    ask(
      name, leaves, wires: ["  wire [\(wire.width - 1):0] y = \(code);"], found: "y",
      width: wire.width, reference: reference,
      operands: Dictionary(uniqueKeysWithValues: leaves.map { ($0, $0) }),
      root: signal)
  }

  /// - Parameter operands: for values of the reference the signals that carry them.
  private mutating func ask(
    _ subject: String, _ leaves: [Int], wires: [String], found: String, width: Int,
    reference: ReferenceVerilog, operands: [Int: Int], root: Int
  ) {
    var body = wires
    var conditions: [String] = []
    var names: [Int: String] = [:]
    for (place, leaf) in leaves.enumerated() {
      let interval = logic.intervals[leaf]
      body.append(
        "  wire signed [\(reference.width - 1):0] e\(place) = \(reference.read("p\(place)", width: logic.width(leaf), signed: interval.low < 0));"
      )
      let format = interval.format
      if format.minimum < ranges[leaf].lowerBound {
        conditions.append("(e\(place) >= \(reference.number(ranges[leaf].lowerBound)))")
      }
      if ranges[leaf].upperBound < format.maximum {
        conditions.append("(e\(place) <= \(reference.number(ranges[leaf].upperBound)))")
      }
    }
    for (value, signal) in operands {
      names[value] = leaves.firstIndex(of: signal).map { "e\($0)" }
    }
    for (place, value) in reference.order.enumerated() { names[value] = "r\(place)" }
    body += reference.lines { names[$0] ?? "undriven" }
    var wanted = "\(names[root]!)[\(width - 1):0]"
    if case .multiply(let a, let b) = reference.program.instructions[root],
      reference.order.count == 1
    {
      // A product's low bits are those of its factors' low bits: one multiplier for both sides.
      let factors = [a, b].map { "\(names[$0]!)[\(width - 1):0]" }
      body.append("  wire [\(width - 1):0] product = \(factors[0]) * \(factors[1]);")
      wanted = "product"
    }
    conditions.append("(\(found) != \(wanted))")
    body.append("  assign bad = \(conditions.joined(separator: " & "));")
    subjects.append(subject)
    questions.append(
      SolverQuestion(
        inputs: leaves.enumerated().map { .init(name: "p\($0)", width: logic.width($1)) },
        body: body))
  }

  private mutating func ask(output index: Int, _ name: String) {
    let port = logic.outputs[index]
    let leaves = variables(of: port.values)
    guard let assigned = text.assignments[name],
      let code = expression(assigned, of: name, leaves)
    else {
      faults.append("\(name) is not assigned as expected")
      return
    }
    let widths = port.formats.map { max($0.width, 1) }
    let total = widths.reduce(0, +)
    var body = ["  wire [\(total - 1):0] y = \(code);"]
    var low = 0
    var wrong: [String] = []
    for (element, (value, width)) in zip(port.values, widths).enumerated() {
      let shift = port.formats[element].fraction - logic.intervals[value].fraction
      let range = logic.intervals[value]
      let bits = logic.width(value) + abs(shift) + width + 1
      let number: String
      if case .constant(let mantissa) = logic.instructions[value] {
        let pattern =
          UInt128(bitPattern: mantissa) & (bits >= 128 ? .max : (1 << UInt128(bits)) - 1)
        number = "\(bits)'h\(String(pattern, radix: 16))"
      } else {
        let place = leaves.firstIndex(of: value)!
        let own = logic.width(value)
        let fill = range.low < 0 ? (own > 1 ? "p\(place)[\(own - 1)]" : "p\(place)") : "1'b0"
        number = "{{\(bits - own){\(fill)}}, p\(place)}"
      }
      body.append("  wire [\(bits - 1):0] e\(element) = \(number);")
      body.append(
        "  wire [\(bits - 1):0] r\(element) = e\(element) \(shift < 0 ? ">>" : "<<") \(abs(shift));"
      )
      wrong.append("(y[\(low + width - 1):\(low)] != r\(element)[\(width - 1):0])")
      low += width
    }
    body.append("  assign bad = \(wrong.joined(separator: " | "));")
    subjects.append(name)
    questions.append(
      SolverQuestion(
        inputs: leaves.enumerated().map { .init(name: "p\($0)", width: logic.width($1)) },
        body: body))
  }

  /// A block that Swift could not decide: the file's wires against the program's part.
  private mutating func ask(block: ProofBlock, _ program: FixedPointProgram) {
    let name = netlist.names[block.signal]
    let leaves = Array(Set(block.operands.values).union(block.leaves)).sorted()
    var wires: [String] = []
    for signal in block.signals where !logic.isConstant(signal) {
      guard let wire = text.wires[netlist.names[signal]] else { return }
      var code = wire.expression
      for (old, range) in VerilogText.identifiers(code).reversed() {
        let source = text.source(of: old)
        if let place = leaves.firstIndex(where: { netlist.names[$0] == source }) {
          code.replaceSubrange(range, with: "p\(place)")
        } else if text.tables[old] != nil {
          // Tables are functions of the file; they are asked about entry by entry.
          subjects.append("block of \(name)")
          questions.append(SolverQuestion(inputs: [], body: ["  assign bad = 1'b1;"]))
          return
        } else {
          code.replaceSubrange(range, with: "w_\(source)")
        }
      }
      wires.append("  wire [\(wire.width - 1):0] w_\(netlist.names[signal]) = \(code);")
    }
    ask(
      "block of \(name)", leaves, wires: wires, found: "w_\(name)",
      width: logic.width(block.signal),
      reference: ReferenceVerilog(
        program, order: block.values, operands: Array(block.operands.keys).sorted()),
      operands: block.operands, root: block.value)
  }

  // MARK: Tables

  private mutating func compareTable(_ signal: Int) {
    let name = netlist.names[signal]
    guard case .table(let x, let first, let entries) = logic.instructions[signal] else { return }
    guard let wire = text.wires[name], wire.width == logic.width(signal) else {
      faults.append("\(name) is not declared with \(logic.width(signal)) bits")
      return
    }
    let read = VerilogText.identifiers(wire.expression).map(\.name)
    guard read.count == 2, let lines = text.tables[read[0]],
      wire.expression == "\(read[0])(\(read[1]))", text.source(of: read[1]) == netlist.names[x]
    else {
      faults.append("\(name) is not its table of \(netlist.names[x])")
      return
    }
    var found: [UInt128: UInt128] = [:]
    for line in lines where !line.hasPrefix("default") {
      let parts = line.split(separator: " ")
      guard parts.count == 4, parts[1] == read[0][...], parts[2] == "=",
        let address = Self.literal(parts[0].dropLast()),
        let entry = Self.literal(parts[3].dropLast()),
        found.updateValue(entry, forKey: address) == nil
      else {
        faults.append("\(name) has a line '\(line)' that is no entry")
        return
      }
    }
    func pattern(_ mantissa: Int128, _ width: Int) -> UInt128 {
      UInt128(bitPattern: mantissa) & ((1 << UInt128(width)) - 1)
    }
    for (index, entry) in entries.enumerated() {
      let address = pattern(first + Int128(index), logic.width(x))
      if found[address] != pattern(Int128(entry), logic.width(signal)) {
        faults.append("\(name) has another entry for \(first + Int128(index)) than its table")
        return
      }
    }
    tables += 1
  }

  /// `8'hff` or `8'd7`.
  private static func literal(_ text: Substring) -> UInt128? {
    guard let quote = text.firstIndex(of: "'") else { return nil }
    let digits = text[text.index(after: quote)...]
    return UInt128(digits.dropFirst(), radix: digits.first == "h" ? 16 : 10)
  }
}
