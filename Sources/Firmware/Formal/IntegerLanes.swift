import WinnowFixedPoint
import WinnowNetworkIR

/// Evaluates a cone of a program for many operand values at once, on whole numbers: what the
/// instructions say they compute.
struct IntegerLanes {
  let program: FixedPointProgram
  /// The values to compute, in order; the last is the result.
  let order: [Int]

  /// Whether 64-bit arithmetic holds every value of the cone.
  var fits: Bool {
    order.allSatisfy { value in
      let range = program.intervals[value]
      guard Self.narrow(range.low), Self.narrow(range.high) else { return false }
      switch program.instructions[value] {
      case .linear(let terms, let constant):
        // Every partial sum, too.
        var most = constant.magnitude
        for term in terms {
          let operand = program.intervals[term.value]
          let (product, tooWide) = max(operand.low.magnitude, operand.high.magnitude)
            .multipliedReportingOverflow(by: UInt128(term.coefficient.magnitude))
          if tooWide || product >= 1 << 62 { return false }
          most += product
        }
        return most < 1 << 62
      case .maximum(let a, let b), .minimum(let a, let b), .less(let a, let b),
        .equal(let a, let b),
        .select(_, let a, let b):
        return [a, b].allSatisfy { operand in
          let range = program.intervals[operand.value]
          return max(range.low.magnitude, range.high.magnitude) < 1 << max(62 - operand.shift, 0)
        }
      case .clamp(_, let low, let high): return Self.narrow(low) && Self.narrow(high)
      case .divide(_, let divisor): return Self.narrow(divisor)
      case .constant(let mantissa): return Self.narrow(mantissa)
      default: return true
      }
    }
  }

  private static func narrow(_ mantissa: Int128) -> Bool { mantissa.magnitude < 1 << 62 }

  /// - Parameter lanes: the known values' lanes; the cone's are added.
  func run(_ lanes: inout [Int: [Int64]], count: Int) {
    for value in order { lanes[value] = compute(value, lanes, count) }
  }

  private func compute(_ value: Int, _ lanes: [Int: [Int64]], _ count: Int) -> [Int64] {
    func at(_ operand: FixedPointProgram.Operand) -> [Int64] {
      operand.shift == 0
        ? lanes[operand.value]! : lanes[operand.value]!.map { $0 << Int64(operand.shift) }
    }
    func both(
      _ a: FixedPointProgram.Operand, _ b: FixedPointProgram.Operand,
      _ operation: (Int64, Int64) -> Int64
    ) -> [Int64] {
      let (x, y) = (at(a), at(b))
      return x.indices.map { operation(x[$0], y[$0]) }
    }
    switch program.instructions[value] {
    case .input: preconditionFailure("an input is an operand of every block")
    case .constant(let mantissa): return Array(repeating: Int64(mantissa), count: count)
    case .linear(let terms, let constant):
      var sum = Array(repeating: Int64(constant), count: count)
      for term in terms {
        let x = lanes[term.value]!
        let coefficient = Int64(term.coefficient)
        for lane in sum.indices { sum[lane] += x[lane] * coefficient }
      }
      return sum
    case .floorShift(let x, let bits): return lanes[x]!.map { $0 >> Int64(bits) }
    case .convergentShift(let x, let bits):
      let step = Int64(1) << Int64(bits)
      return lanes[x]!.map { value in
        // Rounded down; halves, seen as whole steps here, to the even one.
        var quotient = value / step
        if value % step < 0 { quotient -= 1 }
        if value % step == 0, quotient % 2 != 0 { quotient -= 1 }
        return quotient
      }
    case .wrap(let x, let signed, let width):
      guard width < 63 else { return lanes[x]! }
      let modulus = Int64(1) << Int64(width)
      return lanes[x]!.map { value in
        var rest = value % modulus
        if rest < 0 { rest += modulus }
        return signed && rest >= modulus / 2 ? rest - modulus : rest
      }
    case .clamp(let x, let low, let high):
      let (low, high) = (Int64(low), Int64(high))
      return lanes[x]!.map { $0 < low ? low : $0 > high ? high : $0 }
    case .maximum(let a, let b): return both(a, b) { $0 > $1 ? $0 : $1 }
    case .minimum(let a, let b): return both(a, b) { $0 < $1 ? $0 : $1 }
    case .multiply(let a, let b):
      let (x, y) = (lanes[a]!, lanes[b]!)
      return x.indices.map { x[$0] * y[$0] }
    case .divide(let x, let divisor):
      let divisor = Int64(divisor)
      return lanes[x]!.map { $0 / divisor }
    case .table(let x, let first, let entries):
      let first = Int64(first)
      return lanes[x]!.map { Int64(entries[Int($0 - first)]) }
    case .less(let a, let b): return both(a, b) { $0 < $1 ? 1 : 0 }
    case .equal(let a, let b): return both(a, b) { $0 == $1 ? 1 : 0 }
    case .select(let condition, let a, let b):
      let (chosen, x, y) = (lanes[condition]!, at(a), at(b))
      return chosen.indices.map { chosen[$0] == 1 ? x[$0] : y[$0] }
    }
  }
}
