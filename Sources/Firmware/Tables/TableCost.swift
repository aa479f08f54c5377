/// How many look-up tables a table takes: a model of what synthesis makes of a `case` statement.
///
/// Each output bit is a decision tree over the address bits from the top; a part that depends on six
/// address bits or fewer is one look-up table, above it every two address bits take one more, the
/// first two none (the slices' own multiplexers). Parts that are constant take none, equal ones are
/// made once.
struct TableCost {
  private var parts: Set<[UInt64]> = []
  private(set) var lookUpTables = 0

  /// - Parameters:
  ///   - entries: the entry for every address pattern, a power of two of them.
  static func of(_ entries: [Int], width: Int) -> Int {
    guard entries.count > 1 else { return 0 }
    var cost = TableCost()
    let bits = entries.count.trailingZeroBitCount
    for bit in 0..<width {
      var words = Array(repeating: UInt64(0), count: max(entries.count / 64, 1))
      for (address, entry) in entries.enumerated() where entry >> bit & 1 == 1 {
        words[address / 64] |= 1 << UInt64(address % 64)
      }
      if bits < 6 {
        // Repeated to a whole word, so that few address bits are seen as such.
        for step in bits..<6 { words[0] |= words[0] << UInt64(1 << step) }
      }
      cost.add(words[...], above: 0)
    }
    return cost.lookUpTables
  }

  private mutating func add(_ words: ArraySlice<UInt64>, above: Int) {
    let first = words.first!
    if words.allSatisfy({ $0 == first }) {
      // Depends on the six lowest bits at most.
      if first == 0 || first == .max || Self.isOneBit(first) { return }
      if parts.insert([min(first, ~first)]).inserted { lookUpTables += 1 }
      return
    }
    let key = first & 1 == 1 ? words.map { ~$0 } : Array(words)
    guard parts.insert(key).inserted else { return }
    // Two address bits a level, the lowest two levels for nothing.
    let quarter = words.count >= 4 ? words.count / 4 : 1
    if words.count > 4 { lookUpTables += 1 }
    for start in stride(from: words.startIndex, to: words.endIndex, by: quarter) {
      add(words[start..<start + quarter], above: above + 1)
    }
  }

  private static func isOneBit(_ word: UInt64) -> Bool {
    [
      0xaaaa_aaaa_aaaa_aaaa, 0xcccc_cccc_cccc_cccc, 0xf0f0_f0f0_f0f0_f0f0, 0xff00_ff00_ff00_ff00,
      0xffff_0000_ffff_0000, 0xffff_ffff_0000_0000,
    ].contains { $0 == word || ~$0 == word }
  }
}
