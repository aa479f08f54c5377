import WinnowFixedPoint

extension FixedPointProgram {
  /// Effective bit operations: over all multiplications the product of the factors' bits.
  ///
  /// A constant counts the bits between its first and last non-zero one; the sum inside a group of
  /// products counts nothing, as in the source. The bits of a value are those its exact range needs,
  /// the sign included only for signed values.
  /// - Reference: HGQ, arXiv:2405.00645, eq. 5.
  public var effectiveBitOperations: Int {
    func bits(_ value: Value) -> Int { intervals[value].format.width }
    var total = 0
    for instruction in instructions {
      switch instruction {
      case .linear(let terms, _):
        for term in terms {
          let magnitude = term.coefficient.magnitude
          let constantBits = 64 - magnitude.leadingZeroBitCount - magnitude.trailingZeroBitCount
          // A single unit term is a wire or a bias, no multiplication.
          if terms.count == 1, constantBits == 1 { continue }
          total += constantBits * bits(term.value)
        }
      case .multiply(let a, let b): total += bits(a) * bits(b)
      default: break
      }
    }
    return total
  }
}
