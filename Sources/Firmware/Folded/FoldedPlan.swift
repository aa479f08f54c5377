import WinnowNetworkIR

/// The schedules of a stage's matrices, and how deep their pipeline is.
struct FoldedPlan: Sendable {
  /// Rows that share inputs, and what their products are made of.
  struct Section: Sendable {
    var schedule: FoldedSchedule
    var usesBlocks: Bool
  }

  let matrix: FoldedMatrix
  let reuse: Int
  private(set) var sections: [Section] = []
  /// Register stages in the multiplexers of lines, besides the one at their end.
  private(set) var multiplexerStages = 0
  /// Register stages between products and accumulators.
  private(set) var treeStages = 0
  /// Adder levels between two of them.
  private(set) var levelsPerStage = 1
  let memories: [FoldedMemory]

  init(_ matrix: FoldedMatrix, reuse: Int, settings: FoldedSettings) {
    self.matrix = matrix
    self.reuse = reuse
    for rows in matrix.components() {
      sections.append(FoldedChoice.section(matrix, rows: rows, reuse: reuse, settings: settings))
    }
    let model = settings.delays
    let widest = sections.flatMap { $0.schedule.units.map(\.width) }.max() ?? 1
    let levels = sections.map { bitWidth($0.schedule.widestUnit - 1) }.max() ?? 0
    let levelDelay = model.lookUpTable + model.carryEntry + model.carry * Double(widest)
    levelsPerStage = max(1, Int(settings.budget / levelDelay))
    treeStages = (levels + levelsPerStage - 1) / levelsPerStage
    let choices = sections.flatMap { $0.schedule.lines.map(\.inputs.count) }.max() ?? 1
    // A look-up table chooses among four.
    let multiplexerDelay = Double((bitWidth(choices - 1) + 1) / 2) * model.lookUpTable
    multiplexerStages = multiplexerDelay > settings.budget ? 1 : 0
    memories = FoldedMemory.all(sections.map(\.schedule), reuse: reuse, device: settings.device)
  }

  /// Stage of registers at which operands and weights are registered together.
  var operandStage: Int { 1 + multiplexerStages }
  /// Registers from a step's counters to its sum in the accumulator.
  var depth: Int { operandStage + 1 + treeStages + 1 }

  var multiplierCount: Int { sections.reduce(0) { $0 + $1.schedule.multiplierCount } }

  /// Bits of all weights' memories.
  var memoryBits: Int { memories.reduce(0) { $0 + $1.bits } }

  var resources: Resources {
    var total = memories.reduce(Resources.none) { $0 + $1.resources }
    for section in sections {
      total = total + FoldedCost(section.schedule, matrix, usesBlocks: section.usesBlocks).resources
    }
    let counter = bitWidth(reuse - 1)
    total.lookUpTables += 2 * counter
    total.flipFlops += counter * operandStage
    return total
  }
}

/// Bits of an unsigned number.
func bitWidth(_ value: Int) -> Int { value <= 0 ? 0 : Int.bitWidth - value.leadingZeroBitCount }
