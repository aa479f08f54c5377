import WinnowTensors

extension AnnealingState {
  /// How much scores vary from one time to the next, in 1/256 of themselves, up and down.
  private static let noise = 38

  /// Queues a pair by how often it occurs, times the bits in which its shifted operands overlap.
  mutating func enqueue(_ key: PairKey, count: Int) {
    let (first, second) = (wires[key.first], wires[key.second])
    let top = min(first.top &+ key.firstShift, second.top &+ key.secondShift)
    let bottom = max(first.zeros &+ key.firstShift, second.zeros &+ key.secondShift)
    let score = count &* (256 &* max(0, top &- bottom) &+ 3)
    let draw = Int(random.next() >> 55) &- 256
    queue.push(
      PairQueue.Entry(
        key: key, score: score &+ (score &* draw &* Self.noise) / (256 &* 256), count: count))
    work &+= 4
  }

  /// Shares the pairs that are queued and those that appear, best score first.
  mutating func shareQueued() {
    while let first = queue.popFirst() {
      work &+= 8
      let count = pairs.count(first.key)
      if count == first.count {
        share(first.key)
      } else if count < first.count, count >= 2 {
        enqueue(first.key, count: count)
      }
    }
    isQueueing = false
  }

  private mutating func share(_ pair: PairKey) {
    let level = max(levels[pair.first], levels[pair.second]) &+ 1
    let growth = 1 &<< level &- 1 &<< levels[pair.first] &- 1 &<< levels[pair.second]
    let uses = findRows(of: pair, growth: growth)
    guard uses &+ exact.count >= 2 else { return }

    // A row that is the pair already serves as the value; a shared one before an output.
    var value: Int
    var isNegative = false
    if let own = exact.last(where: { $0 >= outputCount }) ?? exact.last {
      value = self.value(ofRow: Int(own))
      isNegative = occurrence(of: pair, in: Int(own)).map { rows[Int(own)][$0.0].isNegative } ?? false
      for row in exact where row != own {
        replace(pair, by: value, isNegative: isNegative, in: Int(row))
      }
    } else {
      value = create(pair)
      let row = self.row(ofValue: value)
      add(SignedTerm(value: pair.first, shift: pair.firstShift, isNegative: false), to: row)
      add(
        SignedTerm(value: pair.second, shift: pair.secondShift, isNegative: pair.isDifference),
        to: row)
    }
    for index in candidates.indices {
      let row = Int(candidates[index])
      let capacity = 1 &<< requirement(row)
      while weights[row] &+ growth <= capacity,
        replace(pair, by: value, isNegative: isNegative, in: row)
      {}
    }
    let row = self.row(ofValue: value)
    if row >= outputCount, users[value].count < 2 { lonely.append(Int32(row)) }
  }

  /// Finds the rows that hold a pair: ``exact`` are exactly it, unshifted, ``candidates`` hold more
  /// and may grow.
  ///
  /// - Returns: how many occurrences the candidates may give up.
  private mutating func findRows(of pair: PairKey, growth: Int) -> Int {
    candidates.removeAll(keepingCapacity: true)
    exact.removeAll(keepingCapacity: true)
    marking &+= 1
    var uses = 0
    let fewer =
      users[pair.first].count <= users[pair.second].count ? pair.first : pair.second
    for index in users[fewer].indices {
      let row = Int(users[fewer][index])
      guard marks[row] != marking else { continue }
      marks[row] = marking
      let found = occurrences(of: pair, in: row)
      guard found > 0 else { continue }
      if rows[row].count == 2 {
        if min(rows[row][0].shift, rows[row][1].shift) == 0 { exact.append(Int32(row)) }
        continue
      }
      let room = 1 &<< requirement(row) &- weights[row]
      let fitting = growth <= 0 ? found : room <= 0 ? 0 : min(found, room / growth)
      if fitting > 0 {
        candidates.append(Int32(row))
        uses &+= fitting
      }
    }
    work &+= 2 &* users[fewer].count
    return uses
  }

  /// - Returns: false when the row has no such pair.
  @discardableResult
  private mutating func replace(
    _ pair: PairKey, by value: Int, isNegative: Bool, in row: Int
  ) -> Bool {
    guard let (first, second) = occurrence(of: pair, in: row) else { return false }
    touch(row)
    let term = rows[row][first]
    remove(at: max(first, second), from: row)
    remove(at: min(first, second), from: row)
    add(
      SignedTerm(
        value: value, shift: term.shift &- pair.firstShift,
        isNegative: term.isNegative != isNegative),
      to: row)
    return true
  }

  /// How often the pair occurs in a row, overlapping occurrences included.
  private func occurrences(of pair: PairKey, in row: Int) -> Int {
    var found = 0
    for index in rows[row].indices where rows[row][index].value == pair.first {
      if partner(of: index, pair, in: row) != nil { found &+= 1 }
    }
    return found
  }

  private func occurrence(of pair: PairKey, in row: Int) -> (Int, Int)? {
    for index in rows[row].indices where rows[row][index].value == pair.first {
      if let partner = partner(of: index, pair, in: row) { return (index, partner) }
    }
    return nil
  }

  private func partner(of index: Int, _ pair: PairKey, in row: Int) -> Int? {
    let term = rows[row][index]
    let shift = term.shift &+ pair.offset
    guard shift >= 0, shift < 128 else { return nil }
    let wanted = SignedTerm(
      value: pair.second, shift: shift, isNegative: term.isNegative != pair.isDifference)
    for index in rows[row].indices where rows[row][index] == wanted { return index }
    return nil
  }

  /// Dissolves shared values that one term uses and ends those that none does.
  mutating func inlineLonely() {
    while let entry = lonely.popLast() {
      let row = Int(entry)
      guard isLive[row] else { continue }
      let uses = users[value(ofRow: row)].count
      if uses == 0 {
        kill(row)
      } else if uses == 1 || rows[row].count < 2 {
        dissolve(row)
      }
    }
  }

  /// Puts a value's row in the place of every term that uses it; a shared value ends.
  mutating func dissolve(_ row: Int) {
    let value = value(ofRow: row)
    let definition = rows[row]
    while let user = users[value].last {
      let user = Int(user)
      guard let index = index(ofValue: value, in: user) else {
        preconditionFailure("row \(user) is said to use value \(value)")
      }
      touch(user)
      let use = rows[user][index]
      remove(at: index, from: user)
      for term in definition {
        add(
          SignedTerm(
            value: term.value, shift: term.shift &+ use.shift,
            isNegative: term.isNegative != use.isNegative),
          to: user)
      }
    }
    if row >= outputCount { kill(row) }
  }
}
