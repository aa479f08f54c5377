import WinnowFixedPoint

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  /// Odd seeds draw types that keep most values alive, so that long chains stay interesting.
  private let isGentle: Bool

  init(seed: UInt64) {
    state = seed
    isGentle = seed & 1 == 1
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func chance(_ percent: Int) -> Bool { int(1...100) <= percent }

  mutating func pick<C: Collection>(_ choices: C) -> C.Element { choices.randomElement(using: &self)! }

  /// A type of any kind: narrow ones, wide ones, points far off, now and then no bits at all.
  mutating func type(maximumWidth: Int = 12) -> FixedPointType {
    if isGentle {
      let fraction = int(-1...3)
      let width = int(3...8)
      return FixedPointType(
        signed: chance(80), width: width, integer: width - fraction,
        rounding: pick(RoundingMode.allCases), overflow: pick(OverflowMode.allCases))
    }
    let width = chance(4) ? 0 : chance(8) ? int(1...40) : int(1...maximumWidth)
    let integer = chance(6) ? int(-20...30) : int(-3...8)
    return FixedPointType(
      signed: chance(65), width: width, integer: integer, rounding: pick(RoundingMode.allCases),
      overflow: pick(OverflowMode.allCases))
  }

  mutating func mantissa(of format: FixedPointFormat) -> Int128 {
    Int128.random(in: format.minimum...format.maximum, using: &self)
  }
}
