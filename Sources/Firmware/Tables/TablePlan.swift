/// An exact way to make a function: parts that are added up, perhaps of half the argument's range.
struct TablePlan: Hashable {
  enum Part: Hashable {
    /// A table of `⌊x / 2^dropped⌋`.
    case upper(dropped: Int, TableFunction)
    /// A table of x without its bits from `low` to below `high`.
    case outer(low: Int, high: Int, TableFunction)
    /// `x · 2^shift`, rounded down for a negative shift; 0 for negative x if rectified.
    case ramp(shift: Int, rectified: Bool)
    /// A table of x.
    case whole(TableFunction)
    /// No table at all.
    case line(ScaledLine, cost: Int)

    var cost: Int {
      switch self {
      case .upper(_, let table), .outer(_, _, let table), .whole(let table): table.cost
      case .ramp(_, let rectified): rectified ? 1 : 0
      case .line(_, let cost): cost
      }
    }
  }

  enum Symmetry: Hashable {
    case none
    /// `f(x) = f(mirror − x)`.
    case even(mirror: Int)
    /// `f(x) = offset − f(mirror − x)`.
    case odd(mirror: Int, offset: Int)
  }

  var symmetry = Symmetry.none
  /// Added up from left to right.
  var parts: [Part]
  /// Look-up tables, by the model, adders and mirrors included.
  var cost: Int
}

extension TablePlan.Part {
  /// The part's value for an argument.
  func callAsFunction(_ x: Int) -> Int {
    switch self {
    case .upper(let dropped, let table): table[x >> dropped]
    case .outer(let low, let high, let table): table[Self.outer(x, low, high)]
    case .ramp(let shift, let rectified):
      rectified && x < 0 ? 0 : shift < 0 ? x >> -shift : x << shift
    case .whole(let table): table[x]
    case .line(let line, _): line(x)
    }
  }

  /// x without its bits from `low` to below `high`.
  static func outer(_ x: Int, _ low: Int, _ high: Int) -> Int {
    (x >> high) << low | x & (1 << low - 1)
  }
}
