/// The pairs of terms that rows have in common, counted and queued by what sharing them saves.
struct PairCandidates {
  /// The wires of a value, for scores.
  struct Wires {
    /// Sign and magnitude bits, counted from bit 0.
    var top: Int
    var zeros: Int

    init(_ range: ValueRange) {
      top = range.top
      zeros = range.zeros
    }
  }

  /// Pairs are counted only between values of one tile; −1 pairs with nothing.
  private(set) var tiles: [Int32]
  private var wires: [Wires]
  private var table = PairTable()
  private var queue = PairQueue()
  private let scoring: PairScoring
  private var isQueueing = false
  /// Outdated entries popped since they were last removed.
  private var outdated = 0

  init(ranges: [ValueRange], scoring: PairScoring) {
    wires = ranges.map(Wires.init)
    tiles = Array(repeating: -1, count: ranges.count)
    self.scoring = scoring
  }

  /// A value was created.
  mutating func appendValue(_ range: ValueRange, tile: Int32) {
    wires.append(Wires(range))
    tiles.append(tile)
  }

  mutating func setTile(_ tile: Int32, of value: Int) { tiles[value] = tile }

  /// Forgets all counts and starts over with other tiles.
  mutating func restart(tiles: [Int32]) {
    self.tiles = tiles
    table = PairTable()
    queue = PairQueue()
    isQueueing = false
  }

  /// Queues what has been counted, and from now on every pair whose count rises.
  mutating func startQueueing() {
    isQueueing = true
    var entries: [PairQueue.Entry] = []
    table.forEachPair(occurringAtLeast: 2) { key, count in
      if let entry = entry(key, count: count) { entries.append(entry) }
    }
    queue = PairQueue(entries)
  }

  mutating func add(_ term: SignedTerm, besides terms: ArraySlice<SignedTerm>) {
    let tile = tiles[term.value]
    guard tile >= 0 else { return }
    for other in terms where tiles[other.value] == tile {
      let key = other < term ? PairKey(other, term) : PairKey(term, other)
      if let count = table.increment(key), isQueueing, let entry = entry(key, count: count) {
        queue.push(entry)
      }
    }
  }

  mutating func remove(_ term: SignedTerm, besides terms: ArraySlice<SignedTerm>) {
    let tile = tiles[term.value]
    guard tile >= 0 else { return }
    for other in terms where tiles[other.value] == tile {
      table.decrement(other < term ? PairKey(other, term) : PairKey(term, other))
    }
  }

  /// The pair with the best score among those that still occur twice.
  mutating func popFirst() -> PairKey? {
    while let first = queue.popFirst() {
      let count = table.dequeue(first.key, queued: first.count)
      if count == first.count { return first.key }
      // A higher count was queued when it was reached.
      if count < first.count, count >= 2, let entry = entry(first.key, count: count) {
        queue.push(entry)
      }
      outdated += 1
      if outdated > 1000 + queue.count / 4 { removeOutdated() }
    }
    return nil
  }

  /// Drops what the queue would pass over one by one: once some are outdated, most are.
  private mutating func removeOutdated() {
    outdated = 0
    queue = PairQueue(
      queue.entries.compactMap { first in
        let count = table.count(first.key)
        guard count >= 2, count <= first.count else { return nil }
        return count == first.count ? first : entry(first.key, count: count)
      })
  }

  private func entry(_ key: PairKey, count: Int) -> PairQueue.Entry? {
    let score = scoring.score(
      key, count: count, first: wires[key.first], second: wires[key.second])
    return score > 0 ? PairQueue.Entry(key: key, score: score, count: count) : nil
  }
}
