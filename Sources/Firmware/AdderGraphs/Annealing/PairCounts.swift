/// How often each pair occurs over all rows, in eight bytes a pair: annealing counts some ten
/// million pairs a second, and what leaves the cache costs most.
///
/// Open addressing with linear probing. A pair that is gone keeps its slot, at count 0, until the
/// table is made anew.
struct PairCounts {
  /// Values must be below this.
  static let valueLimit = 1 << 17

  private static let empty = UInt64.max
  /// The pair in the high 44 bits, the count in the low 20.
  private var slots: [UInt64]
  /// 64 − log2 of the number of slots.
  private var hashShift: UInt64
  private var used = 0

  init(capacity: Int = 0) {
    var size = 1024
    while size < capacity { size *= 2 }
    slots = Array(repeating: Self.empty, count: size)
    hashShift = UInt64(size.leadingZeroBitCount + 1)
  }

  func count(_ key: PairKey) -> Int {
    let slot = slots[slot(of: Self.packed(key))]
    return slot == Self.empty ? 0 : Int(slot & 0xf_ffff)
  }

  /// - Returns: the new count.
  mutating func increment(_ key: PairKey) -> Int {
    let packed = Self.packed(key)
    var index = slot(of: packed)
    if slots[index] == Self.empty {
      if used &* 2 > slots.count {
        grow()
        index = slot(of: packed)
      }
      slots[index] = packed << 20
      used &+= 1
    }
    slots[index] &+= 1
    return Int(slots[index] & 0xf_ffff)
  }

  /// - Precondition: the pair is counted at least once.
  mutating func decrement(_ key: PairKey) {
    let index = slot(of: Self.packed(key))
    precondition(
      slots[index] != Self.empty && slots[index] & 0xf_ffff != 0,
      "pair removed that was never added")
    slots[index] &-= 1
  }

  func forEachPair(occurringAtLeast least: Int, _ body: (PairKey, Int) -> Void) {
    for slot in slots where slot != Self.empty && slot & 0xf_ffff >= UInt64(least) {
      body(Self.unpacked(slot >> 20), Int(slot & 0xf_ffff))
    }
  }

  /// 17 bits for each value, 9 for the shift, 1 for the sign, of the 58 of a `PairKey`.
  private static func packed(_ key: PairKey) -> UInt64 {
    (key.bits &>> 34) &<< 27 | (key.bits &>> 10 & 0x1_ffff) &<< 10 | key.bits & 0x3ff
  }

  private static func unpacked(_ packed: UInt64) -> PairKey {
    PairKey(bits: (packed &>> 27) &<< 34 | (packed &>> 10 & 0x1_ffff) &<< 10 | packed & 0x3ff)
  }

  private func slot(of packed: UInt64) -> Int {
    var index = Int(truncatingIfNeeded: (packed &* 0x9E37_79B9_7F4A_7C15) &>> hashShift)
    while slots[index] &>> 20 != packed && slots[index] != Self.empty {
      index = (index &+ 1) & (slots.count &- 1)
    }
    return index
  }

  private mutating func grow() {
    let old = slots
    let live = old.reduce(0) { $0 + ($1 != Self.empty && $1 & 0xf_ffff != 0 ? 1 : 0) }
    self = PairCounts(capacity: live * 4)
    for entry in old where entry != Self.empty && entry & 0xf_ffff != 0 {
      slots[slot(of: entry >> 20)] = entry
      used += 1
    }
  }
}
