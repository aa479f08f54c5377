import WinnowNetworkIR

/// What a schedule takes, weights' memories apart.
///
/// Look-up tables as Yosys counts them. Registers beside a multiplier block count as its own, which is
/// what synthesis for the family's blocks makes of them.
struct FoldedCost {
  private(set) var resources = Resources.none

  init(_ schedule: FoldedSchedule, _ matrix: FoldedMatrix, usesBlocks: Bool) {
    for line in schedule.lines {
      let choices = Set(line.inputs).count
      resources.lookUpTables += line.width * Self.multiplexer(choices)
      resources.flipFlops += line.width
    }
    for unit in schedule.units {
      var isInside = false
      for multiplier in unit.multipliers {
        let factor = Self.factorWidth(schedule.lines[multiplier.line])
        let product = signedWidth(multiplier.low, multiplier.high)
        if usesBlocks {
          let blocks = Self.blocks(factor, multiplier.weightWidth)
          resources.multipliers += blocks
          isInside = blocks == 1 && unit.multipliers.count == 1 && unit.width <= 48
        } else {
          resources.lookUpTables += Self.product(factor, multiplier.weightWidth)
        }
        if !isInside { resources.flipFlops += product }
      }
      let count = unit.multipliers.count
      let widest = unit.multipliers.map { signedWidth($0.low, $0.high) }.max() ?? 0
      let adder = min(unit.width, widest + bitWidth(count - 1) / 2 + 1)
      resources.lookUpTables += max(0, count - 1) * adder
      resources.flipFlops += count > 1 ? count / 4 * adder : 0
      if !isInside {
        resources.lookUpTables += unit.width
        resources.flipFlops += unit.width
      }
      if schedule.shape.turns > 1 {
        // Results of earlier turns; the biases' table and its register.
        resources.flipFlops += unit.width * schedule.shape.turns
        resources.lookUpTables += unit.width
      }
    }
  }

  static func factorWidth(_ line: FoldedSchedule.Line) -> Int { line.width + (line.isSigned ? 0 : 1) }

  /// Six-input tables that choose one bit of several: 0.4 each, as Yosys 0.23 makes of 64.
  static func multiplexer(_ choices: Int) -> Int { choices < 2 ? 0 : (2 * choices + 4) / 5 }

  /// A signed product made of look-up tables: what Yosys 0.23 makes of 4 × 4 to 12 × 8 bits, to 20 %.
  static func product(_ a: Int, _ b: Int) -> Int { max(a * b, (29 * a * b) / 10 - 20) }

  /// DSP48E2 blocks of a signed product: 27 by 18 bits each.
  static func blocks(_ a: Int, _ b: Int) -> Int {
    let (wide, slim) = (max(a, b), min(a, b))
    if wide <= 27, slim <= 18 { return 1 }
    return ((wide + 25) / 26) * ((slim + 16) / 17)
  }
}
