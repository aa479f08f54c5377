import WinnowFixedPoint
package import WinnowNetworkIR

/// Proves that a netlist computes the same integers as a program, for every input.
///
/// Signals that carry values of the program are found by simulation, which is a guess; then, in the
/// program's order, each is proved to carry its value given that its operands do. By induction the
/// outputs agree, and a wrong guess can only make a proof fail. No part of this knows how the
/// netlist was made.
package struct EqualityProof {
  let reference: FixedPointProgram
  let logic: FixedPointProgram
  let limits: ProofLimits
  /// For each value of the reference the signal that carries it, or −1.
  var carriers: [Int]
  /// For signals that are proved to carry the same value as an earlier one, that one.
  var twins: [Int: Int] = [:]
  /// Signals that carry a value of the reference.
  var isCarrier: [Bool]
  /// The exact values that carriers take, or bounds of them.
  var ranges: [Int: ClosedRange<Int128>] = [:]
  var forms: [Int: AffineForm?] = [:]
  var enumerated: [EnumerationKey: EnumerationResult] = [:]
  package private(set) var proved: [ProvedBlock] = []
  /// Blocks whose sides differ for some values of their operands.
  package private(set) var refuted: [RefutedBlock] = []
  /// Blocks that nothing here decides: for the solver, or only simulated.
  package private(set) var undecided: [ProofBlock] = []
  /// Outputs that simulation alone shows to differ, or whose formats do.
  package private(set) var wrongOutputs: [String] = []
  /// Outputs whose proof found no way back to the inputs.
  package private(set) var openOutputs: [String] = []

  package struct ProvedBlock: Sendable, Hashable {
    package var value: Int
    package var signal: Int
    package var kind: ProofKind
  }

  package struct RefutedBlock: Sendable, Hashable {
    package var value: Int
    package var signal: Int
    package var message: String
  }

  /// - Precondition: both read the same input ports.
  package init(
    _ logic: FixedPointProgram, equals reference: FixedPointProgram,
    limits: ProofLimits = ProofLimits()
  ) {
    self.reference = reference
    self.logic = logic
    self.limits = limits
    carriers = Array(repeating: -1, count: reference.count)
    isCarrier = Array(repeating: false, count: logic.count)
    guard logic.inputs == reference.inputs else {
      wrongOutputs = ["the input ports differ"]
      return
    }
    prove()
  }

  private mutating func prove() {
    let vectors = TestVectors(for: reference, count: limits.events, seed: limits.seed)
    let wanted = Signatures(reference, vectors)
    let found = Signatures(logic, vectors)
    var candidates: [UInt64: [Int]] = [:]
    var inputs: [FixedPointProgram.Instruction: Int] = [:]
    for signal in 0..<logic.count {
      if case .input = logic.instructions[signal] { inputs[logic.instructions[signal]] = signal }
      candidates[found.hashes[signal], default: []].append(signal)
    }
    for value in 0..<reference.count {
      switch reference.instructions[value] {
      case .constant: continue
      case .input:
        // The port and element say which.
        guard let signal = inputs[reference.instructions[value]] else { continue }
        let range = reference.intervals[value]
        carry(value, on: signal, range.low...range.high)
      default:
        guard let signals = candidates[wanted.hashes[value]] else { continue }
        decide(value, among: likeliest(signals, for: value))
      }
    }
    proveOutputs(wanted, found)
  }

  /// Signals of the same kind of gate first, and only a few.
  private func likeliest(_ signals: [Int], for value: Int) -> [Int] {
    let kind = reference.instructions[value].kind
    let able = signals.filter {
      switch logic.instructions[$0] {
      case .input, .constant: false
      default: true
      }
    }
    let same = able.filter { logic.instructions[$0].kind == kind }
    return Array((same + able.filter { logic.instructions[$0].kind != kind }).prefix(4))
  }

  /// Tries signals for a value: the first that is proved carries it, others are its twins.
  private mutating func decide(_ value: Int, among signals: [Int]) {
    var failures: [(ProofBlock?, Verdict)] = []
    for signal in unique(signals.map { twins[$0] ?? $0 }) {
      guard let (block, verdict) = attempt(value, signal) else { continue }
      guard case .proved(let kind, let range) = verdict else {
        failures.append((block, verdict))
        continue
      }
      if carriers[value] < 0 {
        carry(value, on: signal, range)
        proved.append(.init(value: value, signal: signal, kind: kind))
      } else if !isCarrier[signal] {
        twins[signal] = carriers[value]
        isCarrier[signal] = true
      }
    }
    // Not proved: it is taken as given for what follows, and listed.
    guard carriers[value] < 0, let (block, verdict) = failures.first, let block else { return }
    fail(block, verdict)
    let range = reference.intervals[value]
    carry(value, on: block.signal, range.low...range.high)
  }

  private mutating func fail(_ block: ProofBlock, _ verdict: Verdict) {
    switch verdict {
    case .proved: return
    case .differs(let message):
      refuted.append(.init(value: block.value, signal: block.signal, message: message))
    case .unknown: undecided.append(block)
    }
  }

  private mutating func carry(_ value: Int, on signal: Int, _ range: ClosedRange<Int128>) {
    carriers[value] = signal
    isCarrier[signal] = true
    ranges[signal] = ranges[signal].map { $0.clamped(to: range) } ?? range
  }

  /// Proves a signal from the operands of its value, or from a signal that carries the value already.
  private mutating func attempt(_ value: Int, _ signal: Int) -> (ProofBlock, Verdict)? {
    if carriers[value] >= 0, let copy = block(value, signal, isCopy: true) {
      let verdict = verdict(copy)
      if case .proved = verdict { return (copy, verdict) }
    }
    // A signal that carries another value already may carry this one, too.
    if isCarrier[signal], var block = block(value, signal) {
      block.signals = []
      block.leaves = [signal]
      let verdict = verdict(block)
      if case .proved = verdict { return (block, verdict) }
    }
    guard let block = block(value, signal) else { return nil }
    return (block, verdict(block))
  }

  private func unique(_ signals: [Int]) -> [Int] {
    var seen: Set<Int> = []
    return signals.filter { seen.insert($0).inserted }
  }

  private func block(_ value: Int, _ signal: Int, isCopy: Bool = false) -> ProofBlock? {
    if isCopy {
      guard
        let (signals, leaves) = logic.cone(
          of: signal, limit: 4096, isGiven: { $0 != signal && isCarrier[$0] })
      else { return nil }
      return ProofBlock(
        value: value, signal: signal, values: [], signals: signals,
        operands: [value: carriers[value]], leaves: leaves)
    }
    guard
      let (values, given) = reference.cone(
        of: value, limit: 4096, isGiven: { $0 != value && carriers[$0] >= 0 }),
      let (signals, leaves) = logic.cone(
        of: signal, limit: 65_536, isGiven: { $0 != signal && isCarrier[$0] })
    else { return nil }
    return ProofBlock(
      value: value, signal: signal, values: values, signals: signals,
      operands: Dictionary(uniqueKeysWithValues: given.map { ($0, carriers[$0]) }), leaves: leaves)
  }

  private mutating func proveOutputs(_ wanted: Signatures, _ found: Signatures) {
    guard logic.outputs.count == reference.outputs.count else {
      wrongOutputs.append("\(logic.outputs.count) outputs for \(reference.outputs.count)")
      return
    }
    for (index, (port, output)) in zip(reference.outputs, logic.outputs).enumerated() {
      guard port.values.count == output.values.count, port.fraction == output.fraction,
        port.formats == output.formats
      else {
        wrongOutputs.append("\(port.name): shape or format")
        continue
      }
      for element in port.values.indices {
        let name = "\(port.name)[\(element)]"
        if let event = wanted.outputs.indices.first(where: {
          wanted.outputs[$0][index][element] != found.outputs[$0][index][element]
        }) {
          wrongOutputs.append("\(name) differs in simulated event \(event)")
        } else if !proveOutput(port.values[element], output.values[element]) {
          openOutputs.append(name)
        }
      }
    }
  }

  /// Whether an output's value is carried by its signal, as far as blocks are proved.
  private mutating func proveOutput(_ value: Int, _ signal: Int) -> Bool {
    guard reference.intervals[value].fraction == logic.intervals[signal].fraction else {
      return false
    }
    if case .constant(let mantissa) = reference.instructions[value] {
      return logic.instructions[signal] == .constant(mantissa)
    }
    if carriers[value] == signal || twins[signal].map({ $0 == carriers[value] }) == true {
      return true
    }
    guard let (block, verdict) = attempt(value, signal) else { return false }
    if case .proved(let kind, let range) = verdict {
      if carriers[value] < 0 { carry(value, on: signal, range) }
      proved.append(.init(value: value, signal: signal, kind: kind))
    } else {
      fail(block, verdict)
    }
    return true
  }
}

extension FixedPointProgram.Instruction {
  /// The kind of gate, its parameters aside.
  var kind: Int {
    switch self {
    case .input: 0
    case .constant: 1
    case .linear: 2
    case .floorShift: 3
    case .convergentShift: 4
    case .wrap: 5
    case .clamp: 6
    case .maximum: 7
    case .minimum: 8
    case .multiply: 9
    case .divide: 10
    case .table: 11
    case .less: 12
    case .equal: 13
    case .select: 14
    }
  }
}

extension EqualityProof {
  /// Whether every output is proved, without the solver.
  package var isComplete: Bool {
    refuted.isEmpty && undecided.isEmpty && wrongOutputs.isEmpty && openOutputs.isEmpty
  }
}
