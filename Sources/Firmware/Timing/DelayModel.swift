import WinnowFixedPoint
import WinnowNetworkIR

/// How long gates take on a device family: a model to place registers by, not a routed timing.
///
/// Every level costs a look-up table and a typical net; carries cost per bit. The figures are
/// rounded from vendors' data sheets and from what peers' users report for trigger networks; the
/// report always says "modelled, not routed".
public struct DelayModel: Sendable, Hashable, Codable {
  /// One look-up table with a typical net before it, ns.
  public var lookUpTable: Double
  /// One bit of a carry chain, ns.
  public var carry: Double
  /// A multiplier block, ns.
  public var multiplier: Double
  /// Clock-to-output, set-up and clock uncertainty together, ns.
  public var registerOverhead: Double
  /// Fastest clock that the family's clock network carries, MHz.
  public var maximumClock: Double

  public init(
    lookUpTable: Double, carry: Double, multiplier: Double, registerOverhead: Double,
    maximumClock: Double
  ) {
    self.lookUpTable = lookUpTable
    self.carry = carry
    self.multiplier = multiplier
    self.registerOverhead = registerOverhead
    self.maximumClock = maximumClock
  }

  /// Levels of six-input look-up tables that combine a number of bits.
  private func levels(_ bits: Int) -> Double {
    var levels = 0
    var signals = max(bits, 1)
    repeat {
      signals = (signals + 5) / 6
      levels += 1
    } while signals > 1
    return Double(levels)
  }

  /// The delay of one gate, ns; wires cost nothing.
  func delay(_ gate: FixedPointProgram.Instruction, in logic: FixedPointProgram, _ value: Int) -> Double {
    func width(_ signal: Int) -> Int { max(logic.intervals[signal].format.width, 1) }
    let bits = width(value)
    switch gate {
    case .input, .constant, .floorShift, .wrap: return 0
    case .linear:
      if logic.isWiring(value) { return 0 }
      return lookUpTable + carry * Double(bits)
    case .convergentShift(_, let dropped): return lookUpTable * levels(dropped + 1)
    case .clamp(let x, _, _): return lookUpTable * (levels(width(x)) + 1)
    case .maximum(let a, let b), .minimum(let a, let b):
      return 2 * lookUpTable + carry * Double(max(width(a.value), width(b.value)))
    case .less(let a, let b):
      return lookUpTable + carry * Double(max(width(a.value), width(b.value)))
    case .equal(let a, let b):
      return lookUpTable * levels(2 * max(width(a.value), width(b.value)))
    case .select: return lookUpTable
    case .multiply(let a, let b):
      return width(a) * width(b) <= Resources.largestLogicProduct
        ? 2 * lookUpTable + 2 * carry * Double(bits) : multiplier
    case .divide: preconditionFailure("a netlist has no divisions")
    case .table(let x, _, _): return lookUpTable * Double(1 + max(0, (width(x) - 5) / 2))
    }
  }
}
