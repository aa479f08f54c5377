import WinnowFixedPoint
import WinnowNetworkIR

/// Where registers stand: every signal belongs to the stage in which it is computed.
///
/// Input ports are registered before stage 0, and each stage ends in registers; the outputs come out
/// of the last ones. A signal that a later stage reads is carried along by a chain of registers.
public struct Pipeline: Sendable {
  /// Stage of every signal; constants are in every stage.
  public private(set) var stages: [Int]
  public private(set) var stageCount: Int
  /// The longest path of a stage, ns, registers included.
  public private(set) var longestPath: Double
  public let clock: Double
  /// Flip-flop bits of all chains, input and output registers included.
  public private(set) var registerBits = 0

  /// Clock edges from an input at the port to its outputs at theirs.
  public var latency: Int { stageCount + 1 }

  /// Places registers for a clock.
  ///
  /// Each gate goes into the earliest stage in which it ends in time; then gates whose move to a
  /// later stage saves register bits are moved.
  /// - Parameter clock: MHz.
  /// - Throws: ``NetworkError`` when one gate alone is slower than the clock, naming it.
  public init(_ netlist: Netlist, clock: Double, model: DelayModel) throws {
    self.clock = clock
    let logic = netlist.logic
    guard clock > 0, clock.isFinite else { throw NetworkError("a clock of \(clock) MHz is not possible") }
    guard clock <= model.maximumClock else {
      throw NetworkError(
        "no pipeline reaches \(clock) MHz: the device's clock network carries \(model.maximumClock) MHz at most; ask for a lower --clock"
      )
    }
    let budget = 1000 / clock - model.registerOverhead
    var stages = Array(repeating: 0, count: logic.count)
    var arrivals = Array(repeating: 0.0, count: logic.count)
    let delays = logic.instructions.indices.map {
      model.delay(logic.instructions[$0], in: logic, $0)
    }
    for (value, gate) in logic.instructions.enumerated() {
      guard delays[value] <= budget else {
        throw NetworkError(
          "no pipeline reaches \(clock) MHz: '\(netlist.names[value])' alone takes \(rounded(delays[value] + model.registerOverhead)) ns of \(rounded(1000 / clock)) ns; ask for a lower --clock"
        )
      }
      var stage = 0
      var start = 0.0
      for operand in gate.operands where !logic.isConstant(operand) {
        if stages[operand] > stage {
          stage = stages[operand]
          start = arrivals[operand]
        } else if stages[operand] == stage {
          start = max(start, arrivals[operand])
        }
      }
      if start + delays[value] > budget {
        stage += 1
        start = 0
      }
      stages[value] = stage
      arrivals[value] = start + delays[value]
    }
    self.stages = stages
    stageCount = (stages.max() ?? 0) + 1
    longestPath = 0
    moveLater(logic, delays, budget)
    longestPath = longest(logic, delays) + model.registerOverhead
    registerBits = countRegisters(logic)
  }

  /// Moves gates to later stages where that shortens register chains, from the outputs backwards.
  private mutating func moveLater(_ logic: FixedPointProgram, _ delays: [Double], _ budget: Double) {
    var readers = Array(repeating: [Int](), count: logic.count)
    for (value, gate) in logic.instructions.enumerated() {
      for operand in Set(gate.operands) where !logic.isConstant(operand) {
        readers[operand].append(value)
      }
    }
    let isOutput = Set(logic.outputs.flatMap(\.values))
    // Time from the start of a signal's gate to the end of its stage's longest path through it.
    var tails = delays
    for value in stride(from: logic.count - 1, through: 0, by: -1) {
      if case .input = logic.instructions[value] { continue }
      if logic.isConstant(value) { continue }
      var latest = isOutput.contains(value) ? stageCount - 1 : Int.max
      for reader in readers[value] { latest = min(latest, stages[reader]) }
      func tail(at stage: Int) -> Double {
        delays[value]
          + (readers[value].filter { stages[$0] == stage }.map { tails[$0] }.max() ?? 0)
      }
      if latest == .max { latest = stages[value] }
      while latest > stages[value], tail(at: latest) > budget { latest -= 1 }
      if latest > stages[value] {
        // One stage later saves this signal's bits and may lengthen its operands' chains.
        let own = logic.width(value)
        var added = 0
        for operand in Set(logic.instructions[value].operands) where !logic.isConstant(operand) {
          let reachedByOthers = readers[operand].contains { $0 != value && stages[$0] >= latest }
          if !reachedByOthers { added += logic.width(operand) }
        }
        if added < own { stages[value] = latest }
      }
      tails[value] = tail(at: stages[value])
    }
  }

  private func longest(_ logic: FixedPointProgram, _ delays: [Double]) -> Double {
    var arrivals = Array(repeating: 0.0, count: logic.count)
    for (value, gate) in logic.instructions.enumerated() {
      let start =
        gate.operands
        .filter { !logic.isConstant($0) && stages[$0] == stages[value] }
        .map { arrivals[$0] }.max() ?? 0
      arrivals[value] = start + delays[value]
    }
    return arrivals.max() ?? 0
  }

  /// For every signal the last stage that reads it; outputs are read after the last stage.
  func lastUses(_ logic: FixedPointProgram) -> [Int] {
    var last = stages
    for (value, gate) in logic.instructions.enumerated() {
      for operand in gate.operands { last[operand] = max(last[operand], stages[value]) }
    }
    for output in logic.outputs {
      for value in output.values { last[value] = stageCount }
    }
    return last
  }

  private func countRegisters(_ logic: FixedPointProgram) -> Int {
    let last = lastUses(logic)
    var bits = 0
    for value in 0..<logic.count where !logic.isConstant(value) {
      // Input elements that nothing reads have no register.
      if case .input = logic.instructions[value] { bits += logic.width(value) }
      bits += (last[value] - stages[value]) * logic.width(value)
    }
    return bits
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
