/// How often each pair occurs over all rows: open addressing with linear probing.
///
/// A pair that is gone keeps its slot, at count 0, until the table grows.
struct PairTable {
  private struct Slot {
    var key: UInt64
    var count: Int32
    /// The highest count in the queue.
    var queued: Int32
  }

  private static let empty = UInt64.max
  private var slots: [Slot]
  /// Keeps the top bits of a 64-bit hash: 64 − log2 of the number of slots.
  private var hashShift: Int
  private var used = 0

  init(capacity: Int = 0) {
    var size = 1024
    while size < capacity { size *= 2 }
    slots = Array(repeating: Slot(key: Self.empty, count: 0, queued: 0), count: size)
    hashShift = size.leadingZeroBitCount + 1
  }

  func count(_ key: PairKey) -> Int { Int(slots[slot(of: key.bits)].count) }

  /// - Returns: the new count, if it is two or more and higher than any in the queue.
  mutating func increment(_ key: PairKey) -> Int? {
    var index = slot(of: key.bits)
    if slots[index].key == Self.empty {
      if used * 5 > slots.count * 3 {
        grow()
        index = slot(of: key.bits)
      }
      slots[index].key = key.bits
      used += 1
    }
    slots[index].count += 1
    let count = slots[index].count
    guard count >= 2, count > slots[index].queued else { return nil }
    slots[index].queued = count
    return Int(count)
  }

  /// Notes that the queue has handed out an entry of this pair with `queued` occurrences.
  ///
  /// If there are fewer by now, the present count is what is in the queue next; if it is right,
  /// nothing is, and the next rise is reported.
  ///
  /// - Returns: the present count.
  mutating func dequeue(_ key: PairKey, queued: Int) -> Int {
    let index = slot(of: key.bits)
    let count = Int(slots[index].count)
    if count <= queued { slots[index].queued = count == queued ? 0 : slots[index].count }
    return count
  }

  /// - Precondition: the pair is counted at least once.
  mutating func decrement(_ key: PairKey) {
    let index = slot(of: key.bits)
    precondition(slots[index].count > 0, "pair removed that was never added")
    slots[index].count -= 1
  }

  /// Visits pairs in slot order, which depends on the history of the table: sort what comes out.
  func forEachPair(occurringAtLeast least: Int, _ body: (PairKey, Int) -> Void) {
    for slot in slots where slot.count >= least {
      body(PairKey(bits: slot.key), Int(slot.count))
    }
  }

  private func slot(of key: UInt64) -> Int {
    // Fibonacci hashing; `slots.count` is a power of two.
    var index = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> UInt64(hashShift))
    while slots[index].key != key && slots[index].key != Self.empty {
      index = (index &+ 1) & (slots.count &- 1)
    }
    return index
  }

  private mutating func grow() {
    let old = slots
    let live = old.reduce(0) { $0 + ($1.count > 0 ? 1 : 0) }
    self = PairTable(capacity: live * 3)
    for entry in old where entry.count > 0 {
      slots[slot(of: entry.key)] = entry
      used += 1
    }
  }
}
