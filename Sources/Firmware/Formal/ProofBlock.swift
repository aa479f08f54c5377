import WinnowNetworkIR

/// A value of the reference and the signal that should carry it, with what lies between them and
/// the operands that are proved equal already.
package struct ProofBlock: Sendable {
  var value: Int
  var signal: Int
  /// The reference's part: values to compute, in order, the block's last.
  var values: [Int]
  /// The netlist's part: signals to compute, in order, the block's last.
  var signals: [Int]
  /// For the operands of the reference's part the signal that carries each.
  var operands: [Int: Int]
  /// The operands of the netlist's part.
  var leaves: [Int]

  /// The signals that both sides take as given, each of several equal ones once.
  func variables(_ twins: [Int: Int]) -> [Int] {
    Array(Set(operands.values).union(leaves.map { twins[$0] ?? $0 })).sorted()
  }
}

extension FixedPointProgram {
  /// What has to be computed for a value from given ones: constants and gates in order, and the
  /// given values that are reached. `nil` if it is more than a number of instructions, or reaches
  /// an input.
  func cone(
    of root: Int, limit: Int, isGiven: (Int) -> Bool
  ) -> (order: [Int], given: [Int])? {
    var inside: Set<Int> = [root]
    var given: Set<Int> = []
    var pending = [root]
    while let value = pending.popLast() {
      if case .input = instructions[value] { return nil }
      for operand in instructions[value].operands where !inside.contains(operand) {
        if isGiven(operand) {
          given.insert(operand)
        } else {
          inside.insert(operand)
          pending.append(operand)
          if inside.count > limit { return nil }
        }
      }
    }
    return (inside.sorted(), given.sorted())
  }
}
