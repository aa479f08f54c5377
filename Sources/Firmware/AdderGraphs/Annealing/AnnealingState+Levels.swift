extension AnnealingState {
  /// No deeper value is told apart: sums of `2^level` must fit in 64 bits.
  static let deepest = 48

  /// Brings the levels up to date with the rows.
  mutating func settle() {
    while let entry = unsettled.popLast() {
      let row = Int(entry)
      isUnsettled[row] = false
      let level = min(Self.deepest, ceilingLog2(weights[row]))
      let value = value(ofRow: row)
      let old = levels[value]
      work &+= 1
      guard level != old else { continue }
      levels[value] = level
      markDirty(row)
      let rise = 1 &<< level &- 1 &<< old
      for index in users[value].indices {
        let user = Int(users[value][index])
        weights[user] &+= rise
        markDirty(user)
        unsettle(user)
      }
      work &+= 2 &* users[value].count
    }
  }

  /// The level that a row may have without an output becoming too deep, as things stood when it
  /// was first asked for in this step.
  mutating func requirement(_ row: Int) -> Int {
    if requirementStamps[row] == stamp { return requirements[row] }
    let value = value(ofRow: row)
    var least = row < outputCount ? limits[row] : limit
    work &+= users[value].count &+ 1
    for index in users[value].indices {
      let user = Int(users[value][index])
      let room = 1 &<< requirement(user) &- weights[user] &+ 1 &<< levels[value]
      least = min(least, room <= 0 ? 0 : Int.bitWidth &- 1 &- room.leadingZeroBitCount)
    }
    requirements[row] = least
    requirementStamps[row] = stamp
    return least
  }

  /// Brings levels and costs up to date.
  ///
  /// - Returns: false where an output is too deep; costs are not up to date then.
  @discardableResult
  mutating func evaluate() -> Bool {
    settle()
    for row in dirty where row < outputCount && levels[value(ofRow: Int(row))] > limits[Int(row)] {
      return false
    }
    // A row is looked at again where an operand's sign turned.
    var index = 0
    while index < dirty.count {
      let row = Int(dirty[index])
      index &+= 1
      isDirty[row] = false
      let new = isLive[row] ? cost(of: row) : (bits: 0, isNegative: false)
      totalCost &+= new.bits &- costs[row]
      costs[row] = new.bits
      guard new.isNegative != isNegated[row] else { continue }
      isNegated[row] = new.isNegative
      let value = value(ofRow: row)
      for user in users[value].indices { markDirty(Int(users[value][user])) }
    }
    dirty.removeAll(keepingCapacity: true)
    return true
  }

  private mutating func cost(of row: Int) -> (bits: Int, isNegative: Bool) {
    let isOutput = row < outputCount
    let value = value(ofRow: row)
    for index in rows[row].indices {
      let term = rows[row][index]
      rowCost.append(
        wires[term.value], shift: term.shift, level: levels[term.value],
        isNegative: term.value < inputCount
          ? term.isNegative : term.isNegative != isNegated[term.value &- inputCount])
    }
    let count = rows[row].count
    work &+= count &* (count &+ 8)
    return rowCost.doubledCost(
      limit: isOutput && users[value].isEmpty ? limits[row] : levels[value], isOutput: isOutput)
  }
}
