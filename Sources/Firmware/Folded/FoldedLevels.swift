package import WinnowNetworkIR

/// Which sums of a program are worth multiply–accumulate units, and how many of their matrices lie
/// on the way to each value.
package struct FoldedLevels: Sendable {
  /// For every value the number of folded matrices on the longest way from an input to it.
  package private(set) var levels: [Int]
  /// Whether the value is a row of a folded matrix.
  package private(set) var isRow: [Bool]
  /// Folded matrices on the longest way through the program.
  package var depth: Int { levels.max() ?? 0 }

  /// Sums of powers of two with fewer terms than this are adders, cheaper than a multiplier.
  static let fewestAddends = 16

  package init(_ program: FixedPointProgram) {
    var folded: [Int: Bool] = [:]
    for value in 0..<program.count where folded[program.origins[value]] != true {
      folded[program.origins[value]] = Self.isWorthFolding(value, in: program)
    }
    levels = Array(repeating: 0, count: program.count)
    isRow = Array(repeating: false, count: program.count)
    for (value, instruction) in program.instructions.enumerated() {
      guard case .linear(let terms, _) = instruction else {
        levels[value] = instruction.operands.reduce(0) { max($0, levels[$1]) }
        continue
      }
      isRow[value] = folded[program.origins[value]] == true && Self.isSum(terms)
      levels[value] = terms.reduce(0) { max($0, levels[$1.value]) } + (isRow[value] ? 1 : 0)
    }
  }

  /// Wires, negations and constants added stay as they are.
  private static func isSum(_ terms: [FixedPointProgram.Term]) -> Bool {
    terms.count > 1 || terms[0].coefficient.magnitude.nonzeroBitCount > 1
  }

  private static func isWorthFolding(_ value: Int, in program: FixedPointProgram) -> Bool {
    guard case .linear(let terms, _) = program.instructions[value], terms.count > 1 else {
      return false
    }
    if terms.count >= fewestAddends { return true }
    // Rounding adds a multiple of a sign bit: a gate, not a product.
    return terms.contains { term in
      term.coefficient.magnitude.nonzeroBitCount > 1 && !isComparison(term.value, in: program)
    }
  }

  /// A single bit, be it counted in another step.
  private static func isComparison(_ value: Int, in program: FixedPointProgram) -> Bool {
    switch program.instructions[value] {
    case .less, .equal: true
    case .linear(let terms, constant: 0) where terms.count == 1:
      isComparison(terms[0].value, in: program)
    default: false
    }
  }
}
