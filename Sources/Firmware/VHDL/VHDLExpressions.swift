import WinnowFixedPoint
import WinnowNetworkIR

/// VHDL text for gates, on `signed` and `unsigned` of numeric_std.
///
/// A signal is `signed` where its interval goes below zero. Every operand is brought to the width and
/// type of the result before it is used: numeric_std keeps the sign when it shortens, so shortening is
/// always a slice.
struct VHDLExpressions {
  let logic: FixedPointProgram
  /// The name of a signal where a gate of a stage reads it.
  let name: (_ signal: Int, _ stage: Int) -> String

  func isSigned(_ signal: Int) -> Bool { logic.intervals[signal].low < 0 }

  func type(signed: Bool, width: Int) -> String {
    "\(signed ? "signed" : "unsigned")(\(width - 1) downto 0)"
  }

  func type(_ signal: Int) -> String { type(signed: isSigned(signal), width: logic.width(signal)) }

  /// A number in two's complement of a width, as a string.
  func digits(_ mantissa: Int128, width: Int) -> String {
    let pattern = UInt128(bitPattern: mantissa)
    return String((0..<width).reversed().map { (pattern >> $0) & 1 == 1 ? "1" : "0" })
  }

  private func literal(_ mantissa: Int128, width: Int, signed: Bool) -> String {
    "\(signed ? "signed" : "unsigned")'(\"\(digits(mantissa, width: width))\")"
  }

  private func cast(_ text: String, from: Bool, to: Bool) -> String {
    from == to ? text : "\(to ? "signed" : "unsigned")(\(text))"
  }

  /// A signal shifted left, at a width (modulo 2^width) and type.
  func extended(
    _ signal: Int, shift: Int = 0, to width: Int, signed: Bool, at stage: Int
  ) -> String {
    if case .constant(let mantissa) = logic.instructions[signal] {
      return literal(mantissa << shift, width: width, signed: signed)
    }
    if shift >= width { return literal(0, width: width, signed: signed) }
    let own = logic.width(signal)
    let text = name(signal, stage)
    let fitted =
      own > width
      ? "\(text)(\(width - 1) downto 0)" : own == width ? text : "resize(\(text), \(width))"
    let typed = cast(fitted, from: isSigned(signal), to: signed)
    return shift == 0 ? typed : "shift_left(\(typed), \(shift))"
  }

  /// Bits `from` and up of a signal, at a width and type.
  private func upper(
    _ signal: Int, from: Int, to width: Int, signed: Bool, at stage: Int
  ) -> String {
    if from == 0 { return extended(signal, to: width, signed: signed, at: stage) }
    let own = logic.width(signal)
    let text = name(signal, stage)
    if from >= own, !isSigned(signal) { return literal(0, width: width, signed: signed) }
    let low = min(from, own - 1)
    let kept = min(own - low, width)
    let part = "\(text)(\(low + kept - 1) downto \(low))"
    return cast(
      kept == width ? part : "resize(\(part), \(width))", from: isSigned(signal), to: signed)
  }

  /// What stands right of `<=` for a gate of a stage, tables excepted.
  func expression(_ value: Int, at stage: Int) -> String {
    let width = logic.width(value)
    let signed = isSigned(value)
    func operand(_ operand: FixedPointProgram.Operand) -> String {
      extended(operand.value, shift: operand.shift, to: width, signed: signed, at: stage)
    }
    switch logic.instructions[value] {
    case .input: return name(value, stage)
    case .constant(let mantissa): return literal(mantissa, width: width, signed: signed)
    case .linear(let terms, let constant): return sum(terms, constant, value, stage)
    case .floorShift(let x, let bits):
      return upper(x, from: bits, to: width, signed: signed, at: stage)
    case .convergentShift(let x, let bits): return convergent(x, bits, value, stage)
    case .wrap(let x, _, _): return extended(x, to: width, signed: signed, at: stage)
    case .clamp(let x, let low, let high): return clamp(x, low, high, value, stage)
    case .maximum(let a, let b): return "\(operand(b)) when \(less(a, b, stage)) else \(operand(a))"
    case .minimum(let a, let b): return "\(operand(a)) when \(less(a, b, stage)) else \(operand(b))"
    case .multiply(let a, let b): return product(a, b, value, stage)
    case .less(let a, let b): return "\"1\" when \(less(a, b, stage)) else \"0\""
    case .equal(let a, let b):
      return "\"1\" when \(compared(a, "=", b, stage)) else \"0\""
    case .select(let condition, let a, let b):
      return "\(operand(a)) when \(name(condition, stage))(0) = '1' else \(operand(b))"
    case .table(let x, _, _): preconditionFailure("tables are constants, not written for \(x)")
    case .divide: preconditionFailure("a netlist has no divisions")
    }
  }

  /// Both operands as signed numbers of one width.
  private func compared(
    _ a: FixedPointProgram.Operand, _ relation: String, _ b: FixedPointProgram.Operand, _ stage: Int
  ) -> String {
    func bits(_ operand: FixedPointProgram.Operand) -> Int {
      logic.width(operand.value) + operand.shift + (isSigned(operand.value) ? 0 : 1)
    }
    let width = max(bits(a), bits(b))
    let sides = [a, b].map {
      extended($0.value, shift: $0.shift, to: width, signed: true, at: stage)
    }
    return "\(sides[0]) \(relation) \(sides[1])"
  }

  private func less(
    _ a: FixedPointProgram.Operand, _ b: FixedPointProgram.Operand, _ stage: Int
  ) -> String {
    if case .constant(0) = logic.instructions[b.value], isSigned(a.value) {
      return "\(name(a.value, stage))(\(logic.width(a.value) - 1)) = '1'"
    }
    return compared(a, "<", b, stage)
  }

