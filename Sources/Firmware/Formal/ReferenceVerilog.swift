import WinnowFixedPoint
import WinnowNetworkIR

/// A program's instructions as Verilog on signed numbers wide enough for every value: written from
/// what the instructions mean, not from how the netlist's Verilog is written.
struct ReferenceVerilog {
  let program: FixedPointProgram
  /// Values to compute, in order.
  let order: [Int]
  /// Bits of every number here.
  let width: Int

  init(_ program: FixedPointProgram, order: [Int], operands: [Int]) {
    self.program = program
    self.order = order
    func bits(_ value: Int) -> Int { program.intervals[value].format.width }
    var widest = 2
    for value in order + operands { widest = max(widest, bits(value)) }
    for value in order {
      switch program.instructions[value] {
      case .linear(let terms, let constant):
        // Every partial sum.
        var most = constant.magnitude
        for term in terms {
          let range = program.intervals[term.value]
          let size = max(range.low.magnitude, range.high.magnitude)
          most += size * UInt128(term.coefficient.magnitude)
        }
        widest = max(widest, 128 - most.leadingZeroBitCount)
      case .maximum(let a, let b), .minimum(let a, let b), .less(let a, let b),
        .equal(let a, let b),
        .select(_, let a, let b):
        widest = max(widest, bits(a.value) + a.shift, bits(b.value) + b.shift)
      case .clamp(_, let low, let high):
        widest = max(widest, 128 - max(low.magnitude, high.magnitude).leadingZeroBitCount)
      case .multiply(let a, let b): widest = max(widest, bits(a) + bits(b))
      case .wrap(_, _, let cut): widest = max(widest, cut)
      default: break
      }
    }
    width = widest + 2
  }

  func number(_ mantissa: Int128) -> String {
    let pattern = UInt128(bitPattern: mantissa)
    let cut = width >= 128 ? pattern : pattern & ((UInt128(1) << UInt128(width)) - 1)
    return "\(width)'sh\(String(cut, radix: 16))"
  }

  /// A wire of the netlist read as a number.
  func read(_ name: String, width bits: Int, signed: Bool) -> String {
    let filled = signed && bits > 1 ? "\(name)[\(bits - 1)]" : signed ? name : "1'b0"
    return "{{\(width - bits){\(filled)}}, \(name)}"
  }

  /// Declarations of the values, named by a function.
  func lines(_ name: (Int) -> String) -> [String] {
    order.flatMap { value -> [String] in
      let declared = "  wire signed [\(width - 1):0] \(name(value))"
      guard case .table(let x, let first, let entries) = program.instructions[value] else {
        return ["\(declared) = \(expression(value, name));"]
      }
      let function = "f_\(name(value))"
      return [
        "  function signed [\(width - 1):0] \(function)(input signed [\(width - 1):0] x);",
        "    case (x)",
      ]
        + entries.enumerated().map {
          "      \(number(first + Int128($0.offset))): \(function) = \(number(Int128($0.element)));"
        } + [
          "      default: \(function) = \(number(0));", "    endcase", "  endfunction",
          "\(declared) = \(function)(\(name(x)));",
        ]
    }
  }

  private func expression(_ value: Int, _ name: (Int) -> String) -> String {
    func at(_ operand: FixedPointProgram.Operand) -> String {
      operand.shift == 0 ? name(operand.value) : "(\(name(operand.value)) <<< \(operand.shift))"
    }
    func flag(_ condition: String) -> String { "{\(width - 1)'d0, (\(condition))}" }
    switch program.instructions[value] {
    case .input, .table: preconditionFailure("inputs and tables are not expressions")
    case .constant(let mantissa): return number(mantissa)
    case .linear(let terms, let constant):
      return
        (terms.map { "\(name($0.value)) * \(number(Int128($0.coefficient)))" }
        + (constant == 0 ? [] : [number(constant)])).joined(separator: " + ")
    case .floorShift(let x, let bits): return "\(name(x)) >>> \(bits)"
    case .convergentShift(let x, let bits):
      if bits == 0 { return "\(name(x)) & \(number(-2))" }
      let dropped = bits >= width ? name(x) : "\(name(x))[\(bits - 1):0]"
      return
        "(|\(dropped)) ? (\(name(x)) >>> \(bits)) : ((\(name(x)) >>> \(bits)) & \(number(-2)))"
    case .wrap(let x, let signed, let bits):
      if bits >= width { return name(x) }
      let fill = signed ? "\(name(x))[\(bits - 1)]" : "1'b0"
      return "{{\(width - bits){\(fill)}}, \(name(x))[\(bits - 1):0]}"
    case .clamp(let x, let low, let high):
      return
        "(\(name(x)) < \(number(low))) ? \(number(low)) : (\(name(x)) > \(number(high))) ? \(number(high)) : \(name(x))"
    case .maximum(let a, let b): return "(\(at(a)) > \(at(b))) ? \(at(a)) : \(at(b))"
    case .minimum(let a, let b): return "(\(at(a)) < \(at(b))) ? \(at(a)) : \(at(b))"
    case .multiply(let a, let b): return "\(name(a)) * \(name(b))"
    case .divide(let x, let divisor): return "\(name(x)) / \(number(divisor))"
    case .less(let a, let b): return flag("\(at(a)) < \(at(b))")
    case .equal(let a, let b): return flag("\(at(a)) == \(at(b))")
    case .select(let condition, let a, let b):
      return "\(name(condition))[0] ? \(at(a)) : \(at(b))"
    }
  }
}
