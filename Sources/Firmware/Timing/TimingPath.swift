import WinnowNetworkIR

/// The slowest path of a stage, by name.
public struct TimingPath: Sendable, Codable, Hashable {
  /// A gate on the way.
  public struct Step: Sendable, Codable, Hashable {
    /// The signal's name in the Verilog.
    public var signal: String
    /// The network's node, or the input port.
    public var node: String
    public var nanoseconds: Double
  }

  public var stage: Int
  /// Registers included.
  public var nanoseconds: Double
  /// From a register's output to the last gate before a register.
  public var steps: [Step]

  /// `stage 2, 3.61 ns: dense_t4 0.91 → dense_3 0.93 (dense) → …`; each node once.
  public var text: String {
    var node = ""
    let parts = steps.map { step in
      defer { node = step.node }
      let time = (step.nanoseconds * 100).rounded() / 100
      return "\(step.signal) \(time)" + (step.node == node ? "" : " (\(step.node))")
    }
    return
      "stage \(stage), \((nanoseconds * 100).rounded() / 100) ns: \(parts.joined(separator: " -> "))"
  }
}

extension StageGraph {
  /// The slowest path of every stage.
  ///
  /// - Parameter delay: of a signal's gate, ns.
  func slowestPaths(
    _ stages: [Int32], stageCount: Int, _ netlist: Netlist, overhead: Double,
    delay: (Int) -> Double
  ) -> [TimingPath] {
    let logic = netlist.logic
    var arrivals = Array(repeating: 0.0, count: stages.count)
    var before = Array(repeating: -1, count: stages.count)
    var ends = Array(repeating: -1, count: stageCount)
    for gate in stages.indices {
      for operand in operands[gate].map({ Int($0) })
      where stages[operand] == stages[gate] && arrivals[operand] > arrivals[gate] {
        arrivals[gate] = arrivals[operand]
        before[gate] = operand
      }
      arrivals[gate] += delay(signals[gate])
      let stage = Int(stages[gate])
      if ends[stage] < 0 || arrivals[gate] > arrivals[ends[stage]] { ends[stage] = gate }
    }
    return ends.enumerated().map { stage, end in
      var steps: [TimingPath.Step] = []
      var gate = end
      while gate >= 0 {
        let signal = signals[gate]
        let origin = logic.origins[signal]
        let time = delay(signal)
        if time > 0 {
          steps.append(
            .init(
              signal: netlist.names[signal], node: origin < 0 ? "input" : logic.nodeNames[origin],
              nanoseconds: time))
        }
        gate = before[gate]
      }
      return TimingPath(
        stage: stage, nanoseconds: (end < 0 ? 0 : arrivals[end]) + overhead,
        steps: steps.reversed())
    }
  }
}
