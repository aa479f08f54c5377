import Testing

@testable import WinnowFirmware

@Suite struct PairTableTests {
  @Test func termsAndPairsKeepTheirFields() {
    let low = SignedTerm(value: 3, shift: 100, isNegative: true)
    let high = SignedTerm(value: (1 << 24) - 1, shift: 2, isNegative: false)
    #expect(low < high)
    #expect((low.value, low.shift, low.isNegative) == (3, 100, true))
    let pair = PairKey(low, high)
    #expect((pair.first, pair.second) == (3, (1 << 24) - 1))
    #expect(pair.offset == -98)
    #expect((pair.firstShift, pair.secondShift) == (98, 0))
    #expect(pair.isDifference)
  }

  @Test func countsSurviveGrowth() {
    var table = PairTable()
    let keys = (0..<5000).map { index in
      PairKey(
        SignedTerm(value: index, shift: 0, isNegative: false),
        SignedTerm(value: index + 1, shift: index % 7, isNegative: index % 2 == 0))
    }
    for key in keys { #expect(table.increment(key) == nil) }
    for key in keys { #expect(table.increment(key) == 2) }
    for key in keys.prefix(100) { table.decrement(key) }
    #expect(keys.map { table.count($0) } == (0..<5000).map { $0 < 100 ? 1 : 2 })
    // Two is queued already, until it is handed out.
    #expect(table.increment(keys[0]) == nil)
    #expect(table.dequeue(keys[0], queued: 2) == 2)
    table.decrement(keys[0])
    #expect(table.increment(keys[0]) == 2)
  }

  @Test func queueIsInOrderWhateverItsHistory() {
    var generator = AdderGraphGenerator(seed: 7)
    let entries = (0..<1000).map { index in
      PairQueue.Entry(
        key: PairKey(bits: UInt64(index)), score: Int.random(in: 0..<50, using: &generator),
        count: 2)
    }
    var pushed = PairQueue()
    for entry in entries { pushed.push(entry) }
    var built = PairQueue(entries.shuffled(using: &generator))
    for expected in entries.sorted(by: { $0.precedes($1) }) {
      #expect(pushed.popFirst()?.key == expected.key)
      #expect(built.popFirst()?.key == expected.key)
    }
    #expect(pushed.popFirst() == nil)
  }
}
