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

  /// Products of up to this many result bits are made of look-up tables; Yosys 0.23 and later.
  static let largestLogicProduct = 8

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

  /// Multiplier blocks of a gate.
  ///
  /// A DSP48E2 multiplies 27 by 18 signed bits, so 26 by 17 unsigned ones (AMD UG579). A wider factor
  /// is cut into pieces of 26 or 17 bits with the rest on top; where only few bits remain of both,
  /// their product is logic. As Yosys 0.23 counts them.
  static func multipliers(_ value: Int, in logic: FixedPointProgram) -> Int {
    guard case .multiply(let a, let b) = logic.instructions[value], !isLogic(a, b, in: logic) else {
      return 0
    }
    func signed(_ x: Int) -> Int { logic.width(x) + (logic.intervals[x].low < 0 ? 0 : 1) }
    func pieces(_ bits: Int, _ widest: Int) -> (count: Int, rest: Int) {
      if bits <= widest { return (1, bits) }
      let count = 1 + (bits - 2) / (widest - 1)
      return (count, bits - (count - 1) * (widest - 1))
    }
    let (wide, slim) = (max(signed(a), signed(b)), min(signed(a), signed(b)))
    let (columns, rows) = (pieces(wide, 27), pieces(slim, 18))
    let corner = columns.count > 1 && rows.count > 1 && columns.rest + rows.rest <= largestLogicProduct
    return columns.count * rows.count - (corner ? 1 : 0)
  }

  /// Whether a product of two signals is made of look-up tables.
  static func isLogic(_ a: Int, _ b: Int, in logic: FixedPointProgram) -> Bool {
    logic.width(a) + logic.width(b) <= largestLogicProduct
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
