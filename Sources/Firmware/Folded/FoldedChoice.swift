import WinnowNetworkIR

/// Finds the cheapest schedule for rows that share inputs.
enum FoldedChoice {
  /// Shapes that are built to be compared, the best of all by a rough estimate.
  static let candidatesBuilt = 4

  static func section(
    _ matrix: FoldedMatrix, rows: [Int], reuse: Int, settings: FoldedSettings
  ) -> FoldedPlan.Section {
    let shapes = shapes(matrix, rows, reuse: reuse)
    let rough = shapes.map { (shape: $0, price: estimate($0, matrix, rows, settings)) }
      .sorted { $0.price < $1.price }
    var best: (section: FoldedPlan.Section, price: Double)?
    for (shape, _) in rough.prefix(candidatesBuilt) {
      let schedule = FoldedSchedule(matrix, rows: rows, shape: shape, reuse: reuse)
      let memories = FoldedMemory.all([schedule], reuse: reuse, device: settings.device)
        .reduce(Resources.none) { $0 + $1.resources }
      for usesBlocks in allowed(schedule, settings) {
        let cost = FoldedCost(schedule, matrix, usesBlocks: usesBlocks).resources
        let price = settings.device.price(cost + memories)
        if best == nil || price < best!.price {
          best = (.init(schedule: schedule, usesBlocks: usesBlocks), price)
        }
      }
    }
    return best!.section
  }

  /// Every shape that uses its steps well.
  static func shapes(
    _ matrix: FoldedMatrix, _ rows: [Int], reuse: Int
  ) -> [FoldedSchedule.Shape] {
    let inputs = Set(rows.flatMap { matrix.rows[$0].terms.map(\.input) }).count
    let longest = rows.map { matrix.rows[$0].terms.count }.max() ?? 1
    let isSparse = rows.reduce(0) { $0 + matrix.rows[$1].terms.count } < inputs * rows.count
    var shapes: Set<FoldedSchedule.Shape> = []
    func add(_ length: Int, isGathered: Bool) {
      var before = 0
      for parallel in 1...length {
        let steps = (length + parallel - 1) / parallel
        guard steps != before, steps <= reuse else { continue }
        before = steps
        let turns = min(reuse / steps, rows.count)
        // No more turns than leave the same number of units.
        let units = (rows.count + turns - 1) / turns
        let needed = (rows.count + units - 1) / units
        shapes.insert(
          .init(parallelInputs: parallel, steps: steps, turns: needed, isGathered: isGathered))
      }
    }
    add(inputs, isGathered: false)
    if isSparse { add(longest, isGathered: true) }
    return shapes.sorted {
      ($0.steps, $0.turns, $0.isGathered ? 1 : 0) < ($1.steps, $1.turns, $1.isGathered ? 1 : 0)
    }
  }

  /// What products may be made of: a product too slow for the clock in look-up tables takes a block.
  private static func allowed(
    _ schedule: FoldedSchedule, _ settings: FoldedSettings
  ) -> [Bool] {
    let model = settings.delays
    let widest = schedule.units.flatMap(\.multipliers).map {
      (factor: FoldedCost.factorWidth(schedule.lines[$0.line]), weight: $0.weightWidth)
    }.max { $0.factor + $0.weight < $1.factor + $1.weight }!
    let levels = Double(max(1, bitWidth(min(widest.factor, widest.weight) - 1)))
    let delay =
      (model.lookUpTable + model.carryEntry + model.carry * Double(widest.factor + widest.weight) / 2)
      * levels
    let isFastEnough = delay <= settings.budget
    switch settings.products {
    case .blocks: return [true]
    case .logic: return [false]
    case .cheapest: return isFastEnough ? [false, true] : [true]
    }
  }

  /// A price without a schedule.
  private static func estimate(
    _ shape: FoldedSchedule.Shape, _ matrix: FoldedMatrix, _ rows: [Int], _ settings: FoldedSettings
  ) -> Double {
    let weights = rows.reduce(0) { $0 + matrix.rows[$1].terms.count }
    let factor = matrix.inputs.map(\.width).max() ?? 1
    let width = rows.map { matrix.rows[$0].width }.max() ?? 1
    let weight =
      rows.prefix(16).flatMap { matrix.rows[$0].terms }
      .map { signedWidth(min($0.weight, 0), max($0.weight, 0)) }.max() ?? 1
    let units = (rows.count + shape.turns - 1) / shape.turns
    let multipliers =
      shape.isGathered
      ? max(units, weights / (shape.steps * shape.turns)) : units * shape.parallelInputs
    var logic = Resources.none
    let lines = shape.isGathered ? multipliers : shape.parallelInputs
    let choices = shape.isGathered ? shape.steps * shape.turns : shape.steps
    logic.lookUpTables =
      lines * factor * FoldedCost.multiplexer(choices) + (multipliers - units)
      * (factor + weight + 1) + units * width * (shape.turns > 1 ? 2 : 1)
      + multipliers * weight * FoldedMemory.tables(depth: shape.steps * shape.turns)
    logic.flipFlops = units * width * shape.turns + multipliers * weight
    var blocks = logic
    logic.lookUpTables += multipliers * FoldedCost.product(factor, weight)
    blocks.multipliers += multipliers * FoldedCost.blocks(factor + 1, weight)
    if shape.parallelInputs == 1 { blocks.lookUpTables -= units * width }
    switch settings.products {
    case .blocks: return settings.device.price(blocks)
    case .logic: return settings.device.price(logic)
    case .cheapest: return min(settings.device.price(blocks), settings.device.price(logic))
    }
  }
}
