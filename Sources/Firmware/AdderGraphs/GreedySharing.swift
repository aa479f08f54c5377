extension SharedRows {
  /// Shares the pairs of terms that rows have in common, best score first, until none occurs twice
  /// or no row may grow deeper.
  ///
  /// A pair becomes a shared value, and every occurrence of it in a row one term, as long as
  /// `Σ 2^level` of the row stays within `2^limit` of that row. Only rows of two terms are ever used as
  /// values, and those are not rewritten, so levels stay exact as sharing goes on.
  ///
  /// - Parameters:
  ///   - limits: the levels that each output may use.
  ///   - pairBudget: about how many pairs may be counted at a time. Beyond it the inputs are first
  ///     divided into tiles, and pairs are shared within each; the shorter rows that result are
  ///     then taken in fewer tiles.
  mutating func shareGreedily(limits: [Int], pairBudget: Int) {
    var tileCount = Int.max
    while tileCount > 1 {
      let wanted = tilesWithin(pairBudget)
      if wanted >= tileCount { break }
      tileCount = wanted
      countPairs(tileCount: tileCount)
      while let pair = candidates.popFirst() { share(pair, limits: limits) }
    }
    countsPairs = false
  }

  private mutating func countPairs(tileCount: Int) {
    candidates.restart(tiles: tiles(tileCount))
    for row in rows.indices {
      for (index, term) in rows[row].enumerated() {
        candidates.add(term, besides: rows[row][..<index])
      }
    }
    candidates.startQueueing()
    countsPairs = true
  }

  /// The tile of every value by its first input; values used once have no pair to share.
  private func tiles(_ count: Int) -> [Int32] {
    forms.indices.map { value in
      users[value].count < 2
        ? -1 : Int32(Int(forms[value].terms[0].input) * count / inputs.count)
    }
  }

  private func tilesWithin(_ budget: Int) -> Int {
    var count = 1
    while count < inputs.count {
      let tiles = tiles(count)
      var pairs = 0
      var sizes = Array(repeating: 0, count: count)
      for row in rows {
        for term in row where tiles[term.value] >= 0 { sizes[Int(tiles[term.value])] += 1 }
        for term in row where tiles[term.value] >= 0 {
          let size = sizes[Int(tiles[term.value])]
          sizes[Int(tiles[term.value])] = 0
          pairs += size * (size - 1) / 2
        }
      }
      if pairs <= budget { return count }
      count *= 2
    }
    return count
  }

  private mutating func share(_ pair: PairKey, limits: [Int]) {
    let level = max(levels[pair.first], levels[pair.second]) + 1
    let growth = 1 << level - 1 << levels[pair.first] - 1 << levels[pair.second]
    var exact: [Int] = []
    var longer: [Int] = []
    var uses = 0
    let fewer =
      users[pair.first].count <= users[pair.second].count ? pair.first : pair.second
    var previous: Int32 = -1
    for user in users[fewer].sorted() where user != previous {
      previous = user
      let row = Int(user)
      let count = occurrences(of: pair, in: row)
      guard count > 0 else { continue }
      if rows[row].count == 2 {
        exact.append(row)
      } else {
        // Shared values have two terms: longer rows are outputs.
        let room = 1 << limits[row] - weights[row]
        let fitting = growth <= 0 ? count : min(count, room / growth)
        if fitting > 0 {
          longer.append(row)
          uses += fitting
        }
      }
    }
    guard uses + exact.count >= 2 else { return }

    let value: Int
    var isNegative = false
    if let row = exact.last(where: { $0 >= outputCount }) ?? exact.last {
      // A shared value if there is one: its row is last.
      value = self.value(ofRow: row)
      if users[value].isEmpty { publish(value, as: pair) }
      if let (first, _) = firstOccurrence(of: pair, in: row) {
        isNegative = rows[row][first].isNegative
      }
      exact.removeAll { $0 == row }
    } else {
      value = appendValue(pair)
    }
    for row in exact { replace(pair, by: value, isNegative: isNegative, in: row) }
    for row in longer {
      while weights[row] + growth <= 1 << limits[row],
        replace(pair, by: value, isNegative: isNegative, in: row)
      {}
    }
  }

  /// - Returns: false when the row has no such pair.
  @discardableResult
  private mutating func replace(
    _ pair: PairKey, by value: Int, isNegative: Bool, in row: Int
  ) -> Bool {
    guard let (first, second) = firstOccurrence(of: pair, in: row) else { return false }
    remove(at: second, from: row)
    let term = remove(at: first, from: row)
    add(
      SignedTerm(
        value: value, shift: term.shift - pair.firstShift,
        isNegative: term.isNegative != isNegative),
      to: row)
    return true
  }

  private func firstOccurrence(of pair: PairKey, in row: Int) -> (Int, Int)? {
    var index = firstIndex(in: row, place: SignedTerm.firstPlace(of: pair.first))
    while index < rows[row].count, rows[row][index].value == pair.first {
      if let partner = partner(of: index, pair, in: row) { return (index, partner) }
      index += 1
    }
    return nil
  }

  /// How often the pair occurs in a row, overlapping occurrences included.
  private func occurrences(of pair: PairKey, in row: Int) -> Int {
    var count = 0
    var index = firstIndex(in: row, place: SignedTerm.firstPlace(of: pair.first))
    while index < rows[row].count, rows[row][index].value == pair.first {
      if partner(of: index, pair, in: row) != nil { count += 1 }
      index += 1
    }
    return count
  }

  private func partner(of index: Int, _ pair: PairKey, in row: Int) -> Int? {
    let term = rows[row][index]
    let shift = term.shift + pair.offset
    guard shift >= 0, shift < 128 else { return nil }
    let wanted = SignedTerm(
      value: pair.second, shift: shift, isNegative: term.isNegative != pair.isDifference)
    let found = firstIndex(in: row, place: wanted.place)
    return found < rows[row].count && rows[row][found] == wanted && found != index ? found : nil
  }
}
