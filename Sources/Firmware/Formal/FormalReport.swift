/// What of a design is proved, how, and what is not.
public struct FormalReport: Sendable, Codable, Hashable {
  /// The blocks of one node: parts between two values that netlist and program have in common.
  public struct Node: Sendable, Codable, Hashable {
    public var node: String
    /// By kind of proof, how many of its blocks.
    public var proved: [String: Int]
    /// Blocks that were only simulated.
    public var simulatedOnly: Int
  }

  public var network: String
  /// By kind of proof, how many blocks equal the program before adders are shared.
  public var blocks: [String: Int] = [:]
  public var nodes: [Node] = []
  public var outputs = 0
  /// Blocks that no method decided within its limits; they agreed in simulation.
  public var simulatedOnly: [String] = []
  /// Blocks that differ for some values of their operands, and outputs that differ in simulation.
  public var different: [String] = []

  /// Expressions of the file that the solver found equal to their gates.
  public var expressions = 0
  /// Different ones among them: equal ones are asked once.
  public var distinctExpressions = 0
  /// Tables of the file compared entry by entry.
  public var tables = 0
  /// Expressions that the solver left open.
  public var openExpressions: [String] = []
  /// Where the file is not the netlist.
  public var faults: [String] = []

  /// Seconds for blocks, without the solver.
  public var blockSeconds = 0.0
  public var solverSeconds = 0.0
  public var limits: ProofLimits

  /// Nothing differs, and nothing is left open.
  public var isProved: Bool {
    different.isEmpty && faults.isEmpty && simulatedOnly.isEmpty && openExpressions.isEmpty
  }

  /// Something differs: the design is wrong.
  public var isRefuted: Bool { !different.isEmpty || !faults.isEmpty }
}

extension FormalReport {
  /// The report as lines of text.
  public var text: String {
    var lines = ["\(network): formal proof of \(outputs) outputs"]
    lines.append("  blocks equal to the program before adders are shared:")
    for kind in ProofKind.allCases {
      guard let count = blocks[kind.rawValue] else { continue }
      lines.append("    " + "\(count)".padded(to: 8) + kind.rawValue)
    }
    lines.append(
      "  file: \(expressions) expressions equal to their gates (\(distinctExpressions) different ones), \(tables) tables, every path as many registers"
    )
    func list(_ title: String, _ items: [String]) {
      guard !items.isEmpty else { return }
      lines.append("  \(title): \(items.count)")
      lines += items.prefix(20).map { "    \($0)" }
      if items.count > 20 { lines.append("    … and \(items.count - 20) more, in the JSON") }
    }
    list("only simulated", simulatedOnly + openExpressions)
    list("DIFFERENT", different + faults)
    func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }
    lines.append(
      "  time: \(rounded(blockSeconds)) s for blocks, \(rounded(solverSeconds)) s in the solver")
    lines.append(
      isProved
        ? "  PROVED for every input"
        : isRefuted ? "  NOT EQUAL" : "  proved but for what was only simulated")
    return lines.joined(separator: "\n") + "\n"
  }
}
