import Foundation

/// The knots of a quantile scaler.
enum QuantileTable {
  /// The table that takes each quantile to its rank, or to the normal variate of it.
  ///
  /// Equal quantiles (half of the events have 0 there) are one knot of the middle rank, or of rank 0
  /// or 1 at the ends, with a steep piece on either side over a thousandth of the way to the
  /// neighbour: scikit-learn's values at the knot and beyond, without its jumps.
  static func knots(_ quantiles: [Double], ranks: [Double], _ output: Scaler.QuantileOutput)
    -> [Scaler.Knot]
  {
    func value(_ rank: Double) -> Double {
      output == .uniform ? rank : NormalDistribution.quantile(clipped: rank)
    }
    var knots: [Scaler.Knot] = []
    var first = 0
    while first < quantiles.count {
      let x = quantiles[first]
      var last = first
      while last + 1 < quantiles.count, quantiles[last + 1] <= x { last += 1 }
      let isStart = first == 0
      let isEnd = last == quantiles.count - 1
      // A constant feature is rank 0, as scikit-learn's lower bound wins.
      let middle = isStart ? ranks[0] : isEnd ? 1 : (ranks[first] + ranks[last]) / 2
      if first < last, !isStart, let before = knots.last {
        append(&knots, x - (x - before.x) / 1024, value(ranks[first]))
      }
      append(&knots, x, value(middle))
      if first < last, !isEnd {
        append(&knots, x + (quantiles[last + 1] - x) / 1024, value(ranks[last]))
      }
      first = last + 1
    }
    return knots
  }

  /// Adds a knot where it is to the right of the last.
  private static func append(_ knots: inout [Scaler.Knot], _ x: Double, _ y: Double) {
    if let last = knots.last, x <= last.x { return }
    knots.append(Scaler.Knot(x: x, y: y))
  }
}

/// The normal distribution of mean 0 and variance 1.
enum NormalDistribution {
  /// The value below which a fraction `rank` lies, cut like scikit-learn's quantile transformer: at
  /// the ranks 10⁻⁷ − ε and 1 − (10⁻⁷ − ε).
  static func quantile(clipped rank: Double) -> Double {
    let bound = 1e-7 - Double.ulpOfOne
    if rank <= bound { return quantile(lowerTail: bound) }
    if rank >= 1 - bound { return -quantile(lowerTail: 1 - (1 - bound)) }
    return rank <= 0.5 ? quantile(lowerTail: rank) : -quantile(lowerTail: 1 - rank)
  }

  /// The value of a rank of at most ½, by bisection to the last bit of `erfc`.
  private static func quantile(lowerTail rank: Double) -> Double {
    var (low, high) = (-40.0, 0.0)
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return middle }
      if erfc(-middle / 2.0.squareRoot()) / 2 < rank { low = middle } else { high = middle }
    }
  }
}
