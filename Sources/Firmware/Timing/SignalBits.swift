import WinnowFixedPoint
import WinnowNetworkIR

/// Where every wire of a netlist comes from.
///
/// A shift, a wrap and the low bits that an adder passes are wires: their bits are bits of other
/// signals. A register chain belongs to the gate that makes a bit, so that equal bits share one, and a
/// bit that nothing reads has none.
struct SignalBits: Sendable {
  /// A bit of a gate's own making; `gate` is −1 for a constant bit.
  struct Source: Sendable, Hashable {
    var gate: Int32
    var bit: Int32

    init(_ gate: Int, _ bit: Int) {
      self.gate = Int32(gate)
      self.bit = Int32(bit)
    }

    static let zero = Source(-1, 0)
    var isConstant: Bool { gate < 0 }
  }

  private var starts: [Int] = [0]
  private var sources: [Source] = []

  /// The bits of a signal, lowest first.
  subscript(value: Int) -> ArraySlice<Source> { sources[starts[value]..<starts[value + 1]] }

  func source(_ value: Int, _ bit: Int) -> Source { sources[starts[value] + bit] }

  /// Whether a gate makes at least one bit of the signal.
  func isGate(_ value: Int) -> Bool { self[value].contains { $0.gate == value } }

  init(_ logic: FixedPointProgram) {
    starts.reserveCapacity(logic.count + 1)
    for value in 0..<logic.count {
      append(value, logic)
      starts.append(sources.count)
    }
  }

  /// Bit of a signal, its sign extended without end.
  private func extended(_ value: Int, _ bit: Int, _ logic: FixedPointProgram) -> Source {
    if logic.isConstant(value) || bit < 0 { return .zero }
    let width = logic.width(value)
    if bit < width { return source(value, bit) }
    return logic.intervals[value].low < 0 ? source(value, width - 1) : .zero
  }

  private mutating func append(_ value: Int, _ logic: FixedPointProgram) {
    let width = logic.width(value)
    func wires(_ count: Int, of x: Int, from first: Int) {
      for bit in 0..<count { sources.append(extended(x, first + bit, logic)) }
    }
    func own(from first: Int) {
      for bit in first..<max(width, first) { sources.append(Source(value, bit)) }
    }
    switch logic.instructions[value] {
    case .constant: sources += Array(repeating: .zero, count: width)
    case .floorShift(let x, let bits): wires(width, of: x, from: bits)
    case .wrap(let x, _, _): wires(width, of: x, from: 0)
    case .convergentShift(let x, let bits) where width > 1:
      // Only the last bit is made; those above it pass.
      sources.append(Source(value, 0))
      wires(width - 1, of: x, from: bits + 1)
    case .linear(let terms, let constant):
      if terms.count == 1, constant == 0, terms[0].coefficient > 0 {
        wires(width, of: terms[0].value, from: -terms[0].shift)
      } else if let passed = Self.passedBits(terms, constant, width: width) {
        wires(passed.count, of: passed.value, from: 0)
        own(from: passed.count)
      } else {
        own(from: 0)
      }
    default: own(from: 0)
    }
  }

  /// The operand whose lowest bits an adder hands on as they are, and how many.
  static func passedBits(
    _ terms: [FixedPointProgram.Term], _ constant: Int128, width: Int
  ) -> (value: Int, count: Int)? {
    if terms.count == 1 {
      let low = min(constant.trailingZeroBitCount, width - 1)
      guard constant != 0, terms[0].coefficient > 0, terms[0].shift == 0, low > 0 else { return nil }
      return (terms[0].value, low)
    }
    var (a, b) = (terms[0], terms[1])
    if a.coefficient < 0 { swap(&a, &b) }
    if a.shift == 0, b.shift > 0, b.shift < width { return (a.value, b.shift) }
    if b.shift == 0, b.coefficient > 0, a.shift > 0, a.shift < width { return (b.value, a.shift) }
    return nil
  }

  /// The bits that a gate reads of its operands, as (operand, bits from, bits up to).
  static func reads(_ value: Int, _ logic: FixedPointProgram) -> [(value: Int, bits: Range<Int>)] {
    let width = logic.width(value)
    func part(_ x: Int, from first: Int = 0, to last: Int) -> (value: Int, bits: Range<Int>) {
      let end = min(last, logic.width(x))
      return (x, min(first, end)..<end)
    }
    func operands(_ list: [FixedPointProgram.Operand]) -> [(value: Int, bits: Range<Int>)] {
      list.map { part($0.value, to: width - $0.shift) }
    }
    switch logic.instructions[value] {
    case .input, .constant: return []
    case .linear(let terms, let constant):
      let passed = passedBits(terms, constant, width: width)
      return terms.map { term in
        var first = passed?.value == term.value && term.shift == 0 ? passed!.count : 0
        // A passed operand that is shorter than what passes still gives its sign.
        if logic.intervals[term.value].low < 0 { first = min(first, logic.width(term.value) - 1) }
        return part(term.value, from: first, to: max(width - term.shift, 0))
      }
    case .convergentShift(let x, let bits): return [part(x, to: bits + 1)]
    case .maximum(let a, let b), .minimum(let a, let b), .equal(let a, let b):
      return [a, b].map { part($0.value, to: .max) }
    case .less(let a, let b):
      if case .constant(0) = logic.instructions[b.value], logic.intervals[a.value].low < 0 {
        return [part(a.value, from: logic.width(a.value) - 1, to: .max)]
      }
      return [a, b].map { part($0.value, to: .max) }
    case .select(let condition, let a, let b):
      return [part(condition, to: .max)] + operands([a, b])
    case .multiply(let a, let b): return [part(a, to: width), part(b, to: width)]
    case .floorShift(let x, _), .wrap(let x, _, _), .clamp(let x, _, _), .divide(let x, _),
      .table(let x, _, _):
      return [part(x, to: .max)]
    }
  }
}

extension FixedPointProgram.Term {
  /// The coefficient of a netlist is a power of two or its negative.
  var shift: Int { coefficient.magnitude.trailingZeroBitCount }
}
