/// Looks for the cheapest plan of a function.
///
/// Tried, alone and together: half of a symmetric function; a ramp taken off; a table of the upper
/// bits taken off (differential tables, as in N. Brisebarre, F. de Dinechin et al.'s lossless
/// compression), and from the rest a table of upper and low bits without those between (bipartite).
/// What remains is a table of all bits, but of few result bits; so every plan is exact. A rounded line
/// needs no table.
struct TableSearch {
  /// Functions of more argument bits are left as they are, to bound the search.
  static let largestArgument = 13

  func cheapest(_ function: TableFunction) -> TablePlan {
    var best = TablePlan(parts: [.whole(function)], cost: function.cost)
    guard function.argumentBits <= Self.largestArgument, best.cost > 4 else { return best }
    func consider(_ plan: TablePlan) { if plan.cost < best.cost { best = plan } }
    if let (line, cost) = ScaledLine.exact(function) {
      consider(TablePlan(parts: [.line(line, cost: cost)], cost: cost))
    }
    consider(summed(function))
    for (symmetry, half) in halves(of: function) {
      var plan = summed(half)
      plan.symmetry = symmetry
      // The mirror of the argument, and the sign of the result.
      plan.cost += function.argumentBits
      if case .odd = symmetry { plan.cost += function.resultBits }
      consider(plan)
    }
    return best
  }

  /// The half above the middle of a function that is symmetric there.
  private func halves(of function: TableFunction) -> [(TablePlan.Symmetry, TableFunction)] {
    var found: [(TablePlan.Symmetry, TableFunction)] = []
    guard function.first < 0 else { return [] }
    // A mirror at 0 or −1/2; beyond the shorter side the function must have stopped changing.
    for mirror in [0, -1] where abs(function.first + function.last - mirror) <= 1 {
      let start = 0
      let end = max(function.last, mirror - function.first)
      func value(_ x: Int) -> Int { function[min(max(x, function.first), function.last)] }
      let offset = value(start) + value(mirror - start)
      let isEven = (start...end).allSatisfy { value($0) == value(mirror - $0) }
      let isOdd = (start...end).allSatisfy { value($0) == offset - value(mirror - $0) }
      guard isEven || isOdd else { continue }
      let half = TableFunction(first: start, values: (start...end).map(value))
      found.append((isEven ? .even(mirror: mirror) : .odd(mirror: mirror, offset: offset), half))
    }
    return found
  }

  /// The cheapest sum of parts.
  private func summed(_ function: TableFunction) -> TablePlan {
    var best = split(function)
    for ramp in ramps(function) {
      let rest = function.minus { ramp($0) }
      guard rest.resultBits < function.resultBits else { continue }
      var plan = split(rest)
      plan.cost += ramp.cost + (rest.high == rest.low ? 0 : function.resultBits)
      plan.parts.insert(ramp, at: 0)
      if plan.cost < best.cost { best = plan }
    }
    return best
  }

  private func ramps(_ function: TableFunction) -> [TablePlan.Part] {
    let run = Double(function.last - function.first)
    let slope = Double(function.high - function.low) / max(run, 1)
    guard slope > 0 else { return [] }
    let nearest = slope.exponent
    return (Int(nearest) - 1...Int(nearest) + 2).flatMap { shift in
      [true, false].filter { !$0 || function.first < 0 }.map { .ramp(shift: shift, rectified: $0) }
    }
  }

  private func split(_ function: TableFunction) -> TablePlan {
    var best = TablePlan(parts: [.whole(function)], cost: function.cost)
    let bits = function.argumentBits
    guard bits >= 7 else { return best }
    for dropped in 1...bits - 3 {
      let base = lowest(function) { $0 >> dropped }
      let upper = TablePlan.Part.upper(dropped: dropped, base)
      let rest = function.minus { upper($0) }
      guard rest.resultBits < function.resultBits else { continue }
      let fixed = base.cost + function.resultBits
      if fixed + rest.cost < best.cost {
        best = TablePlan(parts: [upper, .whole(rest)], cost: fixed + rest.cost)
      }
      guard dropped >= 2, bits - dropped >= 2, fixed < best.cost else { continue }
      for high in dropped + 1..<bits {
        let slopes = lowest(rest) { TablePlan.Part.outer($0, dropped, high) }
        let outer = TablePlan.Part.outer(low: dropped, high: high, slopes)
        let last = rest.minus { outer($0) }
        guard last.resultBits < rest.resultBits else { continue }
        let isExact = last.high == 0 && last.low == 0
        let cost =
          fixed + slopes.cost + (isExact ? 0 : rest.resultBits + last.cost)
        if cost < best.cost {
          best = TablePlan(
            parts: isExact ? [upper, outer] : [upper, outer, .whole(last)], cost: cost)
        }
      }
    }
    return best
  }

  /// The least value of a function among the arguments that share an address.
  private func lowest(_ function: TableFunction, _ address: (Int) -> Int) -> TableFunction {
    let addresses = (function.first...function.last).map(address)
    let (first, last) = (addresses.min()!, addresses.max()!)
    var values = Array(repeating: Int.max, count: last - first + 1)
    for (place, value) in zip(addresses, function.values) {
      values[place - first] = min(values[place - first], value)
    }
    // Addresses that no argument has.
    let filler = function.low
    return TableFunction(first: first, values: values.map { $0 == .max ? filler : $0 })
  }
}
