import WinnowFixedPoint
import WinnowNetworkIR

/// How long gates take on a device family: a model to place registers by, not a routed timing.
///
/// Every level costs a look-up table and a typical net; a sum or comparison also a carry chain. The
/// report always says "modelled, not routed". A user's own Vivado reports refit it:
/// ``fitted(to:from:)``.
public struct DelayModel: Sendable, Hashable, Codable {
  /// One look-up table with a typical net before it, ns.
  public var lookUpTable: Double
  /// Getting on a carry chain and off again, ns.
  public var carryEntry: Double
  /// One bit of a carry chain, ns.
  public var carry: Double
  /// A multiplier block, ns.
  public var multiplier: Double
  /// Clock-to-output, set-up, skew and clock uncertainty together, ns.
  public var registerOverhead: Double
  /// Fastest clock that the family's clock network carries, MHz.
  public var maximumClock: Double

  public init(
    lookUpTable: Double, carryEntry: Double = 0, carry: Double, multiplier: Double,
    registerOverhead: Double, maximumClock: Double
  ) {
    self.lookUpTable = lookUpTable
    self.carryEntry = carryEntry
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

  /// Telling that a number is beyond bounds: nothing for its sign alone, a look-up over the bits above
  /// for powers of two, a comparison for others.
  private func detection(
    of bounds: (low: Int128, high: Int128), in range: Interval, width: Int, _ kept: Int
  ) -> Double {
    let above = bounds.high < range.high
    let below = bounds.low > range.low
    if !above, bounds.low == 0 { return 0 }
    let easy =
      (!above || (bounds.high + 1).nonzeroBitCount == 1)
      && (!below || bounds.low == 0 || (-bounds.low).nonzeroBitCount == 1)
    return easy
      ? lookUpTable * levels(max(width - kept, 0) + 2)
      : lookUpTable + carryEntry + carry * Double(width)
  }

  /// The delay of one gate, ns; wires cost nothing.
  func delay(_ gate: FixedPointProgram.Instruction, in logic: FixedPointProgram, _ value: Int) -> Double {
    func width(_ signal: Int) -> Int { max(logic.intervals[signal].format.width, 1) }
    let bits = width(value)
    func chain(_ bits: Int) -> Double { lookUpTable + carryEntry + carry * Double(bits) }
    switch gate {
    case .input, .constant, .floorShift, .wrap: return 0
    case .linear(let terms, let constant):
      if logic.isWiring(value) { return 0 }
      // Bits that pass are no part of the chain.
      return chain(bits - (SignalBits.passedBits(terms, constant, width: bits)?.count ?? 0))
    case .convergentShift(_, let dropped): return lookUpTable * levels(dropped + 1)
    case .clamp(let x, let low, let high):
      return lookUpTable + detection(of: (low, high), in: logic.intervals[x], width: width(x), bits)
    case .maximum(let a, let b), .minimum(let a, let b):
      return lookUpTable + chain(max(width(a.value), width(b.value)))
    case .less(let a, let b): return chain(max(width(a.value), width(b.value)))
    case .equal(let a, let b):
      return lookUpTable * levels(2 * max(width(a.value), width(b.value)))
    case .select: return lookUpTable
    case .multiply(let a, let b):
      return Resources.isLogic(a, b, in: logic) ? 2 * chain(bits) : multiplier
    case .divide: preconditionFailure("a netlist has no divisions")
    case .table(let x, _, _): return lookUpTable * Double(1 + max(0, (width(x) - 5) / 2))
    }
  }
}
