/// Counters of a section's steps and turns, and its lines of inputs.
struct FoldedSectionControl {
  let plan: FoldedPlan
  let index: Int
  private var schedule: FoldedSchedule { plan.sections[index].schedule }

  init(_ plan: FoldedPlan, _ index: Int) {
    self.plan = plan
    self.index = index
  }

  func text() -> [String] {
    let shape = schedule.shape
    var text = [
      "",
      "  // Rows \(index): \(shape.turns) turns of \(shape.steps) steps, \(schedule.units.count) units, \(schedule.multiplierCount) multipliers"
        + (shape.isGathered ? " with inputs of their own" : ""),
    ]
    text += counters()
    for number in schedule.lines.indices { text += line(number) }
    return text
  }

  /// The step within a turn, the turn, and whether a sum begins.
  private func counters() -> [String] {
    let shape = schedule.shape
    let (stepBits, turnBits) = (bitWidth(shape.steps - 1), bitWidth(shape.turns - 1))
    // A single turn without waiting counts as the kernel does.
    let needsStep = shape.turns > 1 && shape.steps > 1
    var text: [String] = []
    var changes: [String] = []
    let stepEnd =
      shape.steps == 1 ? "1'b1" : needsStep ? "inner_\(index) == \(stepBits)'d\(shape.steps - 1)" : "1'b0"
    let turnEnd = shape.turns == 1 ? "1'b1" : "turn_\(index) == \(turnBits)'d\(shape.turns - 1)"
    if needsStep { text.append("  reg [\(stepBits - 1):0] inner_\(index);") }
    if shape.turns > 1 {
      text += [
        "  reg [\(turnBits - 1):0] turn_\(index);",
        "  wire next_\(index) = \(shape.steps == 1 ? "" : "(\(stepEnd)) & ")~(\(turnEnd));",
      ]
      changes.append(
        "    if (reset | (last & enable)) turn_\(index) <= \(turnBits)'d0;\n    else if (busy & enable & next_\(index)) turn_\(index) <= turn_\(index) + \(turnBits)'d1;"
      )
      if needsStep {
        changes.append(
          "    if (reset | (last & enable) | (busy & enable & next_\(index))) inner_\(index) <= \(stepBits)'d0;\n    else if (busy & enable & ~(\(stepEnd))) inner_\(index) <= inner_\(index) + \(stepBits)'d1;"
        )
      }
    }
    if schedule.accumulates {
      text.append("  reg fresh_\(index);")
      let again = shape.turns > 1 ? " | next_\(index)" : ""
      changes.append(
        "    if (reset) fresh_\(index) <= 1'b1;\n    else if (busy & enable) fresh_\(index) <= last\(again);"
      )
    }
    if !changes.isEmpty { text += ["  always @(posedge clock) begin"] + changes + ["  end"] }
    if schedule.accumulates { text += delayed("fresh_\(index)", 1, by: plan.depth - 1) }
    if shape.turns > 1 { text += delayed("turn_\(index)", turnBits, by: plan.depth - 2) }
    return text
  }

  /// The step's address of a line, and its bits.
  private var address: (name: String, width: Int) {
    let shape = schedule.shape
    return !shape.isGathered && shape.turns > 1
      ? ("inner_\(index)", bitWidth(shape.steps - 1)) : ("step", bitWidth(plan.reuse - 1))
  }

  private func bit(_ input: Int, _ place: Int) -> String {
    let own = plan.matrix.inputs[input]
    if place < own.width { return "held[\(own.start + place)]" }
    return own.isSigned ? "held[\(own.start + own.width - 1)]" : "1'b0"
  }

  /// A line's register: the step's input out of the held vector.
  private func line(_ number: Int) -> [String] {
    let line = schedule.lines[number]
    let name = "\(index)_\(number)"
    let bits = line.width - 1
    var text = ["  reg \(vectorRange(line.width))line_\(name);"]
    // Steps beyond a line's end are of weight zero.
    if Set(line.inputs).count == 1 {
      let value = (0..<line.width).reversed().map { bit(line.inputs[0], $0) }
      text += ["  wire \(vectorRange(line.width))chosen_\(name) = {\(value.joined(separator: ", "))};"]
      if plan.multiplexerStages == 0 {
        text.append("  always @(posedge clock) if (enable) line_\(name) <= chosen_\(name);")
      } else {
        text += delayed("chosen_\(name)", line.width, by: 1)
        text.append(
          "  always @(posedge clock) if (enable) line_\(name) <= \(delayedName("chosen_\(name)", 1));")
      }
      return text
    }
    let inputs = padded(line.inputs)
    let addressBits = bitWidth(inputs.count - 1)
    let split = plan.multiplexerStages == 0 ? addressBits : min(4, addressBits)
    let groups = inputs.count >> split
    for place in 0...bits {
      for group in 0..<groups {
        let members = inputs[(group << split)..<((group + 1) << split)]
        text.append(
          "  wire [\((1 << split) - 1):0] column_\(name)_\(place)_\(group) = {\(members.reversed().map { bit($0, place) }.joined(separator: ", "))};"
        )
      }
    }
    let (counter, counterBits) = address
    func slice(_ name: String, _ low: Int, _ high: Int) -> String {
      low == 0 && high == counterBits
        ? name : high - low == 1 ? "\(name)[\(low)]" : "\(name)[\(high - 1):\(low)]"
    }
    let low = slice(counter, 0, split)
    func chosen(_ group: Int) -> String {
      "{\((0...bits).reversed().map { "column_\(name)_\($0)_\(group)[\(low)]" }.joined(separator: ", "))}"
    }
    if plan.multiplexerStages == 0 {
      text.append("  always @(posedge clock) if (enable) line_\(name) <= \(chosen(0));")
      return text
    }
    for group in 0..<groups {
      text += [
        "  reg \(vectorRange(line.width))part_\(name)_\(group);",
        "  always @(posedge clock) if (enable) part_\(name)_\(group) <= \(chosen(group));",
      ]
    }
    if groups == 1 {
      text.append("  always @(posedge clock) if (enable) line_\(name) <= part_\(name)_0;")
      return text
    }
    let high = "high_\(name)"
    let highBits = addressBits - split
    text += [
      "  reg \(vectorRange(highBits))\(high);",
      "  always @(posedge clock) if (enable) \(high) <= \(slice(counter, split, addressBits));",
    ]
    for place in 0...bits {
      let members = (0..<groups).reversed().map { group in
        bits == 0 ? "part_\(name)_\(group)" : "part_\(name)_\(group)[\(place)]"
      }
      text.append(
        "  wire [\(groups - 1):0] upper_\(name)_\(place) = {\(members.joined(separator: ", "))};")
    }
    text.append(
      "  always @(posedge clock) if (enable) line_\(name) <= {\((0...bits).reversed().map { "upper_\(name)_\($0)[\(high)]" }.joined(separator: ", "))};"
    )
    return text
  }

  /// Inputs up to a power of two; those beyond the end repeat the last, whose bits cost nothing.
  private func padded(_ inputs: [Int]) -> [Int] {
    let wanted = 1 << bitWidth(inputs.count - 1)
    return inputs + Array(repeating: inputs[inputs.count - 1], count: wanted - inputs.count)
  }
}
