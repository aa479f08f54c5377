import WinnowFixedPoint
import WinnowNetworkIR

/// Verilog text for gates. Every wire is a plain bit vector; extensions are written out, so that no
/// width or sign is left to the language's rules.
struct VerilogExpressions {
  let logic: FixedPointProgram
  /// The name of a signal where a gate of a stage reads it.
  let name: (_ signal: Int, _ stage: Int) -> String

  func isSigned(_ signal: Int) -> Bool { logic.intervals[signal].low < 0 }

  /// The bits of a signal, shifted left and extended (or cut, modulo 2^width) to a width.
  func extended(_ signal: Int, shift: Int = 0, to width: Int, at stage: Int) -> String {
    if case .constant(let mantissa) = logic.instructions[signal] {
      return literal(mantissa << shift, width: width)
    }
    return bits(
      name(signal, stage), width: logic.width(signal), signed: isSigned(signal), shift: shift,
      to: width)
  }

  /// Bits `from` and up of a signal, extended to a width.
  func upper(_ signal: Int, from: Int, to width: Int, at stage: Int) -> String {
    let own = logic.width(signal)
    let text = name(signal, stage)
    if from == 0 { return bits(text, width: own, signed: isSigned(signal), shift: 0, to: width) }
    if from >= own {
      return isSigned(signal) ? "{\(width){\(text)\(own > 1 ? "[\(own - 1)]" : "")}}" : "\(width)'d0"
    }
    let kept = min(own - from, width)
    let part = own == 1 ? text : "\(text)[\(from + kept - 1):\(from)]"
    if kept == width { return part }
    let sign = isSigned(signal) ? "{\(width - kept){\(text)[\(own - 1)]}}" : "\(width - kept)'d0"
    return "{\(sign), \(part)}"
  }

  private func bits(_ text: String, width: Int, signed: Bool, shift: Int, to wanted: Int) -> String {
    var parts: [String] = []
    let kept = min(width, wanted - shift)
    if kept <= 0 { return "\(wanted)'d0" }
    let extra = wanted - shift - kept
    if extra > 0 {
      parts.append(
        signed ? "{\(extra){\(text)\(width > 1 ? "[\(width - 1)]" : "")}}" : "\(extra)'d0")
    }
    parts.append(kept == width ? text : "\(text)[\(kept - 1):0]")
    if shift > 0 { parts.append("\(shift)'d0") }
    return parts.count == 1 ? parts[0] : "{\(parts.joined(separator: ", "))}"
  }

  /// A number in two's complement of a width.
  func literal(_ mantissa: Int128, width: Int) -> String {
    let pattern =
      width >= 127
      ? UInt128(bitPattern: mantissa)
      : UInt128(bitPattern: mantissa) & ((UInt128(1) << width) - 1)
    return pattern < 10 ? "\(width)'d\(pattern)" : "\(width)'h\(String(pattern, radix: 16))"
  }

  /// The right-hand side for a gate of a stage.
  func expression(_ value: Int, at stage: Int) -> String {
    let width = logic.width(value)
    switch logic.instructions[value] {
    case .input: return name(value, stage)
    case .constant(let mantissa): return literal(mantissa, width: width)
    case .linear(let terms, let constant):
      if logic.isWiring(value) { return wiring(terms, constant, width, stage) }
      return sum(terms, constant, width, stage)
    case .floorShift(let x, let bits): return upper(x, from: bits, to: width, at: stage)
    case .convergentShift(let x, let bits): return convergent(x, bits, width, stage)
    case .wrap(let x, _, _): return extended(x, to: width, at: stage)
    case .clamp(let x, let low, let high): return clamp(x, low, high, width, stage)
    case .maximum(let a, let b):
      return "\(less(a, b, stage)) ? \(operand(b, width, stage)) : \(operand(a, width, stage))"
    case .minimum(let a, let b):
      return "\(less(a, b, stage)) ? \(operand(a, width, stage)) : \(operand(b, width, stage))"
    case .multiply(let a, let b):
      let factors = [a, b].map { extended($0, to: width, at: stage) }
      // Only of signed numbers do tools drop the copies of the sign before they count multipliers.
      return isSigned(a) || isSigned(b)
        ? "$signed(\(factors[0])) * $signed(\(factors[1]))" : "\(factors[0]) * \(factors[1])"
    case .table(let x, _, _):
      preconditionFailure("tables are written as functions, not for \(x)")
    case .less(let a, let b): return less(a, b, stage)
    case .equal(let a, let b):
      let common = commonWidth(a, b)
      return "\(operand(a, common, stage)) == \(operand(b, common, stage))"
    case .select(let condition, let a, let b):
      return "\(name(condition, stage)) ? \(operand(a, width, stage)) : \(operand(b, width, stage))"
    case .divide: preconditionFailure("a netlist has no divisions")
    }
  }

