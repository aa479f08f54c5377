import WinnowFixedPoint
import WinnowNetworkIR

/// The questions that make an emitted Verilog file part of a proof.
///
/// Registers are followed bit by bit to the gates that they copy, and all paths must pass as many of
/// them; then each wire's expression, as it stands in the file, is set against its gate.
struct TextProof {
  let netlist: Netlist
  let text: VerilogText
  private var trace: WireTrace
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
    trace = WireTrace(text, inputs: Set(netlist.logic.inputs.indices.map(module.inputName)))
    checkInputs(module)
    checkLatency(module)
    for signal in 0..<logic.count {
      switch logic.instructions[signal] {
      case .input, .constant: continue
      // Bits that nothing reads may be missing there; who reads the others is asked about them.
      case _ where isPlacement(signal): continue
      case .table: compareTable(signal)
      default: ask(gate: signal)
      }
    }
    for index in logic.outputs.indices { ask(output: index, module.outputName(index)) }
    for block in undecided { ask(block: block, reference) }
    faults = (faults + trace.faults).sorted()
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
  }

  /// Every path from an input port to an output passes the same number of registers.
  private mutating func checkLatency(_ module: VerilogModule) {
    let latency = module.pipeline.latency
    for index in logic.outputs.indices {
      let name = module.outputName(index)
      let time = trace.time(text.assignments[name] ?? "", of: name)
      if let time, time != latency {
        faults.append("\(name) comes after \(time) clock edges, not \(latency)")
      }
    }
    let valid = latency > 1 ? "{valid[\(latency - 2):0], valid_in}" : "valid_in"
    if text.transfers["valid"] != valid || text.registers["valid"] != 0..<latency
      || text.assignments["valid_out"] != "valid[\(latency - 1)]"
    {
      faults.append("valid_out does not follow valid_in by \(latency) clock edges")
    }
  }

  // MARK: Questions

  /// An expression of the file over other names: declarations, and the expression with what it
  /// reads renamed to them. Bits that belong to no known signal become free inputs; conditions say
  /// which bits of known signals are the same wire.
  private mutating func bound(
    _ code: String, _ known: [(signal: Int, name: String)], _ inputs: inout [SolverQuestion.Input]
  ) -> (declarations: [String], code: String, conditions: [String])? {
    var places: [WireTrace.Bit: String] = [:]
    var conditions: [String] = []
    for (signal, name) in known {
      for (place, (bit, other)) in names(of: signal).enumerated() {
        let own = "\(name)[\(place)]"
        if bit.source == nil { conditions.append("(\(own) == 1'b\(bit.place))") }
        for identity in Set([bit, other ?? bit]) where identity.source != nil {
          if let known = places[identity] {
            conditions.append("(\(own) == \(known))")
          } else {
            places[identity] = own
          }
        }
      }
    }
    var declarations: [String] = []
    var renamed: [String: String] = [:]
    for (name, _) in VerilogText.identifiers(code) where renamed[name] == nil {
      guard let vector = trace[name] else { return nil }
      let own = "x\(inputs.count)_\(renamed.count)_\(known.count)"
      var bits: [String] = []
      for bit in vector.bits {
        if bit.source == nil {
          bits.append("1'b\(bit.place)")
        } else if let place = places[bit.identity] {
          bits.append(place)
        } else {
          let free = "q\(inputs.count)"
          inputs.append(.init(name: free, width: 1))
          places[bit.identity] = free
          bits.append(free)
        }
      }
      let high = vector.low + bits.count - 1
      declarations.append(
        "  wire [\(high):\(vector.low)] \(own) = {\(bits.reversed().joined(separator: ", "))};")
      renamed[name] = own
    }
    return (declarations, VerilogText.renamed(code) { renamed[$0] ?? $0 }, conditions)
  }

  private func leafInputs(_ leaves: [Int]) -> [SolverQuestion.Input] {
    leaves.enumerated().map { .init(name: "p\($0)", width: logic.width($1)) }
  }

  /// Whether a signal only places bits of others: registers may then stand for those.
  private func isPlacement(_ signal: Int) -> Bool {
    switch logic.instructions[signal] {
    case .floorShift, .wrap: true
    case .linear: logic.isWiring(signal)
    default: false
    }
  }

  /// The gates behind some signals, and what lies between: constants and placements, in order.
  private func behind(_ signals: [Int]) -> (leaves: [Int], between: [Int]) {
    var seen = Set(signals)
    var leaves: [Int] = []
    var between: [Int] = []
    var pending = Array(seen)
    while let signal = pending.popLast() {
      if logic.isConstant(signal) || isPlacement(signal) {
        between.append(signal)
        for operand in logic.instructions[signal].operands where seen.insert(operand).inserted {
          pending.append(operand)
        }
      } else {
        leaves.append(signal)
      }
    }
    return (leaves.sorted(), between.sorted())
  }

  private mutating func ask(gate signal: Int) {
    let name = netlist.names[signal]
    let (leaves, between) = behind(logic.instructions[signal].operands)
    guard let wire = text.wires[name], wire.width == logic.width(signal) else {
      faults.append("\(name) is not declared with \(logic.width(signal)) bits")
      return
    }
    var inputs = leafInputs(leaves)
    guard
      let (declarations, code, conditions) = bound(
        wire.expression, leaves.enumerated().map { ($1, "p\($0)") }, &inputs)
    else {
      faults.append("\(name) reads what nothing drives")
      return
    }
    let reference = ReferenceVerilog(logic, order: between + [signal], operands: leaves)
    ask(
      name, leaves, inputs, wires: declarations + ["  wire [\(wire.width - 1):0] y = \(code);"],
      conditions: conditions, found: "y", width: wire.width,
      read: (trace[name]?.bits ?? []).map { $0.source != nil }, reference: reference,
      operands: Dictionary(uniqueKeysWithValues: leaves.map { ($0, $0) }),
      root: signal)
  }

  /// - Parameter operands: for values of the reference the signals that carry them.
  private mutating func ask(
    _ subject: String, _ leaves: [Int], _ inputs: [SolverQuestion.Input], wires: [String],
    conditions: [String], found: String, width: Int, read: [Bool], reference: ReferenceVerilog,
    operands: [Int: Int], root: Int
  ) {
    var body = wires
    var conditions = conditions
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
    if case .multiply(let a, let b) = reference.program.instructions[root] {
      // A product's low bits are those of its factors' low bits: one multiplier for both sides.
      let isSigned = [a, b].contains { reference.program.intervals[$0].low < 0 }
      let factors = [a, b].map {
        isSigned ? "$signed(\(names[$0]!)[\(width - 1):0])" : "\(names[$0]!)[\(width - 1):0]"
      }
      body.append("  wire [\(width - 1):0] product = \(factors[0]) * \(factors[1]);")
      wanted = "product"
    }
    // Bits that the file leaves 0 are compared where they are read.
    let kept = read.map { "1'b\($0 ? 1 : 0)" }.reversed().joined(separator: ", ")
    let mask = read.allSatisfy(\.self) ? "" : " & {\(kept)}"
    conditions.append("(((\(found) ^ \(wanted))\(mask)) != 0)")
    body.append("  assign bad = \(conditions.joined(separator: " & "));")
    subjects.append(subject)
    questions.append(SolverQuestion(inputs: inputs, body: body))
  }

  private mutating func ask(output index: Int, _ name: String) {
    let port = logic.outputs[index]
    let (leaves, between) = behind(port.values)
    var inputs = leafInputs(leaves)
    guard let assigned = text.assignments[name],
      let (declarations, code, conditions) = bound(
        assigned, leaves.enumerated().map { ($1, "p\($0)") }, &inputs)
    else {
      faults.append("\(name) is not assigned as expected")
      return
    }
    let widths = port.formats.map { max($0.width, 1) }
    let total = widths.reduce(0, +)
    var body = declarations + ["  wire [\(total - 1):0] y = \(code);"]
    var low = 0
    var wrong: [String] = []
    let reference = ReferenceVerilog(logic, order: between, operands: leaves)
    var names: [Int: String] = [:]
    for (place, leaf) in leaves.enumerated() {
      names[leaf] = "e\(place)"
      let number = reference.read(
        "p\(place)", width: logic.width(leaf), signed: logic.intervals[leaf].low < 0)
      body.append("  wire signed [\(reference.width - 1):0] e\(place) = \(number);")
    }
    for (place, value) in between.enumerated() { names[value] = "r\(place)" }
    body += reference.lines { names[$0] ?? "undriven" }
    for (element, (value, width)) in zip(port.values, widths).enumerated() {
      let shift = port.formats[element].fraction - logic.intervals[value].fraction
      let bits = reference.width + abs(shift) + width
      let number = names[value]!
      let copies = "{\(bits - reference.width){\(number)[\(reference.width - 1)]}}"
      body.append("  wire [\(bits - 1):0] o\(element) = {\(copies), \(number)};")
      body.append(
        "  wire [\(bits - 1):0] s\(element) = o\(element) \(shift < 0 ? ">>" : "<<") \(abs(shift));"
      )
      wrong.append("(y[\(low + width - 1):\(low)] != s\(element)[\(width - 1):0])")
      low += width
    }
    let both = conditions + ["(\(wrong.joined(separator: " | ")))"]
    body.append("  assign bad = \(both.joined(separator: " & "));")
    subjects.append(name)
    questions.append(SolverQuestion(inputs: inputs, body: body))
  }

  /// A block that Swift could not decide: the file's wires against the program's part.
  private mutating func ask(block: ProofBlock, _ program: FixedPointProgram) {
    let name = netlist.names[block.signal]
    let leaves = Array(Set(block.operands.values).union(block.leaves)).sorted()
    var wires: [String] = []
    var inputs = leafInputs(leaves)
    var known = leaves.enumerated().map { (signal: $1, name: "p\($0)") }
    var assumed: [String] = []
    for signal in block.signals where !logic.isConstant(signal) {
      let own = "w\(known.count)"
      // Tables are functions of the file, compared entry by entry; blocks with one stay open.
      guard let wire = text.wires[netlist.names[signal]],
        let (declarations, code, conditions) = bound(wire.expression, known, &inputs)
      else {
        subjects.append("block of \(name)")
        questions.append(SolverQuestion(inputs: [], body: ["  assign bad = 1'b1;"]))
        return
      }
      wires += declarations
      wires.append("  wire [\(wire.width - 1):0] \(own) = \(code);")
      assumed += conditions
      known.append((signal, own))
    }
    ask(
      "block of \(name)", leaves, inputs, wires: wires, conditions: assumed,
      found: "w\(known.count - 1)",
      width: logic.width(block.signal),
      read: Array(repeating: true, count: logic.width(block.signal)),
      reference: ReferenceVerilog(
        program, order: block.values, operands: Array(block.operands.keys).sorted()),
      operands: block.operands, root: block.value)
  }

  // MARK: Tables

  /// Whether bits that the file reads are those of a signal, all of them.
  private mutating func isRead(_ bits: [WireTrace.Bit], as signal: Int) -> Bool {
    let wanted = names(of: signal)
    return bits.count == wanted.count
      && zip(bits, wanted).allSatisfy { $0.identity == $1.byGate || $0.identity == $1.inFile }
  }

  /// The bits that a wire of the file and the gate behind it are known by; constants as such.
  private mutating func names(of signal: Int) -> [(byGate: WireTrace.Bit, inFile: WireTrace.Bit?)] {
    let file = trace[netlist.names[signal]]?.bits ?? []
    return bits(of: signal).enumerated().map { place, bit in
      // A bit that nothing reads may be 0 in the file.
      let other = place < file.count && file[place].source != nil ? file[place].identity : nil
      return (bit, other)
    }
  }

  /// Where the bits of a signal come from, by what its gate means: placements are followed, and so are
  /// bits that an adder or a rounding passes on.
  private func bits(of signal: Int) -> [WireTrace.Bit] {
    let width = logic.width(signal)
    let zero = WireTrace.Bit(source: nil, place: 0, time: 0)
    func constant(_ mantissa: Int128, _ places: Range<Int>) -> [WireTrace.Bit] {
      places.map { .init(source: nil, place: Int(mantissa >> Int128($0) & 1), time: 0) }
    }
    func own(_ places: Range<Int>) -> [WireTrace.Bit] {
      places.map { .init(source: netlist.names[signal], place: $0, time: 0) }
    }
    func part(_ operand: Int, from first: Int, count: Int) -> [WireTrace.Bit] {
      let given = bits(of: operand)
      let sign = logic.intervals[operand].low < 0 ? given[given.count - 1] : zero
      return (first..<first + count).map { $0 < 0 ? zero : $0 < given.count ? given[$0] : sign }
    }
    switch logic.instructions[signal] {
    case .constant(let mantissa): return constant(mantissa, 0..<width)
    case .floorShift(let x, let dropped): return part(x, from: dropped, count: width)
    case .wrap(let x, _, _): return part(x, from: 0, count: width)
    case .convergentShift(let x, let dropped) where width > 1:
      return own(0..<1) + part(x, from: dropped + 1, count: width - 1)
    case .linear(let terms, let sum):
      if logic.isWiring(signal) {
        if let (high, low, shift) = logic.joined(terms) {
          return part(low, from: 0, count: shift) + part(high, from: 0, count: width - shift)
        }
        let shift = min(terms[0].coefficient.trailingZeroBitCount, width)
        return constant(sum, 0..<shift) + part(terms[0].value, from: 0, count: width - shift)
      }
      // All but one operand leave these bits 0.
      guard let passed = terms.firstIndex(where: { $0.coefficient == 1 }) else { return own(0..<width) }
      var count = sum == 0 ? width - 1 : min(sum.trailingZeroBitCount, width - 1)
      for (place, term) in terms.enumerated() where place != passed {
        count = min(count, term.coefficient.trailingZeroBitCount)
      }
      return part(terms[passed].value, from: 0, count: count) + own(count..<width)
    default: return own(0..<width)
    }
  }

  private mutating func compareTable(_ signal: Int) {
    let name = netlist.names[signal]
    guard case .table(let x, let first, let entries) = logic.instructions[signal] else { return }
    guard let wire = text.wires[name], wire.width == logic.width(signal) else {
      faults.append("\(name) is not declared with \(logic.width(signal)) bits")
      return
    }
    let read = VerilogText.identifiers(wire.expression).map(\.name)
    guard read.count == 2, let lines = text.tables[read[0]],
      wire.expression == "\(read[0])(\(read[1]))", let given = trace[read[1]],
      given.low == 0, isRead(given.bits, as: x)
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
