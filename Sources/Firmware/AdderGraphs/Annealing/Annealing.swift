import WinnowTensors

/// Simulated annealing of an adder graph: take a few rows apart, share again, keep what is better or,
/// with falling probability, a little worse.
///
/// The moves and their shares were found by trial on four of the 17 matrices of the reference
/// networks.
struct Annealing {
  /// The share of steps that rebuild a row, and of those that rewrite digits; the others dissolve
  /// shared values.
  private static let pursuits = 0.1
  private static let rewritings = 0.3
  /// The first temperature, in the mean cost of an output.
  private static let temperature = 0.04

  private(set) var state: AnnealingState
  private var best: [[SignedTerm]]
  /// Twice the bits.
  private var bestCost: Int
  private(set) var steps = 0
  private(set) var accepted = 0

  /// - Returns: `nil` where the problem is too wide for 64-bit ranges, too deep or too large.
  init?(_ rows: SharedRows, limits: [Int], seed: UInt64) {
    guard let limit = limits.max(), limit <= 32, rows.forms.count < PairCounts.valueLimit / 2,
      rows.ranges.allSatisfy({ max(-$0.low, $0.high) < 1 << 46 })
    else { return nil }
    state = AnnealingState(
      rows, limits: limits, random: RandomStream(seed: seed, label: "adder graph"))
    best = state.rows
    bestCost = state.totalCost
  }

  /// The best rows so far; shared values that are out of use have none.
  var result: [[SignedTerm]] { best }

  /// Anneals until `budget` units of ``AnnealingState/work`` are spent.
  mutating func run(work budget: Int) {
    let start = state.work
    let first = Self.temperature * Double(state.totalCost) / Double(state.outputCount)
    while true {
      let done = Double(state.work - start) / Double(budget)
      guard done < 1 else { break }
      step(temperature: first * (1 - done))
    }
    keepIfBest()
  }

  private mutating func step(temperature: Double) {
    steps += 1
    state.stamp += 1
    state.work &+= 30
    state.isQueueing = true
    let old = state.totalCost
    let kind = state.random.uniform()
    if kind < Self.pursuits {
      state.pursue()
    } else if kind < Self.pursuits + Self.rewritings {
      state.rewriteDigits()
    } else {
      state.dissolveSome()
    }
    state.settle()
    state.shareQueued()
    state.inlineLonely()
    guard state.evaluate() else { return state.rollBack() }
    let rise = state.totalCost - old
    guard rise <= 0 || state.random.uniform() < Self.probability(Double(rise) / temperature) else {
      return state.rollBack()
    }
    if rise > 0, old < bestCost {
      // Rows better than any that were kept are left: keep them, and let the step go.
      state.rollBack()
      return keepIfBest()
    }
    accepted += 1
    state.commit()
  }

  private mutating func keepIfBest() {
    guard state.totalCost < bestCost else { return }
    best = state.rows
    bestCost = state.totalCost
  }

  /// `e^−x`, from products alone, so that it is the same on every machine.
  private static func probability(_ x: Double) -> Double {
    var power = max(0, 1 - x / 1024)
    for _ in 0..<10 { power *= power }
    return power
  }
}
