import WinnowFixedPoint
import WinnowNetworkIR

/// Where registers stand: every signal belongs to the stage in which it is computed.
///
/// Input ports are registered before stage 0, and each stage ends in registers; the outputs come out
/// of the last ones. Bits that a later stage reads are carried along by a chain of registers, which ends
/// with the last stage that reads them.
public struct Pipeline: Sendable {
  /// Stage of every signal; constants are in every stage.
  public let stages: [Int]
  public let stageCount: Int
  /// The slowest path of every stage.
  public let slowestPaths: [TimingPath]
  /// MHz.
  public let clock: Double
  public let rule: PipelineRule
  /// Flip-flop bits of all chains, input and output registers included.
  public let registerBits: Int
  let bits: SignalBits
  /// For every signal and own bit the last stage that reads it; the own stage where none does.
  let lastUses: [[Int]]

  /// The longest path of all stages, ns, registers included.
  public var longestPath: Double { slowestPaths.map(\.nanoseconds).max() ?? 0 }

  /// Clock edges from an input at the port to its outputs at theirs.
  public var latency: Int { stageCount + 1 }

  /// Places registers: the fewest stages that the rule allows, and in them the fewest flip-flops.
  ///
  /// - Parameters:
  ///   - clock: MHz; what the timing is reported against.
  ///   - rule: what a stage may hold; `nil` for paths that fit the clock.
  ///   - stageCount: stages to use, more than the least; `nil` for the goal's own choice.
  /// - Throws: ``NetworkError`` when one gate alone is slower than the clock, naming it.
  /// - Complexity: about 0.2 s for 3,000 gates.
  public init(
    _ netlist: Netlist, clock: Double, model: DelayModel, rule: PipelineRule? = nil,
    goal: PipelineGoal = .latency, stageCount: Int? = nil
  ) throws {
    let rule = rule ?? .clock(clock)
    let logic = netlist.logic
    try Self.check(clock, model)
    let delays = logic.instructions.indices.map {
      model.delay(logic.instructions[$0], in: logic, $0)
    }
    let bits = SignalBits(logic)
    let budget: Double
    let graph: StageGraph
    switch rule {
    case .clock(let clock):
      try Self.check(clock, model)
      budget = 1000 / clock - model.registerOverhead
      try Self.check(netlist, delays, clock, budget, model)
      graph = StageGraph(logic, bits) { delays[$0] }
    case .levels(let levels):
      guard levels > 0 else { throw NetworkError("\(levels) adders a stage are not possible; 1 or more are") }
      budget = Double(levels)
      graph = StageGraph(logic, bits) { Double(logic.logicLevels($0)) }
    }
    let constraints = graph.constraints(budget: budget)
    let earliest = graph.earliest(constraints)
    let least = Int(earliest.max() ?? 0) + 1
    if let stageCount, stageCount < least {
      throw NetworkError(
        "\(stageCount) stages are too few: the longest path needs \(least); ask for a lower clock or for more stages"
      )
    }
    let candidates =
      stageCount.map { [$0] }
      ?? Array(least...least + (goal == .area ? PipelineGoal.extraStages : 0))
    let best = candidates.map { count in
      let stages = Retiming(graph, constraints, earliest: earliest, stageCount: count).stages
      return (count, stages, graph.registerBits(stages, stageCount: count))
    }.min { $0.2 < $1.2 }!

    self.clock = clock
    self.rule = rule
    self.bits = bits
    self.stageCount = best.0
    registerBits =
      best.2
      + logic.instructions.indices.reduce(0) {
        if case .input = logic.instructions[$1] { $0 + logic.width($1) } else { $0 }
      }
    stages = Self.signalStages(graph, best.1, bits, logic)
    lastUses = Self.signalUses(graph, best.1, best.0, stages, logic)
    slowestPaths = graph.slowestPaths(
      best.1, stageCount: best.0, netlist, overhead: model.registerOverhead
    ) { delays[$0] }
  }

  /// Whether all bits of a signal are there in its own stage; bits that nothing reads from there on
  /// may have been left behind.
  func shows(_ value: Int) -> Bool {
    bits[value].allSatisfy { source in
      source.isConstant || stages[Int(source.gate)] == stages[value]
        || lastUses[Int(source.gate)][Int(source.bit)] >= stages[value]
    }
  }

  private static func check(_ clock: Double, _ model: DelayModel) throws {
    guard clock > 0, clock.isFinite else { throw NetworkError("a clock of \(clock) MHz is not possible") }
    guard clock <= model.maximumClock else {
      throw NetworkError(
        "no pipeline reaches \(clock) MHz: the device's clock network carries \(model.maximumClock) MHz at most; ask for a lower --clock"
      )
    }
  }

  private static func check(
    _ netlist: Netlist, _ delays: [Double], _ clock: Double, _ budget: Double, _ model: DelayModel
  ) throws {
    for (value, delay) in delays.enumerated() where delay > budget {
      throw NetworkError(
        "no pipeline reaches \(clock) MHz: '\(netlist.names[value])' alone takes \(rounded(delay + model.registerOverhead)) ns of \(rounded(1000 / clock)) ns; ask for a lower --clock"
      )
    }
  }

  /// A wire is in the stage of the last gate whose bits it has.
  private static func signalStages(
    _ graph: StageGraph, _ gateStages: [Int32], _ bits: SignalBits, _ logic: FixedPointProgram
  ) -> [Int] {
    (0..<logic.count).map { value in
      if graph.places[value] >= 0 { return Int(gateStages[Int(graph.places[value])]) }
      return bits[value].reduce(0) { stage, source in
        source.isConstant
          ? stage : max(stage, Int(gateStages[Int(graph.places[Int(source.gate)])]))
      }
    }
  }

  private static func signalUses(
    _ graph: StageGraph, _ gateStages: [Int32], _ stageCount: Int, _ stages: [Int],
    _ logic: FixedPointProgram
  ) -> [[Int]] {
    var uses = (0..<logic.count).map { value in
      graph.places[value] < 0 ? [] : Array(repeating: stages[value], count: logic.width(value))
    }
    for (group, last) in zip(graph.groups, graph.lastUses(gateStages, stageCount: stageCount)) {
      for bit in group.bits { uses[graph.signals[Int(group.gate)]][Int(bit)] = Int(last) }
    }
    return uses
  }
}

private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

extension FixedPointProgram {
  func isConstant(_ value: Int) -> Bool {
    if case .constant = instructions[value] { return true }
    return false
  }

  /// Wires of a signal; at least one.
  func width(_ value: Int) -> Int { max(intervals[value].format.width, 1) }
}
