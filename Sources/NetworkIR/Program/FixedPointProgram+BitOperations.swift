import WinnowFixedPoint

extension FixedPointProgram {
  /// Effective bit operations of the whole network.
  public var effectiveBitOperations: Int { effectiveBitOperationsByNode.values.reduce(0, +) }

  /// Effective bit operations by node: over all multiplications the product of the factors' bits.
  ///
  /// A constant counts the bits from its first to its last non-zero one, a value the bits that its
  /// exact range needs; the sums of products count nothing, as in the source.
  /// - Reference: HGQ, arXiv:2405.00645, eq. 5.
  public var effectiveBitOperationsByNode: [String: Int] {
    var totals: [String: Int] = [:]
    for (value, instruction) in instructions.enumerated() {
      let origin = origins[value]
      guard origin >= 0 else { continue }
      let operations = effectiveBitOperations(instruction)
      if operations > 0 { totals[nodeNames[origin], default: 0] += operations }
    }
    return totals
  }

  private func effectiveBitOperations(_ instruction: Instruction) -> Int {
    func bits(_ value: Value) -> Int { intervals[value].format.width }
    switch instruction {
    case .linear(let terms, _):
      return terms.reduce(0) { total, term in
        let magnitude = term.coefficient.magnitude
        let span = 64 - magnitude.leadingZeroBitCount - magnitude.trailingZeroBitCount
        // A single unit term is a wire or a bias, no multiplication.
        return terms.count == 1 && span == 1 ? total : total + span * bits(term.value)
      }
    case .multiply(let a, let b): return bits(a) * bits(b)
    default: return 0
    }
  }
}
