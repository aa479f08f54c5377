import WinnowFixedPoint
import WinnowNetworkIR

extension EqualityProof {
  enum Verdict {
    /// With the values that the signal takes.
    case proved(ProofKind, ClosedRange<Int128>)
    case differs(String)
    case unknown
  }

  /// Decides a block by what is cheapest to trust: all operand values, then sums, then both.
  mutating func verdict(_ block: ProofBlock) -> Verdict {
    let plain = enumerate(block)
    if case .proved = plain { return plain }
    if let range = linearRange(block) { return .proved(.linearForm, range) }
    let joined = enumerateSums(block)
    if case .proved = joined { return joined }
    if let range = sameGate(block) { return .proved(.sameGate, range) }
    // Operands that never occur together may show a difference that no input does, but the block
    // is then not proved either.
    if case .differs = plain { return plain }
    return joined
  }

  // MARK: Sums

  /// The form of a signal over those signals that are no sums.
  mutating func form(_ signal: Int) -> AffineForm? {
    let signal = twins[signal] ?? signal
    if let known = forms[signal] { return known }
    var result: AffineForm?
    switch logic.instructions[signal] {
    case .constant(let mantissa): result = AffineForm(constant: mantissa)
    case .linear(let terms, let constant):
      result = sum(terms, constant) { proof, operand in proof.form(operand) }
      // A wire that cuts the sum is no sum.
      if let sum = result, !holds(sum.range { range($0) }, on: signal) { result = nil }
    default: break
    }
    result = result ?? AffineForm(atom: signal)
    forms[signal] = .some(result)
    return result
  }

  private mutating func sum(
    _ terms: [FixedPointProgram.Term], _ constant: Int128,
    _ form: (inout Self, Int) -> AffineForm?
  ) -> AffineForm? {
    var total: AffineForm? = AffineForm(constant: constant)
    for term in terms {
      guard let operand = form(&self, term.value) else { return nil }
      total = total?.adding(operand, times: term.coefficient)
    }
    return total
  }

  /// The form of a value of the reference, over signals; `nil` when it is no sum of those.
  mutating func form(ofValue value: Int, root: Bool = true) -> AffineForm? {
    if !root, carriers[value] >= 0 { return form(carriers[value]) }
    switch reference.instructions[value] {
    case .constant(let mantissa): return AffineForm(constant: mantissa)
    case .linear(let terms, let constant):
      return sum(terms, constant) { proof, operand in proof.form(ofValue: operand, root: false) }
    default: return nil
    }
  }

  /// The values that an atom of a form takes.
  func range(_ atom: Int) -> ClosedRange<Int128> {
    ranges[atom] ?? full(logic.intervals[atom].format)
  }

  func full(_ format: FixedPointFormat) -> ClosedRange<Int128> { format.minimum...format.maximum }

  /// Whether a signal's wire is wide enough.
  func holds(_ range: ClosedRange<Int128>, on signal: Int) -> Bool {
    let format = logic.intervals[signal].format
    return format.minimum <= range.lowerBound && range.upperBound <= format.maximum
  }

  /// The exact range of a sum when both sides are the same one and no wire on the way cuts it.
  private mutating func linearRange(_ block: ProofBlock) -> ClosedRange<Int128>? {
    guard case .linear = logic.instructions[block.signal],
      let found = form(block.signal),
      let wanted = form(ofValue: block.value, root: block.operands[block.value] == nil),
      found == wanted
    else { return nil }
    return found.range { range($0) }
  }

  /// What is proved of the values on a signal; its whole format where nothing is.
  mutating func provedRange(_ signal: Int) -> ClosedRange<Int128> {
    let first = twins[signal] ?? signal
    if let known = ranges[first] { return known }
    if case .linear = logic.instructions[first], let form = form(first) {
      return form.range { range($0) }
    }
    return full(logic.intervals[signal].format)
  }

  // MARK: Same gate

  /// The range of a value whose signal is the same gate on its operands' signals.
  private func sameGate(_ block: ProofBlock) -> ClosedRange<Int128>? {
    let instruction = reference.instructions[block.value]
    var map = Array(repeating: 0, count: instruction.operands.max().map { $0 + 1 } ?? 0)
    for operand in instruction.operands {
      if case .constant(let mantissa) = reference.instructions[operand] {
        guard
          let same = logic.instructions[block.signal].operands.first(where: {
            logic.instructions[$0] == .constant(mantissa)
          })
        else { return nil }
        map[operand] = same
      } else {
        guard carriers[operand] >= 0 else { return nil }
        map[operand] = carriers[operand]
      }
    }
    func range(_ signal: Int) -> ClosedRange<Int128> {
      if case .constant(let mantissa) = logic.instructions[signal] { return mantissa...mantissa }
      return self.range(signal)
    }
    let gate = instruction.renumbered(map)
    // Of several equal signals the first.
    var names = Array(repeating: 0, count: block.signal)
    for operand in logic.instructions[block.signal].operands {
      names[operand] = twins[operand] ?? operand
    }
    let found = logic.instructions[block.signal].renumbered(names)
    guard gate == found, let result = gate.range(of: range), holds(result, on: block.signal) else {
      return nil
    }
    return result
  }
}