  private func operand(_ operand: FixedPointProgram.Operand, _ width: Int, _ stage: Int) -> String {
    extended(operand.value, shift: operand.shift, to: width, at: stage)
  }

  /// Bits that hold both operands as signed numbers.
  private func commonWidth(_ a: FixedPointProgram.Operand, _ b: FixedPointProgram.Operand) -> Int {
    max(
      logic.width(a.value) + a.shift + (isSigned(a.value) ? 0 : 1),
      logic.width(b.value) + b.shift + (isSigned(b.value) ? 0 : 1))
  }

  private func less(
    _ a: FixedPointProgram.Operand, _ b: FixedPointProgram.Operand, _ stage: Int
  ) -> String {
    if case .constant(0) = logic.instructions[b.value], isSigned(a.value) {
      let own = logic.width(a.value)
      return own > 1 ? "\(name(a.value, stage))[\(own - 1)]" : name(a.value, stage)
    }
    let width = commonWidth(a, b)
    return "($signed(\(operand(a, width, stage))) < $signed(\(operand(b, width, stage))))"
  }

  /// Bits side by side: a shifted signal over a constant's or another signal's bits.
  private func wiring(
    _ terms: [FixedPointProgram.Term], _ constant: Int128, _ width: Int, _ stage: Int
  ) -> String {
    if let (high, low, shift) = logic.joined(terms) {
      // A signal that is always zero has a bit, but none in the sum.
      if shift >= width { return extended(low, to: width, at: stage) }
      return
        "{\(extended(high, to: width - shift, at: stage)), \(extended(low, to: shift, at: stage))}"
    }
    let shift = terms[0].coefficient.trailingZeroBitCount
    if constant == 0 { return extended(terms[0].value, shift: shift, to: width, at: stage) }
    if shift >= width { return literal(constant, width: width) }
    return
      "{\(extended(terms[0].value, to: width - shift, at: stage)), \(literal(constant, width: shift))}"
  }

  /// An adder over the overlap of its operands only: below it the unshifted one's bits pass.
  private func sum(
    _ terms: [FixedPointProgram.Term], _ constant: Int128, _ width: Int, _ stage: Int
  ) -> String {
    func shift(_ term: FixedPointProgram.Term) -> Int { term.coefficient.magnitude.trailingZeroBitCount }
    let first = terms[0]
    if terms.count == 1 {
      let x = extended(first.value, shift: shift(first), to: width, at: stage)
      if constant == 0 { return first.coefficient < 0 ? "-\(x)" : x }
      if first.coefficient < 0 { return "\(literal(constant, width: width)) - \(x)" }
      let low = min(constant.trailingZeroBitCount, width - 1)
      if shift(first) == 0, low > 0 {
        return passing(
          first.value, low, width, stage, "+", literal(constant >> low, width: width - low))
      }
      return "\(x) + \(literal(constant, width: width))"
    }
    var (a, b) = (first, terms[1])
    if a.coefficient < 0 { swap(&a, &b) }
    precondition(a.coefficient > 0, "an adder of two negative terms")
    let minus = b.coefficient < 0
    if shift(a) == 0, shift(b) > 0, shift(b) < width {
      let k = shift(b)
      return passing(
        a.value, k, width, stage, minus ? "-" : "+",
        extended(b.value, shift: 0, to: width - k, at: stage))
    }
    if shift(b) == 0, shift(a) > 0, !minus, shift(a) < width {
      let k = shift(a)
      return passing(
        b.value, k, width, stage, "+", extended(a.value, shift: 0, to: width - k, at: stage))
    }
    return
      "\(extended(a.value, shift: shift(a), to: width, at: stage)) \(minus ? "-" : "+") \(extended(b.value, shift: shift(b), to: width, at: stage))"
  }

