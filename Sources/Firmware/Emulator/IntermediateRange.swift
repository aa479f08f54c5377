import WinnowFixedPoint
import WinnowNetworkIR

extension FixedPointProgram {
  /// The largest magnitude that C++ meets on the way to a value: the value, its aligned operands and
  /// the partial sums, in whatever order.
  func largestIntermediate(_ value: Int) -> Double {
    func magnitude(_ value: Int, _ shift: Int = 0) -> Double {
      let range = intervals[value]
      return max(Double(range.high), -Double(range.low))
        * Double(sign: .plus, exponent: shift, significand: 1)
    }
    let own = magnitude(value)
    switch instructions[value] {
    case .input: return own
    case .constant: return own
    case .linear(let terms, let constant):
      return max(
        own,
        terms.reduce(Double(constant.magnitude)) {
          $0 + magnitude($1.value) * Double($1.coefficient.magnitude)
        })
    case .wrap(let x, true, let width):
      return max(own, magnitude(x) + Double(sign: .plus, exponent: width - 1, significand: 1))
    case .maximum(let a, let b), .minimum(let a, let b), .less(let a, let b), .equal(let a, let b),
      .select(_, let a, let b):
      return max(own, magnitude(a.value, a.shift), magnitude(b.value, b.shift))
    default:
      return max(own, instructions[value].operands.map { magnitude($0) }.max() ?? 0)
    }
  }
}
