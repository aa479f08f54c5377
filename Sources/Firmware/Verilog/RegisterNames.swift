import WinnowNetworkIR

/// The registers of a pipeline by name, and signals put together from them.
///
/// Bits of a gate that are carried into stage 2 stand in `x_s2`, or, when only some are, each run of
/// them in `x_s2_from4` with the bits' own numbers.
struct RegisterNames {
  enum Language { case verilog, vhdl }

  let logic: FixedPointProgram
  let pipeline: Pipeline
  /// Of the signals, as the language has them.
  let names: [String]
  let language: Language

  /// The register runs of a gate's own bits at a stage after its own.
  func runs(of gate: Int, at stage: Int) -> [(name: String, bits: Range<Int>)] {
    let uses = pipeline.lastUses[gate]
    guard stage > pipeline.stages[gate] else { return [] }
    var runs: [(name: String, bits: Range<Int>)] = []
    var bit = 0
    while bit < uses.count {
      guard uses[bit] >= stage else {
        bit += 1
        continue
      }
      let first = bit
      while bit < uses.count, uses[bit] >= stage { bit += 1 }
      let name = "\(names[gate])_s\(stage)"
      runs.append((bit - first == uses.count ? name : "\(name)_from\(first)", first..<bit))
    }
    return runs
  }

  /// Whether a signal at a stage is the register of its name.
  func isOneRegister(_ value: Int, at stage: Int) -> Bool {
    let runs = pipeline.lastUses[value].isEmpty ? [] : runs(of: value, at: stage)
    return runs.count == 1 && runs[0].bits.count == logic.width(value)
  }

  /// Signals that gates of a stage read and that no single wire or register there has, in the
  /// gates' order; at the stage after the last, what outputs read.
  func gathered(at stage: Int) -> [Int] {
    let readers = (0..<logic.count).filter {
      pipeline.stages[$0] == stage && pipeline.bits.isGate($0)
    }
    let read =
      stage == pipeline.stageCount
      ? logic.outputs.flatMap(\.values) : readers.flatMap { logic.instructions[$0].operands }
    var seen: Set<Int> = []
    return read.filter {
      !logic.isConstant($0) && pipeline.stages[$0] != stage && !isOneRegister($0, at: stage)
        && seen.insert($0).inserted
    }
  }

  /// A signal's bits as they stand at a stage; bits that nothing reads there are 0.
  func text(of value: Int, at stage: Int) -> String {
    text(of: pipeline.bits[value], at: stage)
  }

  func text(of bits: ArraySlice<SignalBits.Source>, at stage: Int) -> String {
    var pieces: [Piece] = []
    for source in bits {
      let next = piece(source, at: stage)
      if let joined = pieces.last?.joined(next) {
        pieces[pieces.count - 1] = joined
      } else {
        pieces.append(next)
      }
    }
    switch language {
    case .verilog:
      let texts = pieces.reversed().map(\.verilog)
      return texts.count == 1 ? texts[0] : "{\(texts.joined(separator: ", "))}"
    case .vhdl:
      return "std_logic_vector'(\(pieces.reversed().map(\.vhdl).joined(separator: " & ")))"
    }
  }

  private func piece(_ source: SignalBits.Source, at stage: Int) -> Piece {
    guard !source.isConstant else { return Piece() }
    let (gate, bit) = (Int(source.gate), Int(source.bit))
    if pipeline.stages[gate] == stage {
      let width = logic.width(gate)
      return Piece(name: names[gate], whole: 0..<width, bits: bit..<bit + 1)
    }
    guard let run = runs(of: gate, at: stage).first(where: { $0.bits.contains(bit) }) else {
      return Piece()
    }
    return Piece(name: run.name, whole: run.bits, bits: bit..<bit + 1)
  }

  /// Neighbouring bits of one vector, one bit several times, or zeros.
  private struct Piece {
    var name = ""
    /// The bits that the vector has.
    var whole = 0..<1
    var bits = 0..<1
    var copies = 1

    func joined(_ next: Piece) -> Piece? {
      guard next.name == name else { return nil }
      var joined = self
      if name.isEmpty || (bits.count == 1 && next.bits == bits) {
        joined.copies += 1
        return joined
      }
      guard copies == 1, next.bits.lowerBound == bits.upperBound else { return nil }
      joined.bits = bits.lowerBound..<next.bits.upperBound
      return joined
    }

    var vhdl: String {
      if name.isEmpty { return "std_logic_vector'(\"\(String(repeating: "0", count: copies))\")" }
      if copies > 1 {
        return "std_logic_vector'(\(copies - 1) downto 0 => \(name)(\(bits.lowerBound)))"
      }
      return "std_logic_vector(\(name)(\(bits.upperBound - 1) downto \(bits.lowerBound)))"
    }

    var verilog: String {
      if name.isEmpty { return "\(copies)'d0" }
      var text = name
      if bits != whole {
        text +=
          bits.count == 1
          ? "[\(bits.lowerBound)]" : "[\(bits.upperBound - 1):\(bits.lowerBound)]"
      }
      return copies == 1 ? text : "{\(copies){\(text)}}"
    }
  }
}
