import WinnowNetworkIR

extension FixedPointProgram.Instruction {
  /// Bounds of a gate's result from bounds of its operands; `nil` for inputs and overflow.
  func range(of bounds: (Int) -> ClosedRange<Int128>) -> ClosedRange<Int128>? {
    func at(_ operand: FixedPointProgram.Operand) -> ClosedRange<Int128> {
      let range = bounds(operand.value)
      let factor = Int128(1) << Int128(operand.shift)
      return range.lowerBound * factor...range.upperBound * factor
    }
    switch self {
    case .input: return nil
    case .constant(let mantissa): return mantissa...mantissa
    case .linear(let terms, let constant):
      return terms.reduce(constant...constant) { sum, term in
        let range = bounds(term.value)
        let ends = [range.lowerBound, range.upperBound].map { $0 * Int128(term.coefficient) }
        return sum.lowerBound + ends.min()!...sum.upperBound + ends.max()!
      }
    case .floorShift(let x, let bits):
      let range = bounds(x)
      return range.lowerBound >> Int128(bits)...range.upperBound >> Int128(bits)
    case .convergentShift(let x, let bits):
      let range = bounds(x)
      // Clearing the last bit moves down by one at most.
      return (range.lowerBound >> Int128(bits)) & ~1...range.upperBound >> Int128(bits)
    case .wrap(_, let signed, let width):
      let size = Int128(1) << Int128(width)
      return signed ? -size / 2...size / 2 - 1 : 0...size - 1
    case .clamp(let x, let low, let high): return bounds(x).clamped(to: low...high)
    case .maximum(let a, let b):
      let (x, y) = (at(a), at(b))
      return max(x.lowerBound, y.lowerBound)...max(x.upperBound, y.upperBound)
    case .minimum(let a, let b):
      let (x, y) = (at(a), at(b))
      return min(x.lowerBound, y.lowerBound)...min(x.upperBound, y.upperBound)
    case .multiply(let a, let b):
      let (x, y) = (bounds(a), bounds(b))
      let corners = [
        x.lowerBound.multipliedReportingOverflow(by: y.lowerBound),
        x.lowerBound.multipliedReportingOverflow(by: y.upperBound),
        x.upperBound.multipliedReportingOverflow(by: y.lowerBound),
        x.upperBound.multipliedReportingOverflow(by: y.upperBound),
      ]
      guard corners.allSatisfy({ !$0.overflow }) else { return nil }
      let ends = corners.map(\.partialValue)
      let least = a == b ? max(0, ends.min()!) : ends.min()!
      return least...ends.max()!
    case .divide(let x, let divisor):
      let range = bounds(x)
      return range.lowerBound / divisor...range.upperBound / divisor
    case .table(let x, let first, let entries):
      let range = bounds(x)
      guard range.lowerBound >= first, range.upperBound - first < entries.count else { return nil }
      let used = entries[Int(range.lowerBound - first)...Int(range.upperBound - first)]
      return Int128(used.min()!)...Int128(used.max()!)
    case .less, .equal: return 0...1
    case .select(_, let a, let b):
      let (x, y) = (at(a), at(b))
      return min(x.lowerBound, y.lowerBound)...max(x.upperBound, y.upperBound)
    }
  }
}
