/// Multipliers, adder trees and accumulators of a section.
struct FoldedUnits {
  let plan: FoldedPlan
  let index: Int
  private var section: FoldedPlan.Section { plan.sections[index] }
  private var schedule: FoldedSchedule { plan.sections[index].schedule }

  init(_ plan: FoldedPlan, _ index: Int) {
    self.plan = plan
    self.index = index
  }

  func text() -> [String] {
    var text = [""]
    for (number, line) in schedule.lines.enumerated() {
      let name = "line_\(index)_\(number)"
      let width = FoldedCost.factorWidth(line)
      text.append(
        "  wire signed [\(width - 1):0] factor_\(index)_\(number) = \(line.isSigned ? name : "{1'b0, \(name)}");"
      )
    }
    for number in schedule.units.indices { text += unit(number) }
    return text
  }

  /// A value on its way to the sum.
  private struct Node {
    var name: String
    var low: Int
    var high: Int
    var width: Int
  }

  private func unit(_ number: Int) -> [String] {
    let unit = schedule.units[number]
    let names = unit.rows.map { "\($0)" }.joined(separator: ", ")
    var text = ["  // Unit \(index)_\(number): sums \(names)"]
    var nodes: [Node] = []
    for (place, multiplier) in unit.multipliers.enumerated() {
      let name = "\(index)_\(number)_\(place)"
      let width = signedWidth(multiplier.low, multiplier.high)
      let line = schedule.lines[multiplier.line]
      text += [
        "  \(section.usesBlocks ? "(* use_dsp = \"yes\" *) " : "(* use_dsp = \"no\" *) ")reg signed [\(width - 1):0] product_\(name);",
        product(
          "product_\(name)", width: width, factor: "factor_\(index)_\(multiplier.line)",
          FoldedCost.factorWidth(line), weight: "weight_\(name)", multiplier.weightWidth),
      ]
      nodes.append(
        Node(name: "product_\(name)", low: multiplier.low, high: multiplier.high, width: width))
    }
    text += tree(&nodes, unit, number)
    text += accumulator(nodes[0], unit, number)
    return text
  }

  /// Both factors extended to the product's width, so that no width is left to the language's rules.
  private func product(
    _ name: String, width: Int, factor: String, _ factorWidth: Int, weight: String,
    _ weightWidth: Int
  ) -> String {
    let full = max(width, factorWidth, weightWidth)
    let a = extended(factor, factorWidth, to: full)
    let b = extended(weight, weightWidth, to: full)
    if full == width {
      return
        "  always @(posedge clock) if (enable) \(name) <= $signed(\(a)) * $signed(\(b));"
    }
    return
      "  wire signed [\(full - 1):0] wide_\(name) = $signed(\(a)) * $signed(\(b));\n  always @(posedge clock) if (enable) \(name) <= wide_\(name)[\(width - 1):0];"
  }

  private func extended(_ name: String, _ width: Int, to wanted: Int) -> String {
    if width == wanted { return name }
    if width > wanted { return wanted == 1 ? "\(name)[0]" : "\(name)[\(wanted - 1):0]" }
    let sign = width == 1 ? name : "\(name)[\(width - 1)]"
    return "{{\(wanted - width){\(sign)}}, \(name)}"
  }

  /// Pairs are added level by level; registers stand after a number of levels.
  private func tree(_ nodes: inout [Node], _ unit: FoldedSchedule.Unit, _ number: Int) -> [String] {
    var text: [String] = []
    var level = 0
    for stage in 0..<plan.treeStages {
      for _ in 0..<plan.levelsPerStage where nodes.count > 1 {
        var next: [Node] = []
        for place in stride(from: 0, to: nodes.count - 1, by: 2) {
          let (a, b) = (nodes[place], nodes[place + 1])
          let (low, high) = (a.low + b.low, a.high + b.high)
          let width = min(signedWidth(low, high), unit.width)
          let name = "add_\(index)_\(number)_\(level)_\(place / 2)"
          text.append(
            "  wire signed [\(width - 1):0] \(name) = \(extended(a.name, a.width, to: width)) + \(extended(b.name, b.width, to: width));"
          )
          next.append(Node(name: name, low: low, high: high, width: width))
        }
        if nodes.count % 2 == 1 { next.append(nodes[nodes.count - 1]) }
        nodes = next
        level += 1
      }
      var declarations: [String] = []
      var transfers: [String] = []
      for place in nodes.indices {
        let name = "tree_\(index)_\(number)_\(stage)_\(place)"
        declarations.append("  reg signed [\(nodes[place].width - 1):0] \(name);")
        transfers.append("    \(name) <= \(nodes[place].name);")
        nodes[place].name = name
      }
      text += declarations + ["  always @(posedge clock) if (enable) begin"] + transfers + ["  end"]
    }
    precondition(nodes.count == 1, "a tree of \(plan.treeStages) stages left \(nodes.count) sums")
    return text
  }

  /// The accumulator starts from the bias; results of earlier turns move on along a chain.
  private func accumulator(_ node: Node, _ unit: FoldedSchedule.Unit, _ number: Int) -> [String] {
    let name = "sum_\(index)_\(number)"
    let width = unit.width
    let turns = schedule.shape.turns
    let fresh = delayedName("fresh_\(index)", plan.depth - 1)
    var text = ["  reg signed [\(width - 1):0] \(name);"]
    func literal(_ value: Int) -> String {
      let digits = PackedWords.hexadecimal([Int64(value)], widths: [width])
      return "\(width)'h\(digits)"
    }
    var bias = literal(plan.matrix.rows[unit.rows[0]].constant)
    let biases = unit.rows.map { plan.matrix.rows[$0].constant }
    if turns > 1, Set(biases).count > 1 {
      let turnBits = bitWidth(turns - 1)
      text += [
        "  reg signed [\(width - 1):0] bias_\(index)_\(number);",
        "  always @(posedge clock) if (enable) begin",
        "    case (\(delayedName("turn_\(index)", plan.depth - 2)))",
      ]
      for (turn, value) in biases.enumerated() {
        text.append("      \(turnBits)'d\(turn): bias_\(index)_\(number) <= \(literal(value));")
      }
      text += [
        "      default: bias_\(index)_\(number) <= \(literal(biases[biases.count - 1]));", "    endcase",
        "  end",
      ]
      bias = "bias_\(index)_\(number)"
    }
    let start = schedule.accumulates ? "(\(fresh) ? \(bias) : \(name))" : bias
    text.append(
      "  always @(posedge clock) if (enable) \(name) <= \(extended(node.name, node.width, to: width)) + \(start);"
    )
    guard turns > 1 else { return text }
    for turn in 1..<turns {
      let before = turn == 1 ? name : "\(name)_\(turn - 1)"
      let gate = schedule.accumulates ? "enable & \(fresh)" : "enable"
      text += [
        "  reg signed [\(width - 1):0] \(name)_\(turn);",
        "  always @(posedge clock) if (\(gate)) \(name)_\(turn) <= \(before);",
      ]
    }
    return text
  }
}
