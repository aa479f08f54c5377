/// The pairs worth sharing, best score first: a four-ary heap.
///
/// Counts change after a pair is pushed; whoever pops compares ``Entry/count`` with the table.
struct PairQueue {
  /// 16 bytes, four to a cache line: large queues are bound by memory.
  struct Entry {
    var key: PairKey
    private var score32: UInt32
    private var count32: UInt32

    init(key: PairKey, score: Int, count: Int) {
      self.key = key
      score32 = UInt32(clamping: score)
      count32 = UInt32(clamping: count)
    }

    var score: Int { Int(score32) }
    /// The count the score was computed for.
    var count: Int { Int(count32) }

    /// A total order, so that the heap's history does not decide: equal scores by lowest key.
    func precedes(_ other: Entry) -> Bool {
      score32 != other.score32 ? score32 > other.score32 : key < other.key
    }
  }

  private(set) var entries: [Entry] = []

  init() {}

  /// - Complexity: O(entries), less than pushing them one by one.
  init(_ entries: [Entry]) {
    self.entries = entries
    guard entries.count > 1 else { return }
    for index in (0...(entries.count - 2) / 4).reversed() { siftDown(entries[index], from: index) }
  }

  var count: Int { entries.count }

  mutating func push(_ entry: Entry) {
    var child = entries.count
    entries.append(entry)
    while child > 0 {
      let parent = (child - 1) / 4
      guard entry.precedes(entries[parent]) else { break }
      entries[child] = entries[parent]
      child = parent
    }
    entries[child] = entry
  }

  mutating func popFirst() -> Entry? {
    guard let first = entries.first, let last = entries.popLast() else { return nil }
    if !entries.isEmpty { siftDown(last, from: 0) }
    return first
  }

  private mutating func siftDown(_ entry: Entry, from index: Int) {
    var parent = index
    while true {
      let firstChild = 4 * parent + 1
      guard firstChild < entries.count else { break }
      var best = firstChild
      for child in firstChild + 1..<max(firstChild + 1, min(firstChild + 4, entries.count))
      where entries[child].precedes(entries[best]) {
        best = child
      }
      guard entries[best].precedes(entry) else { break }
      entries[parent] = entries[best]
      parent = best
    }
    entries[parent] = entry
  }
}
