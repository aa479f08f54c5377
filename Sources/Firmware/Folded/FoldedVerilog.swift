import WinnowNetworkIR

/// The Verilog of a folded kernel: control, memories, units, and an instance of the logic after them.
struct FoldedVerilog {
  let kernel: FoldedKernel
  let plan: FoldedPlan
  private(set) var lines: [String] = []

  init(_ kernel: FoldedKernel) {
    self.kernel = kernel
    plan = kernel.plan
  }

  func text() -> String {
    var writer = self
    writer.write()
    return writer.lines.joined(separator: "\n")
  }

  private mutating func write() {
    let name = kernel.moduleName
    let suffix = kernel.suffix.logic.module
    lines = [
      suffix.text(),
      "// \(name): \(plan.matrix.rows.count) sums of \(plan.matrix.weightCount) products, \(plan.multiplierCount) multipliers shared over \(kernel.interval) clock edges.",
      "module \(name) (",
    ]
    lines += streamPorts(kernel.inputWidth, kernel.outputWidth) + [");"]
    lines += control()
    for index in plan.sections.indices { lines += FoldedSectionControl(plan, index).text() }
    lines += memories()
    for index in plan.sections.indices { lines += FoldedUnits(plan, index).text() }
    lines += sums() + carried()
    let inputs = ["sums"] + (kernel.suffix.carried.isEmpty ? [] : ["carried_\(plan.depth)"])
    let outputs = packedParts("finished", suffix.logicOutputWidths)
    lines += kernel.suffix.logic.instance("after_sums", inputs: inputs, outputs: outputs)
    lines += ["endmodule", ""]
  }

  /// The vector that is held, the step, and the result that waits to be taken.
  private func control() -> [String] {
    let bits = bitWidth(kernel.interval - 1)
    let depth = kernel.depth
    return [
      "  // A vector is held for \(kernel.interval) edges; everything waits only where a result is finished before",
      "  // the one ahead of it was taken.",
      "  reg busy;",
      "  reg [\(bits - 1):0] step;",
      "  reg [\(kernel.inputWidth - 1):0] held;",
      "  reg [\(depth - 1):0] finishing;",
      "  reg waiting;",
      "  reg [\(kernel.outputWidth - 1):0] result;",
      "  wire [\(kernel.outputWidth - 1):0] finished;",
      "  wire done = finishing[\(depth - 1)];",
      "  wire enable = ~(done & waiting & ~out_ready);",
      "  wire last = step == \(bits)'d\(kernel.interval - 1);",
      "  wire take = in_valid & in_ready;",
      "  assign in_ready = ~busy | (last & ~(done & waiting));",
      "  assign out_valid = waiting;",
      "  assign out_data = result;",
      "  always @(posedge clock) begin",
      "    if (reset) busy <= 1'b0;",
      "    else busy <= take | (busy & ~(last & enable));",
      "    if (reset) step <= \(bits)'d0;",
      "    else if (busy & enable) step <= last ? \(bits)'d0 : step + \(bits)'d1;",
      "    if (take) held <= in_data;",
      "    if (reset) finishing <= \(depth)'d0;",
      "    else if (enable) finishing <= {finishing[\(depth - 2):0], last};",
      "    if (reset) waiting <= 1'b0;",
      "    else waiting <= (done & enable) | (waiting & ~out_ready);",
      "    if (done & enable) result <= finished;",
      "  end",
    ] + delayed("step", bits, by: plan.multiplexerStages)
  }

