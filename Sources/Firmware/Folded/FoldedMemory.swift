import WinnowNetworkIR

/// A memory of weights: one word a step, the weights of several multipliers side by side.
struct FoldedMemory: Sendable {
  struct Column: Sendable {
    var section: Int
    var unit: Int
    var multiplier: Int
    /// The lowest bit in the word.
    var start: Int
    var width: Int
  }

  private(set) var columns: [Column] = []
  private(set) var width = 0
  let depth: Int
  /// Block memory, otherwise look-up tables.
  let isBlock: Bool

  var bits: Int { width * depth }

  /// Widths of a 36 Kb block by depth (AMD UG573, simple dual port).
  private static func blockWidth(_ depth: Int) -> Int {
    switch depth {
    case ...512: 72
    case ...1024: 36
    case ...2048: 18
    default: 9
    }
  }

  private static func blocks(width: Int, depth: Int) -> Int {
    let words = depth <= 4096 ? 1 : (depth + 4095) / 4096
    return words * ((width + blockWidth(depth) - 1) / blockWidth(depth))
  }

  /// Look-up tables of one column of bits: 64 bits each, joined four to one. Few steps make few
  /// different columns.
  static func tables(depth: Int) -> Int {
    let parts = (depth + 63) / 64
    return depth <= 2 ? 0 : parts + (parts + 1) / 3
  }

  var resources: Resources {
    if isBlock {
      return Resources(
        lookUpTables: 0, flipFlops: 0, multipliers: 0,
        blockMemories: Self.blocks(width: width, depth: depth))
    }
    let distinct = depth < 12 ? min(width, 1 << depth) : width
    return Resources(
      lookUpTables: distinct * Self.tables(depth: depth), flipFlops: distinct, multipliers: 0,
      blockMemories: 0)
  }

  /// Memories for all weights of a stage: block memory where that takes the smaller share of the
  /// device.
  static func all(_ schedules: [FoldedSchedule], reuse: Int, device: Device) -> [FoldedMemory] {
    var memories: [FoldedMemory] = []
    for (section, schedule) in schedules.enumerated() {
      let depth = schedule.shape.steps * schedule.shape.turns
      let total = schedule.units.reduce(0) { $0 + $1.multipliers.reduce(0) { $0 + $1.weightWidth } }
      let block = Resources(
        lookUpTables: 0, flipFlops: 0, multipliers: 0,
        blockMemories: blocks(width: total, depth: depth))
      let tables = Resources(
        lookUpTables: total * tables(depth: depth), flipFlops: total, multipliers: 0,
        blockMemories: 0)
      let isBlock =
        depth > 16 && device.blockMemories > 0 && device.price(block) < device.price(tables)
      let widest = isBlock ? blockWidth(depth) : 72
      var memory = FoldedMemory(depth: depth, isBlock: isBlock)
      for (unit, own) in schedule.units.enumerated() {
        for (index, multiplier) in own.multipliers.enumerated() {
          if memory.width > 0, memory.width + multiplier.weightWidth > widest {
            memories.append(memory)
            memory = FoldedMemory(depth: depth, isBlock: isBlock)
          }
          memory.columns.append(
            Column(
              section: section, unit: unit, multiplier: index, start: memory.width,
              width: multiplier.weightWidth))
          memory.width += multiplier.weightWidth
        }
      }
      if memory.width > 0 { memories.append(memory) }
    }
    return memories
  }

  private init(depth: Int, isBlock: Bool) {
    self.depth = depth
    self.isBlock = isBlock
  }

  /// A word as hexadecimal digits.
  func word(_ step: Int, _ schedules: [FoldedSchedule]) -> String {
    PackedWords.hexadecimal(
      columns.map {
        Int64(schedules[$0.section].units[$0.unit].multipliers[$0.multiplier].weights[step])
      }, widths: columns.map(\.width))
  }
}

extension Device {
  /// A part of the device, to compare designs by: the share of its look-up tables and half the shares
  /// of flip-flops, multipliers and block memories, which trigger networks run out of last.
  func price(_ resources: Resources) -> Double {
    func share(_ used: Int, _ available: Int) -> Double {
      used == 0 ? 0 : available == 0 ? .infinity : Double(used) / Double(available)
    }
    return share(resources.lookUpTables, lookUpTables) + share(resources.flipFlops, flipFlops) / 2
      + share(resources.multipliers, multipliers) / 2
      + share(resources.blockMemories, blockMemories) / 2
  }
}
