import WinnowFixedPoint
import WinnowNetworkIR

extension WindowFormer {
  /// An estimate: registers where something is read, shift registers of look-up tables between,
  /// multiplexers, and the control.
  var resources: Resources {
    guard !isWires else { return Resources(look: 0, registers: 0) }
    var reads: [Set<Int>] = depths.map { _ in [] }
    for (slot, sources) in choices.enumerated() where formats[slot].width > 0 {
      for source in sources { if case .held(let held, let age) = source { reads[held].insert(age) } }
    }
    var tables = 0.0
    var registers = 0
    for (slot, ages) in reads.enumerated() where !ages.isEmpty {
      let width = input.formats[slot].width
      var previous = -1
      for age in ages.sorted() {
        let between = age - previous - 1
        // Synthesis makes shift registers of three stages or more.
        if between >= 3 {
          tables += Double(width * ((between + 31) / 32))
          registers += width
        } else {
          registers += width * (between + 1)
        }
        previous = age
      }
    }
    for group in groups where group.count > 1 {
      let width = group.slots.reduce(0) { $0 + formats[$1].width }
      tables += Double(width) * (group.count == 2 ? 0.5 : Double((group.count + 1) / 3))
    }
    let (table, patterns) = control
    // Each choice is decoded from the number of its pattern.
    let address = ControlTable.bits(patterns.count)
    for group in groups where group.count > 1 {
      tables += Double(ControlTable.bits(group.count) << max(0, address - 6))
    }
    return Resources(
      look: Int(tables.rounded(.up)) + table.lookUpTables + 3,
      registers: registers + table.flipFlops + table.bits - 2)
  }
}

extension DataflowGraph.Edge {
  /// The buffer: a register and a multiplexer, or a memory of look-up tables with its counters.
  var bufferResources: Resources {
    let width = former.input.width
    switch depth {
    case 0: return Resources(look: 0, registers: 0)
    case 1: return Resources(look: (width + 1) / 2 + 2, registers: width + 1)
    default:
      let bits = ControlTable.bits(depth + 1)
      // Simple dual-port memories: 14 bits by 32 or 7 bits by 64 words in eight tables.
      let memory = depth <= 32 ? (width + 13) / 14 * 8 : (width + 6) / 7 * 8 * ((depth + 63) / 64)
      return Resources(look: memory + (width + 1) / 2 + 4 * bits, registers: 3 * bits)
    }
  }
}

extension DataflowGraph.Process {
  /// All kernels of a token.
  var resources: Resources {
    var sum = Resources(look: 0, registers: 0)
    for _ in 0..<copies { sum.add(kernel.resources) }
    return sum
  }
}

extension Resources {
  fileprivate init(look: Int, registers: Int) {
    lookUpTables = look
    flipFlops = registers
    multipliers = 0
    blockMemories = 0
  }

  mutating func add(_ other: Resources) {
    lookUpTables += other.lookUpTables
    flipFlops += other.flipFlops
    multipliers += other.multipliers
    blockMemories += other.blockMemories
  }

  static func sum(_ parts: some Sequence<Resources>) -> Resources {
    parts.reduce(into: Resources(look: 0, registers: 0)) { $0.add($1) }
  }
}
