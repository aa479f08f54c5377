import WinnowFixedPoint
import WinnowNetworkIR

extension FixedPointProgram {
  /// Whether a sum only places bits side by side: a shifted signal, with a constant or another
  /// signal in the bits that the shift left free.
  func isWiring(_ value: Int) -> Bool {
    guard case .linear(let terms, let constant) = instructions[value] else { return false }
    if terms.count == 1 {
      return terms[0].coefficient > 0 && constant >= 0 && constant < Int128(terms[0].coefficient)
    }
    guard terms.count == 2, constant == 0, let (_, low, shift) = joined(terms) else { return false }
    return intervals[low].low >= 0 && width(low) <= shift
  }

  /// The signal in the upper bits, the one in the lower bits, and where they meet.
  func joined(_ terms: [Term]) -> (high: Int, low: Int, shift: Int)? {
    let rising = terms.sorted { $0.coefficient < $1.coefficient }
    guard rising.count == 2, rising[0].coefficient == 1 else { return nil }
    return (rising[1].value, rising[0].value, rising[1].coefficient.trailingZeroBitCount)
  }
}
