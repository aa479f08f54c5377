/// The bits of a row's adders along one summation tree: lowest top bits first.
///
/// The same tree as ``SummationTree`` builds with that rule, without building it; the few
/// percent that better rules save matter once, when the graph is made.
struct RowCost {
  private struct Item {
    var range: NarrowRange
    var level: Int
    var isNegative: Bool

    func precedes(_ other: Item) -> Bool {
      let (top, otherTop) = (range.top, other.range.top)
      return top != otherTop ? top < otherTop : range.zeros < other.range.zeros
    }
  }

  private var items: [Item] = []
  private var weight = 0

  mutating func removeAll() {
    items.removeAll(keepingCapacity: true)
    weight = 0
  }

  /// Adds `± range << shift` to the row.
  mutating func append(_ range: NarrowRange, shift: Int, level: Int, isNegative: Bool) {
    var shifted = range
    shifted.low &<<= shift
    shifted.high &<<= shift
    shifted.zeros &+= shift
    shifted.magnitudeBits &+= shift
    insert(Item(range: shifted, level: level, isNegative: isNegative))
    weight &+= 1 &<< level
  }

  private mutating func insert(_ item: Item) {
    var index = items.count
    items.append(item)
    while index > 0, item.precedes(items[index &- 1]) {
      items[index] = items[index &- 1]
      index &-= 1
    }
    items[index] = item
  }

  /// Twice the bits, and whether the tree gives minus the row; the row is empty after it.
  ///
  /// - Parameter isOutput: whether a negative result is negated.
  /// - Precondition: `Σ 2^level ≤ 2^limit`.
  mutating func doubledCost(limit: Int, isOutput: Bool) -> (bits: Int, isNegative: Bool) {
    var cost = 0
    let capacity = 1 &<< limit
    while items.count > 1 {
      let (i, j) = firstFitting(slack: capacity &- weight)
      var (a, b) = (items[i], items[j])
      remove(i, j)
      let isLast = isOutput && items.isEmpty
      let subtract = a.isNegative != b.isNegative
      if subtract {
        let swaps =
          isLast || a.range.zeros == b.range.zeros
          ? a.isNegative : a.range.zeros > b.range.zeros
        if swaps { swap(&a, &b) }
        cost &+= max(0, a.range.zeros &- b.range.zeros)
      }
      cost &+=
        max(a.range.magnitudeBits, b.range.magnitudeBits)
        &+ (a.range.isSigned || b.range.isSigned ? 1 : 0) &- max(a.range.zeros, b.range.zeros)
      let level = max(a.level, b.level) &+ 1
      weight &+= 1 &<< level &- 1 &<< a.level &- 1 &<< b.level
      insert(
        Item(
          range: NarrowRange(
            low: a.range.low &+ (subtract ? 0 &- b.range.high : b.range.low),
            high: a.range.high &+ (subtract ? 0 &- b.range.low : b.range.high),
            zeros: min(a.range.zeros, b.range.zeros)),
          level: level, isNegative: a.isNegative))
    }
    cost &*= 2
    let isNegative = items.first?.isNegative ?? false
    if isOutput, isNegative, let result = items.first {
      let negated = NarrowRange(
        low: 0 &- result.range.high, high: 0 &- result.range.low, zeros: result.range.zeros)
      cost &+= negated.top &- negated.zeros
    }
    removeAll()
    return (cost, isNegative)
  }

  private func firstFitting(slack: Int) -> (Int, Int) {
    for i in 0..<items.count &- 1 {
      let first = 1 &<< items[i].level
      for j in i &+ 1..<items.count where abs(first &- 1 &<< items[j].level) <= slack {
        return (i, j)
      }
    }
    preconditionFailure("no two items fit the level limit")
  }

  /// Closes the two gaps in one pass.
  private mutating func remove(_ i: Int, _ j: Int) {
    var end = i
    for index in i &+ 1..<items.count where index != j {
      items[end] = items[index]
      end &+= 1
    }
    items.removeLast(2)
  }
}
