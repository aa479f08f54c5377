/// Stages with the fewest register bits, exactly.
///
/// With the constraints of a ``StageGraph`` the bits are `Σ bits · (last reading stage − own stage)`, a
/// sum of differences of whole numbers under difference constraints: the dual of a minimum-cost flow.
/// It is solved by steepest descent (Murota, Discrete Convex Analysis, 2003, section 10.3): from the earliest stages,
/// again and again the set of gates whose move by one stage saves the most moves; each such set is a
/// ``MaximumClosure``. No other legal placement has fewer bits.
struct Retiming {
  private let graph: StageGraph
  private let constraints: [StageGraph.Constraint]
  private let stageCount: Int
  private(set) var stages: [Int32]

  /// - Parameters:
  ///   - earliest: the earliest legal stages.
  ///   - stageCount: at least one more than the largest of them.
  init(
    _ graph: StageGraph, _ constraints: [StageGraph.Constraint], earliest: [Int32], stageCount: Int
  ) {
    self.graph = graph
    self.constraints = constraints
    self.stageCount = stageCount
    stages = earliest
    while advance() {}
  }

  /// Moves the best set by one stage; `false` where none saves a bit.
  private mutating func advance() -> Bool {
    let last = graph.lastUses(stages, stageCount: stageCount)
    let free = movable()
    let count = graph.signals.count
    var nodes = Array(repeating: Int32(-1), count: count)
    var used = 0
    for gate in 0..<count where free[gate] {
      nodes[gate] = Int32(used)
      used += 1
    }
    if used == 0 { return false }
    var profits = Array(repeating: 0, count: used)
    var penalties: [(bits: Int, readers: [Int32])] = []
    for (group, last) in zip(graph.groups, last) {
      if nodes[Int(group.gate)] >= 0 { profits[Int(nodes[Int(group.gate)])] += group.bits.count }
      if group.isOutput { continue }
      let readers = group.readers.filter { stages[Int($0)] == last && free[Int($0)] }
      if !readers.isEmpty { penalties.append((group.bits.count, readers)) }
    }
    var closure = MaximumClosure(nodes: used + penalties.count)
    for (index, penalty) in penalties.enumerated() {
      if penalty.readers.count == 1 {
        profits[Int(nodes[Int(penalty.readers[0])])] -= penalty.bits
        continue
      }
      closure.add(profit: -penalty.bits, to: used + index)
      for reader in penalty.readers {
        closure.require(used + index, with: Int(nodes[Int(reader)]))
      }
    }
    for (node, profit) in profits.enumerated() { closure.add(profit: profit, to: node) }
    for constraint in constraints where isTight(constraint) && free[Int(constraint.from)] {
      closure.require(Int(nodes[Int(constraint.to)]), with: Int(nodes[Int(constraint.from)]))
    }
    let (profit, members) = closure.solve()
    guard profit > 0 else { return false }
    for gate in 0..<count where nodes[gate] >= 0 && members[Int(nodes[gate])] { stages[gate] += 1 }
    return true
  }

  private func isTight(_ constraint: StageGraph.Constraint) -> Bool {
    stages[Int(constraint.to)] == stages[Int(constraint.from)] + constraint.gap
  }

  /// Gates that can move by one stage together with all that must move with them.
  private func movable() -> [Bool] {
    var free = zip(stages, graph.isInput).map { $0 < stageCount - 1 && !$1 }
    for constraint in constraints.reversed() where !free[Int(constraint.to)] && isTight(constraint) {
      free[Int(constraint.from)] = false
    }
    return free
  }
}
