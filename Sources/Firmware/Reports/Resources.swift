import WinnowFixedPoint
import WinnowNetworkIR

/// An estimate of what a pipelined netlist takes.
///
/// Adders by da4ml's formula (arXiv 2507.04535), which predicts Yosys' UltraScale+ count to about
/// 2 %; comparisons, multiplexers and tables by their inputs.
public struct Resources: Sendable, Codable, Hashable {
  public var lookUpTables: Int
  public var flipFlops: Int
  public var multipliers: Int
  public var blockMemories: Int

  /// Products of at most this many partial-product bits are made of look-up tables.
  static let largestLogicProduct = 64

  public init(_ netlist: Netlist, _ pipeline: Pipeline) {
    let logic = netlist.logic
    var tables = 0.0
    var blocks = 0
    for value in 0..<logic.count {
      let multipliers = Self.multipliers(value, in: logic)
      blocks += multipliers
      if multipliers == 0 { tables += Self.lookUpTables(value, in: logic) }
    }
    lookUpTables = Int(tables.rounded())
    flipFlops = pipeline.registerBits + pipeline.latency
    multipliers = blocks
    blockMemories = 0
  }

  /// Multiplier blocks of a gate: a DSP48E2 multiplies 27 by 18 bits.
  static func multipliers(_ value: Int, in logic: FixedPointProgram) -> Int {
    guard case .multiply(let a, let b) = logic.instructions[value],
      logic.width(a) * logic.width(b) > largestLogicProduct
    else { return 0 }
    let wide = max(logic.width(a), logic.width(b))
    let slim = min(logic.width(a), logic.width(b))
    return ((wide + 25) / 26) * ((slim + 16) / 17)
  }

  static func lookUpTables(_ value: Int, in logic: FixedPointProgram) -> Double {
    let width = Double(logic.width(value))
    func bits(_ signal: Int) -> Double { Double(logic.width(signal)) }
    switch logic.instructions[value] {
    case .input, .constant, .floorShift, .wrap, .divide: return 0
    case .linear(let terms, let constant):
      if logic.isWiring(value) { return 0 }
      if terms.count == 1 {
        if constant == 0 { return terms[0].coefficient < 0 ? width / 2 : 0 }
        let bias = ValueRange(low: constant, high: constant, zeros: constant.trailingZeroBitCount)
        return Double(adderCost(left: operand(terms[0], logic), right: bias))
      }
      return Double(adderCost(left: operand(terms[0], logic), right: operand(terms[1], logic)))
    case .convergentShift(_, let dropped): return (Double(dropped) / 6).rounded(.up)
    case .clamp(let x, let low, let high):
      // Detecting overflow takes the bits above, choosing half a table a bit.
      let range = logic.intervals[x]
      let above = max(0, bits(x) - width)
      return (high < range.high ? (above / 6).rounded(.up) : 0)
        + (low < range.low && low != 0 ? (above / 6).rounded(.up) : 0) + width / 2
    case .maximum(let a, let b), .minimum(let a, let b):
      return max(bits(a.value), bits(b.value)) / 2 + width / 2
    case .less(let a, let b): return max(bits(a.value), bits(b.value)) / 2
    case .equal(let a, let b): return (max(bits(a.value), bits(b.value)) / 3).rounded(.up)
    case .select: return width / 2
    case .multiply(let a, let b): return bits(a) * bits(b)
    case .table(let x, _, _):
      let address = logic.width(x)
      return Double(1 << max(address - 5, 0)) * (width / 2).rounded(.up)
    }
  }

  private static func operand(
    _ term: FixedPointProgram.Term, _ logic: FixedPointProgram
  ) -> ValueRange {
    let interval = logic.intervals[term.value]
    let shift = term.coefficient.magnitude.trailingZeroBitCount
    return ValueRange(low: interval.low, high: interval.high, zeros: 0).shifted(by: shift)
  }
}