  /// `{x's upper part ± other, x's low bits}`.
  private func passing(
    _ x: Int, _ low: Int, _ width: Int, _ stage: Int, _ sign: String, _ other: String
  ) -> String {
    let own = logic.width(x)
    let text = name(x, stage)
    let passed: String
    if own > low {
      passed = own == 1 ? text : "\(text)[\(low - 1):0]"
    } else {
      passed = extended(x, to: low, at: stage)
    }
    return "{\(upper(x, from: low, to: width - low, at: stage)) \(sign) \(other), \(passed)}"
  }

  /// The shifted value; its last bit is cleared when all bits that fall off are zero.
  private func convergent(_ x: Int, _ bits: Int, _ width: Int, _ stage: Int) -> String {
    let own = logic.width(x)
    let text = name(x, stage)
    func bit(_ place: Int) -> String {
      own == 1 ? text : "\(text)[\(min(place, own - 1))]"
    }
    let tie: String
    if bits == 0 {
      tie = "1'b0"
    } else if bits == 1 {
      tie = bit(0)
    } else {
      tie = own == 1 ? text : "(|\(text)[\(min(bits, own) - 1):0])"
    }
    let last = bits >= own && !isSigned(x) ? "1'b0" : bit(bits)
    if width == 1 { return "\(last) & \(tie)" }
    return "{\(upper(x, from: bits + 1, to: width - 1, at: stage)), \(last) & \(tie)}"
  }

  private func clamp(
    _ x: Int, _ low: Int128, _ high: Int128, _ width: Int, _ stage: Int
  ) -> String {
    let own = logic.width(x)
    let range = logic.intervals[x]
    let text = name(x, stage)
    var result = extended(x, to: width, at: stage)
    let sign = own > 1 ? "\(text)[\(own - 1)]" : text
    // Bits of the range's top that are not the sign.
    let top = isSigned(x) ? own - 2 : own - 1
    if high < range.high {
      let k = high > 0 && (high + 1).nonzeroBitCount == 1 ? (high + 1).trailingZeroBitCount : -1
      let above: String
      if k >= 0, k <= top {
        let any = k == top ? "\(text)[\(k)]" : "(|\(text)[\(top):\(k)])"
        above = isSigned(x) ? "(~\(sign) & \(any))" : any
      } else {
        above = compared(x, ">", high, stage)
      }
      result = "\(above) ? \(literal(high, width: width)) : \(result)"
    }
    if low > range.low {
      let k = low < 0 && (-low).nonzeroBitCount == 1 ? (-low).trailingZeroBitCount : -1
      let below: String
      if low == 0 {
        below = sign
      } else if k >= 0, k <= top {
        let all = k == top ? "\(text)[\(k)]" : "(&\(text)[\(top):\(k)])"
        below = "(\(sign) & ~\(all))"
      } else {
        below = compared(x, "<", low, stage)
      }
      result = "\(below) ? \(literal(low, width: width)) : \(high < range.high ? "(\(result))" : result)"
    }
    return result
  }

  private func compared(_ x: Int, _ relation: String, _ bound: Int128, _ stage: Int) -> String {
    let width = logic.width(x) + (isSigned(x) ? 0 : 1)
    return
      "($signed(\(extended(x, to: width, at: stage))) \(relation) $signed(\(literal(bound, width: width))))"
  }
}
