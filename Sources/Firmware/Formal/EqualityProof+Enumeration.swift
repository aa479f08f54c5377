import WinnowFixedPoint
import WinnowNetworkIR

/// A block with its operands numbered from zero, so that equal blocks are enumerated once.
struct EnumerationKey: Hashable {
  var values: [FixedPointProgram.Instruction]
  var signals: [FixedPointProgram.Instruction]
  var wires: [FixedPointFormat]
  var ranges: [ClosedRange<Int128>]
  /// The variables on the operands' wires.
  var places: [Int]
}

enum EnumerationResult {
  case equal(ClosedRange<Int128>)
  case differs(String)
}

extension EqualityProof {
  /// Tries every value of the block's operands.
  mutating func enumerate(_ block: ProofBlock) -> Verdict {
    let variables = block.variables(twins)
    guard let count = points(variables.map { range($0) }),
      let result = compare(
        block, values: block.values, signals: block.signals, variables: variables.map { .wire($0) },
        points: count)
    else { return .unknown }
    switch result {
    case .equal(let range): return .proved(.enumeration, range)
    case .differs(let message): return .differs(message)
    }
  }

  /// How many combinations there are; `nil` above the limit.
  private func points(_ ranges: [ClosedRange<Int128>]) -> Int? {
    var points: Int128 = 1
    for range in ranges {
      let (product, tooMany) = points.multipliedReportingOverflow(
        by: range.upperBound - range.lowerBound + 1)
      guard !tooMany, product <= 1 << Int128(limits.enumerationBits) else { return nil }
      points = product
    }
    return Int(points)
  }

  /// Takes each sum as one variable: it may then take any value of its exact range.
  mutating func enumerateSums(_ block: ProofBlock) -> Verdict {
    var variables: [Variable] = []
    var sums: [AffineForm: Int] = [:]
    func place(_ variable: Variable) {
      if !variables.contains(variable) { variables.append(variable) }
    }
    // Values that are sums, and the way on from them.
    guard
      let values = remaining(
        block.value, reference, given: { block.operands[$0] != nil },
        form: { proof, value in proof.form(ofValue: value, root: block.operands[value] == nil) }),
      let signals = remaining(
        block.signal, logic, given: { block.leaves.contains($0) },
        form: { proof, signal in
          guard case .linear = proof.logic.instructions[signal] else { return nil }
          return proof.form(signal).flatMap { $0.terms.contains { $0.atom == signal } ? nil : $0 }
        })
    else { return .unknown }
    for form in values.sums.values.map(\.self) + signals.sums.values.map(\.self) {
      sums[form.primitive.form] = 0
    }
    guard !sums.isEmpty else { return .unknown }
    for form in sums.keys.sorted(by: { ($0.terms.first?.atom ?? 0) < ($1.terms.first?.atom ?? 0) }) {
      place(.sum(form))
    }
    for value in values.given { place(.wire(block.operands[value]!)) }
    for signal in signals.given { place(.wire(twins[signal] ?? signal)) }
    guard let count = points(variables.map { range($0) }),
      let result = compare(
        block, values: values.order, signals: signals.order, variables: variables, points: count,
        valueSums: values.sums, signalSums: signals.sums)
    else { return .unknown }
    switch result {
    case .equal(let range): return .proved(.formAndEnumeration, range)
    case .differs(let message): return .differs(message)
    }
  }

  enum Variable: Hashable {
    case wire(Int)
    /// A sum's primitive form.
    case sum(AffineForm)
  }

  private func range(_ variable: Variable) -> ClosedRange<Int128> {
    switch variable {
    case .wire(let signal): range(signal)
    case .sum(let form): form.range { range($0) }
    }
  }

  /// The part of a cone above its sums of two and more signals.
  private mutating func remaining(
    _ root: Int, _ program: FixedPointProgram, given isGiven: (Int) -> Bool,
    form: (inout Self, Int) -> AffineForm?
  ) -> (order: [Int], given: [Int], sums: [Int: AffineForm])? {
    var sums: [Int: AffineForm] = [:]
    var plain: Set<Int> = []
    func isSum(_ value: Int, _ proof: inout Self) -> Bool {
      if sums[value] != nil { return true }
      if plain.contains(value) { return false }
      if let form = form(&proof, value), form.terms.count > 1 {
        sums[value] = form
        return true
      }
      plain.insert(value)
      return false
    }
    if isSum(root, &self) { return ([], [], sums) }
    if isGiven(root) { return ([], [root], sums) }
    var inside: Set<Int> = [root]
    var given: Set<Int> = []
    var pending = [root]
    while let value = pending.popLast() {
      if case .input = program.instructions[value] { return nil }
      for operand in program.instructions[value].operands where !inside.contains(operand) {
        if isGiven(operand) {
          given.insert(operand)
        } else if !isSum(operand, &self) {
          inside.insert(operand)
          pending.append(operand)
        }
      }
    }
    return (inside.sorted(), given.sorted(), sums)
  }

  /// Evaluates both sides for all values of the variables.
  ///
  /// - Returns: `nil` when 64-bit words do not hold the block.
  private mutating func compare(
    _ block: ProofBlock, values: [Int], signals: [Int], variables: [Variable], points: Int,
    valueSums: [Int: AffineForm] = [:], signalSums: [Int: AffineForm] = [:]
  ) -> EnumerationResult? {
    let integers = IntegerLanes(program: reference, order: values)
    let wires = WireLanes(logic: logic, order: signals)
    guard integers.fits, wires.fits, logic.width(block.signal) <= 62 else { return nil }
    let ranges = variables.map { range($0) }
    let key =
      valueSums.isEmpty && signalSums.isEmpty
      ? key(block, values, signals, variables, ranges) : nil
    if let key, let known = enumerated[key] { return known }
    let result = Enumeration(
      block: block, integers: integers, wires: wires, variables: variables, ranges: ranges,
      valueSums: valueSums, signalSums: signalSums, twins: twins
    ).run(points)
    if let key { enumerated[key] = result }
    return result
  }

  private func key(
    _ block: ProofBlock, _ values: [Int], _ signals: [Int], _ variables: [Variable],
    _ ranges: [ClosedRange<Int128>]
  ) -> EnumerationKey? {
    var places: [Int: Int] = [:]
    for (index, variable) in variables.enumerated() {
      if case .wire(let signal) = variable { places[signal] = index }
    }
    func numbered(
      _ program: FixedPointProgram, _ order: [Int], _ operand: (Int) -> Int?
    ) -> [FixedPointProgram.Instruction] {
      var map: [Int: Int] = [:]
      for (index, value) in order.enumerated() { map[value] = variables.count + index }
      return order.map { value in
        let instruction = program.instructions[value]
        let last = instruction.operands.max() ?? -1
        var renumbering = Array(repeating: 0, count: last + 1)
        for read in instruction.operands { renumbering[read] = map[read] ?? operand(read) ?? -1 }
        return instruction.renumbered(renumbering)
      }
    }
    return EnumerationKey(
      values: numbered(reference, values) { block.operands[$0].flatMap { places[$0] } },
      signals: numbered(logic, signals) { places[twins[$0] ?? $0] },
      wires: (signals + block.leaves).map { logic.intervals[$0].format },
      ranges: ranges, places: block.leaves.map { places[twins[$0] ?? $0]! })
  }
}