  /// An adder over the overlap of its operands only: below it the unshifted one's bits pass.
  private func sum(
    _ terms: [FixedPointProgram.Term], _ constant: Int128, _ value: Int, _ stage: Int
  ) -> String {
    let width = logic.width(value)
    let signed = isSigned(value)
    func shift(_ term: FixedPointProgram.Term) -> Int { term.coefficient.magnitude.trailingZeroBitCount }
    func operand(_ term: FixedPointProgram.Term) -> String {
      extended(term.value, shift: shift(term), to: width, signed: signed, at: stage)
    }
    func passing(_ x: Int, _ low: Int, _ sign: String, _ other: String) -> String {
      let passed = extended(x, to: low, signed: signed, at: stage)
      return
        "(\(upper(x, from: low, to: width - low, signed: signed, at: stage)) \(sign) \(other)) & \(passed)"
    }
    let first = terms[0]
    if terms.count == 1 {
      if constant == 0 {
        if first.coefficient > 0 { return operand(first) }
        // Unsigned numbers have no negation.
        let negated = extended(first.value, shift: shift(first), to: width, signed: true, at: stage)
        return cast("-\(negated)", from: true, to: signed)
      }
      let bias = literal(constant, width: width, signed: signed)
      if first.coefficient < 0 { return "\(bias) - \(operand(first))" }
      let low = min(constant.trailingZeroBitCount, width - 1)
      if shift(first) == 0, low > 0 {
        return passing(
          first.value, low, "+", literal(constant >> low, width: width - low, signed: signed))
      }
      return "\(operand(first)) + \(bias)"
    }
    var (a, b) = (first, terms[1])
    if a.coefficient < 0 { swap(&a, &b) }
    precondition(a.coefficient > 0, "an adder of two negative terms")
    let minus = b.coefficient < 0
    if shift(a) == 0, shift(b) > 0, shift(b) < width {
      let other = extended(b.value, to: width - shift(b), signed: signed, at: stage)
      return passing(a.value, shift(b), minus ? "-" : "+", other)
    }
    if shift(b) == 0, shift(a) > 0, !minus, shift(a) < width {
      let other = extended(a.value, to: width - shift(a), signed: signed, at: stage)
      return passing(b.value, shift(a), "+", other)
    }
    return "\(operand(a)) \(minus ? "-" : "+") \(operand(b))"
  }

  /// The product of both factors in full, then the result's bits of it.
  private func product(_ a: Int, _ b: Int, _ value: Int, _ stage: Int) -> String {
    let signed = isSigned(a) || isSigned(b)
    let widths = [a, b].map { logic.width($0) + (signed && !isSigned($0) ? 1 : 0) }
    let factors = zip([a, b], widths).map {
      extended($0, to: $1, signed: signed, at: stage)
    }
    let text = "\(factors[0]) * \(factors[1])"
    let (full, width) = (widths[0] + widths[1], logic.width(value))
    if width < full {
      return cast(
        "resize(\(cast(text, from: signed, to: false)), \(width))", from: false, to: isSigned(value))
    }
    return cast(
      width == full ? text : "resize(\(text), \(width))", from: signed, to: isSigned(value))
  }

  /// The shifted value; its last bit is cleared when all bits that fall off are zero.
  private func convergent(_ x: Int, _ bits: Int, _ value: Int, _ stage: Int) -> String {
    let (own, width) = (logic.width(x), logic.width(value))
    let text = name(x, stage)
    let tie = bits == 0 ? "'0'" : "(or \(text)(\(min(bits, own) - 1) downto 0))"
    let last = bits >= own && !isSigned(x) ? "'0'" : "\(text)(\(min(bits, own - 1)))"
    if width == 1 { return "(0 => \(last) and \(tie))" }
    let top = upper(x, from: bits + 1, to: width - 1, signed: isSigned(value), at: stage)
    return "\(top) & (\(last) and \(tie))"
  }

  private func clamp(
    _ x: Int, _ low: Int128, _ high: Int128, _ value: Int, _ stage: Int
  ) -> String {
    let (own, width) = (logic.width(x), logic.width(value))
    let signed = isSigned(value)
    let range = logic.intervals[x]
    let text = name(x, stage)
    let sign = "\(text)(\(own - 1))"
    let top = isSigned(x) ? own - 2 : own - 1
    func bound(_ relation: String, _ bound: Int128) -> String {
      let width = own + (isSigned(x) ? 0 : 1)
      return
        "\(extended(x, to: width, signed: true, at: stage)) \(relation) \(literal(bound, width: width, signed: true))"
    }
    var result = extended(x, to: width, signed: signed, at: stage)
    if high < range.high {
      let k = high > 0 && (high + 1).nonzeroBitCount == 1 ? (high + 1).trailingZeroBitCount : -1
      let any = "(or \(text)(\(top) downto \(k))) = '1'"
      let above = k >= 0 && k <= top ? (isSigned(x) ? "\(sign) = '0' and \(any)" : any) : bound(">", high)
      result = "\(literal(high, width: width, signed: signed)) when \(above) else \(result)"
    }
    if low > range.low {
      let k = low < 0 && (-low).nonzeroBitCount == 1 ? (-low).trailingZeroBitCount : -1
      let below =
        low == 0
        ? "\(sign) = '1'"
        : k >= 0 && k <= top
          ? "\(sign) = '1' and (and \(text)(\(top) downto \(k))) = '0'" : bound("<", low)
      result = "\(literal(low, width: width, signed: signed)) when \(below) else \(result)"
    }
    return result
  }
}