  /// Weights, registered with the operands.
  private func memories() -> [String] {
    let schedules = plan.sections.map(\.schedule)
    var text = ["", "  // Weights: the word of a step holds those of several multipliers."]
    let address = delayedName("step", plan.multiplexerStages)
    for (index, memory) in plan.memories.enumerated() {
      let range = vectorRange(memory.width)
      // A shape may take fewer steps than there are; words beyond are zero.
      let isShort = memory.depth < kernel.interval
      let bits = bitWidth(memory.depth - 1)
      // Yosys knows no distributed memory without a write port; it makes logic of itself.
      text +=
        memory.isBlock
        ? ["  (* rom_style = \"block\" *)"]
        : ["`ifndef YOSYS", "  (* rom_style = \"distributed\" *)", "`endif"]
      text += [
        "  reg \(range)weights_\(index) [0:\(memory.depth - 1)];", "  reg \(range)word_\(index);",
      ]
      let full = bitWidth(kernel.interval - 1)
      if memory.depth == 1 {
        text.append(
          "  always @(posedge clock) if (enable) word_\(index) <= \(isShort ? "\(address) == \(full)'d0 ? weights_\(index)[0] : \(memory.width)'d0" : "weights_\(index)[0]");"
        )
      } else {
        let part = bits == full ? address : "\(address)[\(bits - 1):0]"
        let read = "weights_\(index)[\(part)]"
        text.append(
          "  always @(posedge clock) if (enable) word_\(index) <= \(isShort ? "\(address) < \(full)'d\(memory.depth) ? \(read) : \(memory.width)'d0" : read);"
        )
      }
      text.append("  initial begin")
      for step in 0..<memory.depth {
        text.append("    weights_\(index)[\(step)] = \(memory.width)'h\(memory.word(step, schedules));")
      }
      text.append("  end")
      for column in memory.columns {
        let part =
          memory.width == 1
          ? "word_\(index)"
          : column.width == 1
            ? "word_\(index)[\(column.start)]"
            : "word_\(index)[\(column.start + column.width - 1):\(column.start)]"
        text.append(
          "  wire signed [\(column.width - 1):0] weight_\(column.section)_\(column.unit)_\(column.multiplier) = \(part);"
        )
      }
    }
    return text
  }

  /// Finished sums, packed in row order.
  private func sums() -> [String] {
    var parts = Array(repeating: "", count: plan.matrix.rows.count)
    for (index, section) in plan.sections.enumerated() {
      let turns = section.schedule.shape.turns
      for (number, unit) in section.schedule.units.enumerated() {
        for (turn, row) in unit.rows.enumerated() {
          let name =
            turn == turns - 1
            ? "sum_\(index)_\(number)" : "sum_\(index)_\(number)_\(turns - 1 - turn)"
          let width = plan.matrix.rows[row].width
          parts[row] = unit.width == 1 ? name : width == 1 ? "\(name)[0]" : "\(name)[\(width - 1):0]"
        }
      }
    }
    let total = plan.matrix.rows.reduce(0) { $0 + $1.width }
    let list = parts.reversed().joined(separator: ",\n    ")
    return [
      "", "  wire [\(total - 1):0] sums = \(parts.count == 1 ? list : "{\n    \(list)\n  }");",
    ]
  }

  /// Token elements that are read beside the sums, brought to the same edge.
  private func carried() -> [String] {
    let carried = kernel.suffix.carried
    guard !carried.isEmpty else { return [] }
    let bits = kernel.suffix.carriedBits
    let parts = carried.map { part in
      kernel.inputWidth == 1
        ? "held"
        : part.width == 1
          ? "held[\(part.start)]" : "held[\(part.start + part.width - 1):\(part.start)]"
    }
    return ["  wire \(vectorRange(bits))carried = {\(parts.reversed().joined(separator: ", "))};"]
      + delayed("carried", bits, by: plan.depth)
  }
}

/// The name of a signal after a number of registers.
func delayedName(_ name: String, _ stages: Int) -> String { stages == 0 ? name : "\(name)_\(stages)" }

/// A signal's copies after one, two, … registers.
func delayed(_ name: String, _ width: Int, by stages: Int) -> [String] {
  guard stages > 0 else { return [] }
  let range = vectorRange(width)
  let declarations = (1...stages).map { "  reg \(range)\(delayedName(name, $0));" }
  let transfers = (1...stages).map {
    "    \(delayedName(name, $0)) <= \(delayedName(name, $0 - 1));"
  }
  return declarations + ["  always @(posedge clock) if (enable) begin"] + transfers + ["  end"]
}
