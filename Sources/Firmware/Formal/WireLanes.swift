import WinnowFixedPoint
import WinnowNetworkIR

/// Evaluates a cone of a netlist for many operand values at once, on bit vectors as wide as the
/// wires: a wire that is too narrow loses bits here as it does in the Verilog.
struct WireLanes {
  let logic: FixedPointProgram
  /// The signals to compute, in order; the last is the result.
  let order: [Int]

  /// Whether 64-bit words hold every wire with what is shifted into it.
  var fits: Bool {
    order.allSatisfy { signal in
      guard logic.width(signal) <= 62 else { return false }
      switch logic.instructions[signal] {
      case .maximum(let a, let b), .minimum(let a, let b), .less(let a, let b),
        .equal(let a, let b),
        .select(_, let a, let b):
        return logic.width(a.value) + a.shift <= 62 && logic.width(b.value) + b.shift <= 62
      case .clamp(_, let low, let high): return max(low.magnitude, high.magnitude) < 1 << 62
      case .divide: return false
      default: return logic.instructions[signal].operands.allSatisfy { logic.width($0) <= 62 }
      }
    }
  }

  private func mask(_ signal: Int) -> UInt64 { (1 << UInt64(logic.width(signal))) - 1 }

  /// The bits that a wire carries for a number.
  func pattern(_ numbers: [Int64], on signal: Int) -> [UInt64] {
    let mask = mask(signal)
    return numbers.map { UInt64(bitPattern: $0) & mask }
  }

  /// The number that a wire's bits are read as.
  func number(_ bits: UInt64, on signal: Int) -> Int64 {
    let width = Int64(logic.width(signal))
    guard logic.intervals[signal].low < 0 else { return Int64(bitPattern: bits) }
    return Int64(bitPattern: bits << UInt64(64 - width)) >> (64 - width)
  }

  func run(_ lanes: inout [Int: [UInt64]], count: Int) {
    for signal in order { lanes[signal] = compute(signal, lanes, count) }
  }

  private func compute(_ signal: Int, _ lanes: [Int: [UInt64]], _ count: Int) -> [UInt64] {
    let mask = mask(signal)
    func extended(_ x: Int) -> [Int64] { lanes[x]!.map { number($0, on: x) } }
    func shifted(_ operand: FixedPointProgram.Operand) -> [Int64] {
      extended(operand.value).map { $0 << Int64(operand.shift) }
    }
    func cut(_ number: Int64) -> UInt64 { UInt64(bitPattern: number) & mask }
    func both(
      _ a: FixedPointProgram.Operand, _ b: FixedPointProgram.Operand,
      _ operation: (Int64, Int64) -> Int64
    ) -> [UInt64] {
      let (x, y) = (shifted(a), shifted(b))
      return x.indices.map { cut(operation(x[$0], y[$0])) }
    }
    switch logic.instructions[signal] {
    case .input: preconditionFailure("an input is an operand of every block")
    case .divide: preconditionFailure("a netlist has no divisions")
    case .constant(let mantissa):
      return Array(repeating: cut(Int64(truncatingIfNeeded: mantissa)), count: count)
    case .linear(let terms, let constant):
      var sum = Array(repeating: Int64(truncatingIfNeeded: constant), count: count)
      for term in terms {
        let x = extended(term.value)
        let coefficient = Int64(term.coefficient)
        for lane in sum.indices { sum[lane] &+= x[lane] &* coefficient }
      }
      return sum.map(cut)
    case .floorShift(let x, let bits): return extended(x).map { cut($0 >> Int64(bits)) }
    case .convergentShift(let x, let bits):
      let dropped = (Int64(1) << Int64(bits)) - 1
      return extended(x).map { value in
        let upper = value >> Int64(bits)
        return cut(value & dropped == 0 ? upper & ~1 : upper)
      }
    case .wrap(let x, _, _): return extended(x).map(cut)
    case .clamp(let x, let low, let high):
      let (low, high) = (Int64(low), Int64(high))
      return extended(x).map { cut(max(min($0, high), low)) }
    case .maximum(let a, let b): return both(a, b) { $0 < $1 ? $1 : $0 }
    case .minimum(let a, let b): return both(a, b) { $0 < $1 ? $0 : $1 }
    case .multiply(let a, let b):
      let (x, y) = (extended(a), extended(b))
      return x.indices.map { cut(x[$0] &* y[$0]) }
    case .table(let x, let first, let entries):
      return extended(x).map { value in
        let place = Int(value) - Int(first)
        return entries.indices.contains(place) ? cut(Int64(entries[place])) : 0
      }
    case .less(let a, let b): return both(a, b) { $0 < $1 ? 1 : 0 }
    case .equal(let a, let b): return both(a, b) { $0 == $1 ? 1 : 0 }
    case .select(let condition, let a, let b):
      let (chosen, x, y) = (lanes[condition]!, shifted(a), shifted(b))
      return chosen.indices.map { cut(chosen[$0] & 1 == 1 ? x[$0] : y[$0]) }
    }
  }
}
