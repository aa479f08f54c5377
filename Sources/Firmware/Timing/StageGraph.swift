import WinnowFixedPoint
import WinnowNetworkIR

/// What placing registers has to know of a netlist: its gates, who reads which bits, and the pairs
/// of gates that no clock cycle holds together.
///
/// A stage is a whole number for every gate. A register chain follows a group of bits from its gate
/// to the last stage that reads it. Legal stages are those with `stage[to] ≥ stage[from] + gap` for every
/// constraint: a reader is not earlier than what it reads (gap 0), and the two ends of a path that
/// takes longer than a cycle are apart (gap 1; Leiserson and Saxe, Algorithmica 6, 1991).
struct StageGraph: Sendable {
  struct Constraint: Sendable {
    var from: Int32
    var to: Int32
    var gap: Int32
  }

  /// Bits of one gate that the same gates read.
  struct Group: Sendable {
    var gate: Int32
    var bits: [Int32]
    var readers: [Int32]
    /// Outputs leave after the last stage.
    var isOutput: Bool
  }

  /// The signal of every gate, and the gate of every signal, −1 for wires and constants.
  private(set) var signals: [Int] = []
  private(set) var places: [Int32]
  private(set) var delays: [Double] = []
  /// For every gate those whose bits it reads, ascending.
  private(set) var operands: [[Int32]] = []
  private(set) var groups: [Group] = []
  /// Gates that stay in stage 0: the input registers.
  private(set) var isInput: [Bool] = []

  init(_ logic: FixedPointProgram, _ bits: SignalBits, delay: (Int) -> Double) {
    places = Array(repeating: -1, count: logic.count)
    var readers: [[[Int32]]] = []
    for value in 0..<logic.count where !logic.isConstant(value) && bits.isGate(value) {
      let place = signals.count
      places[value] = Int32(place)
      signals.append(value)
      delays.append(delay(value))
      readers.append(Array(repeating: [], count: logic.width(value)))
      if case .input = logic.instructions[value] { isInput.append(true) } else { isInput.append(false) }
      var from: Set<Int32> = []
      for read in SignalBits.reads(value, logic) where !logic.isConstant(read.value) {
        for bit in read.bits {
          let source = bits.source(read.value, bit)
          guard !source.isConstant else { continue }
          let operand = places[Int(source.gate)]
          from.insert(operand)
          if readers[Int(operand)][Int(source.bit)].last != Int32(place) {
            readers[Int(operand)][Int(source.bit)].append(Int32(place))
          }
        }
      }
      operands.append(from.sorted())
    }
    for output in logic.outputs {
      for value in output.values where !logic.isConstant(value) {
        for source in bits[value] where !source.isConstant {
          let operand = Int(places[Int(source.gate)])
          if readers[operand][Int(source.bit)].last != .max { readers[operand][Int(source.bit)].append(.max) }
        }
      }
    }
    for (gate, bits) in readers.enumerated() {
      var own: [[Int32]: [Int32]] = [:]
      var order: [[Int32]] = []
      for (bit, readers) in bits.enumerated() where !readers.isEmpty {
        if own[readers] == nil { order.append(readers) }
        own[readers, default: []].append(Int32(bit))
      }
      for readers in order {
        groups.append(
          Group(
            gate: Int32(gate), bits: own[readers]!, readers: readers.filter { $0 != .max },
            isOutput: readers.last == .max))
      }
    }
  }

  /// The constraints of a cycle time; those that others imply are left out.
  ///
  /// - Complexity: O(Σ over gates of the gates that a cycle reaches back).
  func constraints(budget: Double) -> [Constraint] {
    var found: [Constraint] = []
    var distance = Array(repeating: -1.0, count: signals.count)
    var cone = DescendingQueue()
    for gate in signals.indices {
      for operand in operands[gate] {
        found.append(Constraint(from: operand, to: Int32(gate), gap: 0))
        distance[Int(operand)] = delays[gate] + delays[Int(operand)]
        cone.insert(operand)
      }
      while let next = cone.removeLargest() {
        let reached = distance[Int(next)]
        distance[Int(next)] = -1
        if reached > budget + 1e-9 {
          // Without its own delay the path would fit, or a constraint to an earlier gate implies this.
          if reached - delays[gate] <= budget + 1e-9 {
            found.append(Constraint(from: next, to: Int32(gate), gap: 1))
          }
          continue
        }
        for operand in operands[Int(next)] {
          let longer = reached + delays[Int(operand)]
          if distance[Int(operand)] < 0 { cone.insert(operand) }
          distance[Int(operand)] = max(distance[Int(operand)], longer)
        }
      }
    }
    return found
  }

  /// The earliest legal stage of every gate.
  func earliest(_ constraints: [Constraint]) -> [Int32] {
    var stages = Array(repeating: Int32(0), count: signals.count)
    // Constraints come sorted by the later gate.
    for constraint in constraints {
      stages[Int(constraint.to)] = max(
        stages[Int(constraint.to)], stages[Int(constraint.from)] + constraint.gap)
    }
    return stages
  }

  /// For every group the last stage that reads it.
  func lastUses(_ stages: [Int32], stageCount: Int) -> [Int32] {
    groups.map { group in
      group.isOutput
        ? Int32(stageCount)
        : group.readers.reduce(stages[Int(group.gate)]) { max($0, stages[Int($1)]) }
    }
  }

  /// Bits of all chains; input registers come on top.
  func registerBits(_ stages: [Int32], stageCount: Int) -> Int {
    zip(groups, lastUses(stages, stageCount: stageCount)).reduce(0) {
      $0 + Int($1.1 - stages[Int($1.0.gate)]) * $1.0.bits.count
    }
  }
}

/// Numbers, each at most once, the largest first.
private struct DescendingQueue {
  private var heap: [Int32] = []

  mutating func insert(_ number: Int32) {
    var place = heap.count
    heap.append(number)
    while place > 0, heap[(place - 1) / 2] < number {
      heap[place] = heap[(place - 1) / 2]
      place = (place - 1) / 2
    }
    heap[place] = number
  }

  mutating func removeLargest() -> Int32? {
    guard let largest = heap.first else { return nil }
    let last = heap.removeLast()
    if heap.isEmpty { return largest }
    var place = 0
    while true {
      var child = 2 * place + 1
      if child >= heap.count { break }
      if child + 1 < heap.count, heap[child + 1] > heap[child] { child += 1 }
      if heap[child] <= last { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = last
    return largest
  }
}
