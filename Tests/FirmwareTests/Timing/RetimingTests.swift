import Testing
@testable import WinnowFirmware
@testable import WinnowNetworkIR

@Suite struct RetimingTests {
  /// Few gates, so that every placement can be tried.
  private static func graph(_ seed: UInt64) -> StageGraph {
    let netlist = RandomLogic.netlist(gates: 18 + Int(seed % 4), seed: seed)
    let logic = netlist.logic
    return StageGraph(logic, SignalBits(logic)) { Double(max(logic.logicLevels($0), 0)) }
  }

  /// Whether every path inside a stage fits, found by walking paths instead of by constraints.
  private func isLegal(_ graph: StageGraph, _ stages: [Int32], budget: Double) -> Bool {
    var arrivals = Array(repeating: 0.0, count: stages.count)
    for gate in stages.indices {
      var start = 0.0
      for operand in graph.operands[gate].map({ Int($0) }) {
        if stages[operand] > stages[gate] { return false }
        if stages[operand] == stages[gate] { start = max(start, arrivals[operand]) }
      }
      arrivals[gate] = start + graph.delays[gate]
      if arrivals[gate] > budget { return false }
    }
    return zip(stages, graph.isInput).allSatisfy { $0 == 0 || !$1 }
  }

  /// The least bits of all legal placements, by trying all.
  private func leastBits(_ graph: StageGraph, stageCount: Int, budget: Double) -> Int? {
    var best: Int?
    var stages = Array(repeating: Int32(0), count: graph.signals.count)
    func place(_ gate: Int) {
      if gate == stages.count {
        guard isLegal(graph, stages, budget: budget) else { return }
        let bits = graph.registerBits(stages, stageCount: stageCount)
        best = min(best ?? bits, bits)
        return
      }
      if graph.isInput[gate] { return place(gate + 1) }
      let first = graph.operands[gate].map { stages[Int($0)] }.max() ?? 0
      guard first < stageCount else { return }
      for stage in first..<Int32(stageCount) {
        stages[gate] = stage
        place(gate + 1)
      }
      stages[gate] = 0
    }
    place(0)
    return best
  }

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func noPlacementHasFewerBits(seed: UInt64) {
    let graph = Self.graph(seed)
    for budget in [1.0, 2.0, 3.0] {
      let constraints = graph.constraints(budget: budget)
      let earliest = graph.earliest(constraints)
      #expect(isLegal(graph, earliest, budget: budget))
      let least = Int(earliest.max() ?? 0) + 1
      // One stage less holds no placement.
      if least > 1 { #expect(leastBits(graph, stageCount: least - 1, budget: budget) == nil) }
      for stageCount in least...least + 1 where stageCount <= 4 {
        let stages = Retiming(graph, constraints, earliest: earliest, stageCount: stageCount).stages
        #expect(isLegal(graph, stages, budget: budget))
        #expect(
          graph.registerBits(stages, stageCount: stageCount)
            == leastBits(graph, stageCount: stageCount, budget: budget))
      }
    }
  }

  @Test func closureIsTheBest() {
    // A chain of needs, and a set that pays only as a whole.
    var closure = MaximumClosure(nodes: 5)
    for (node, profit) in [4, 3, -6, -2, 5].enumerated() { closure.add(profit: profit, to: node) }
    closure.require(2, with: 0)
    closure.require(2, with: 1)
    closure.require(3, with: 4)
    let (profit, members) = closure.solve()
    #expect(profit == 4)
    #expect(members == [true, true, true, true, true])
    var alone = MaximumClosure(nodes: 2)
    alone.add(profit: 3, to: 0)
    alone.add(profit: -3, to: 1)
    alone.require(1, with: 0)
    // Of equal sets the smallest.
    #expect(alone.solve() == (0, [false, false]))
  }
}
