/// One item of a row that is being summed.
///
/// Ranges of partial sums are those of intervals, which an input that occurs in both operands
/// makes too wide: good enough to choose by, and the graph's cost is taken from exact forms.
struct Summand {
  var range: ValueRange
  /// Sign and magnitude bits, counted from bit 0.
  var top: Int
  var magnitudeBits: Int
  /// Adder levels already spent.
  var level: Int
  /// Whether it is subtracted.
  var isNegative: Bool

  var zeros: Int { range.zeros }
  var isSigned: Bool { range.isSigned }

  init(_ range: ValueRange, level: Int, isNegative: Bool) {
    self.range = range
    magnitudeBits = range.magnitudeBits
    top = range.top
    self.level = level
    self.isNegative = isNegative
  }
}

/// An order in which to add the terms of one row, two at a time.
struct SummationTree {
  /// Items are the summands, then the results of the steps.
  struct Step {
    var left: Int
    var right: Int
    var subtract: Bool
  }

  /// Which two items to add next: those with the least weighted sum of these, in bits and levels.
  struct Rule {
    /// The higher of the two top bits: narrow sums first.
    var top: Int
    /// The bits of the adder.
    var bits: Int
    /// The difference of the top bits, in which nothing is added.
    var topGap: Int
    /// The higher of the two levels.
    var level: Int
    /// The difference of the low zeros.
    var zerosGap: Int

    /// Six that complement each other: no rule is best for every row.
    ///
    /// Chosen one after the other from 300 random ones, each time the one with which the cheapest
    /// tree of every row costs least in total, on 2,382 rows of 77 matrices. The first alone costs
    /// 0.4 % more than all six, and 294 more would save 0.2 %.
    static let all = [
      Rule(top: 7, bits: 1, topGap: 0, level: 3, zerosGap: 1),
      Rule(top: 7, bits: 7, topGap: 2, level: 4, zerosGap: 0),
      Rule(top: 7, bits: 0, topGap: 0, level: 3, zerosGap: 0),
      Rule(top: 5, bits: 1, topGap: 2, level: 6, zerosGap: 1),
      Rule(top: 8, bits: 8, topGap: 1, level: 1, zerosGap: 2),
      Rule(top: 0, bits: 4, topGap: 1, level: 5, zerosGap: 3),
    ]

    func badness(_ a: Summand, _ b: Summand) -> Int {
      let tops = max(a.magnitudeBits, b.magnitudeBits)
      let sign = a.isSigned || b.isSigned ? 1 : 0
      return top * max(a.top, b.top)
        + bits * (tops + sign - max(a.zeros, b.zeros))
        + topGap * abs(a.top - b.top)
        + level * max(a.level, b.level)
        + zerosGap * abs(a.zeros - b.zeros)
    }
  }

  private(set) var steps: [Step] = []
  /// Twice the bits: adders, low bits of subtractions, and half the width of a negation.
  private(set) var doubledCost = 0
  /// Whether the result is minus the row.
  private(set) var isNegative = false

  /// The cheapest tree that any rule finds within `limit` levels.
  ///
  /// - Parameter signed: whether a negative result must be negated (an output), or whoever uses it
  ///   subtracts instead (a shared value).
  /// - Precondition: there is a summand, and `Σ 2^level ≤ 2^limit`.
  static func cheapest(_ summands: [Summand], limit: Int, signed: Bool) -> SummationTree {
    var best = SummationTree(summands, limit: limit, signed: signed, rule: Rule.all[0])
    guard summands.count > 2 else { return best }
    for rule in Rule.all.dropFirst() {
      let tree = SummationTree(summands, limit: limit, signed: signed, rule: rule)
      if tree.doubledCost < best.doubledCost { best = tree }
    }
    return best
  }

  /// Only the lowest tops compete in rules that compare pairs, so that long rows stay affordable.
  private static let window = 32

  /// - Complexity: O(summands · window²).
  init(_ summands: [Summand], limit: Int, signed: Bool, rule: Rule) {
    precondition(!summands.isEmpty, "a row without terms has no summation tree")
    var items = summands.enumerated().map { (summand: $1, item: $0) }
    items.sort { Self.precedes($0.summand, $1.summand, $0.item, $1.item) }
    let capacity = 1 << limit
    var weight = items.reduce(0) { $0 + 1 << $1.summand.level }
    precondition(weight <= capacity, "row of weight \(weight) in \(limit) levels")
    while items.count > 1 {
      let (i, j) = Self.choose(items, slack: capacity - weight, rule: rule)
      let (a, b) = (items[i], items[j])
      items.remove(at: j)
      items.remove(at: i)
      let (step, sum) = merge(a, b, isLast: items.isEmpty && signed)
      weight += 1 << sum.level - 1 << a.summand.level - 1 << b.summand.level
      let item = summands.count + steps.count
      steps.append(step)
      let place = items.firstIndex { Self.precedes(sum, $0.summand, item, $0.item) }
      items.insert((sum, item), at: place ?? items.count)
    }
    isNegative = items[0].summand.isNegative
    if signed, isNegative { doubledCost += items[0].summand.range.negated.width }
  }

  private static func precedes(_ a: Summand, _ b: Summand, _ i: Int, _ j: Int) -> Bool {
    if a.top != b.top { return a.top < b.top }
    if a.zeros != b.zeros { return a.zeros < b.zeros }
    return i < j
  }

  /// The best pair whose sum leaves `Σ 2^level` within the capacity.
  ///
  /// There always is one, the two of lowest level, but it may lie outside the window.
  private static func choose(
    _ items: [(summand: Summand, item: Int)], slack: Int, rule: Rule
  ) -> (Int, Int) {
    func fits(_ i: Int, _ j: Int) -> Bool {
      abs(1 << items[i].summand.level - 1 << items[j].summand.level) <= slack
    }
    var best: (Int, Int)?
    var least = Int.max
    let count = min(items.count, window)
    for i in 0..<count {
      for j in i + 1..<count where fits(i, j) {
        let badness = rule.badness(items[i].summand, items[j].summand)
        if badness < least {
          least = badness
          best = (i, j)
        }
      }
    }
    if let best { return best }
    for i in items.indices {
      for j in i + 1..<items.count where fits(i, j) { return (i, j) }
    }
    preconditionFailure("no two items fit the level limit")
  }

  private mutating func merge(
    _ a: (summand: Summand, item: Int), _ b: (summand: Summand, item: Int), isLast: Bool
  ) -> (Step, Summand) {
    var (left, right) = (a, b)
    let subtract = a.summand.isNegative != b.summand.isNegative
    if subtract {
      // Subtract the one with the larger step, or else the negative one; the last result of an
      // output should be positive.
      let (x, y) = (a.summand, b.summand)
      let swaps =
        isLast || x.zeros == y.zeros ? x.isNegative : x.zeros > y.zeros
      if swaps { swap(&left, &right) }
    }
    let (x, y) = (left.summand.range, right.summand.range)
    doubledCost +=
      2 * (adderCost(left: x, right: y) + uncountedLowBits(left: x, right: y, subtract: subtract))
    let range = ValueRange(
      low: x.low + (subtract ? -y.high : y.low), high: x.high + (subtract ? -y.low : y.high),
      zeros: min(x.zeros, y.zeros))
    let sum = Summand(
      range, level: max(left.summand.level, right.summand.level) + 1,
      isNegative: left.summand.isNegative)
    return (Step(left: left.item, right: right.item, subtract: subtract), sum)
  }
}
