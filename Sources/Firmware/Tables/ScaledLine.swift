import WinnowNetworkIR

/// A rounded line, `⌊(factor · x + offset) / 2^shift⌋`: what a mean over three is, or a scale that is no
/// power of two.
struct ScaledLine: Hashable {
  var factor: Int
  var offset: Int
  var shift: Int

  func callAsFunction(_ x: Int) -> Int { (factor * x + offset) >> shift }

  /// Adders of the product with the factor.
  func product(first: Int, last: Int) -> AdderGraph {
    shareAdders(
      ConstantMatrixProblem(
        inputs: [.init(low: first, high: last)], rows: [[.init(input: 0, coefficient: factor)]]))
  }

  /// Look-up tables of the adders, by da4ml's formula.
  func cost(first: Int, last: Int) -> Int {
    let sum = product(first: first, last: last).cost(inputs: [.init(low: first, high: last)])
    let ends = [factor * first + offset, factor * last + offset]
    return Int(sum.rounded(.up))
      + (offset == 0 ? 0 : TableFunction.bits(ends.min()!, ends.max()!) - offset.trailingZeroBitCount)
  }

  /// The cheapest line that is the function, if one is.
  ///
  /// For a factor and a shift the offsets that give a value `f` at `x` lie in
  /// `f · 2^shift − factor · x ≤ offset < (f + 1) · 2^shift − factor · x`.
  static func exact(_ function: TableFunction) -> (line: ScaledLine, cost: Int)? {
    let (first, last) = (function.first, function.last)
    guard last > first, function.values.count > 8,
      function.values.allSatisfy({ $0.magnitude < 1 << 40 }), first.magnitude < 1 << 20
    else { return nil }
    let slope = Double(function[last] - function[first]) / Double(last - first)
    guard slope != 0, slope.magnitude < 256 else { return nil }
    var best: (line: ScaledLine, cost: Int)?
    for shift in 1...function.argumentBits + 4 {
      let nearest = Int((slope * Double(1 << shift)).rounded())
      for factor in nearest - 2...nearest + 2 where factor != 0 && (factor & 1 == 1 || shift == 1) {
        var (low, high) = (Int.min, Int.max)
        for x in first...last {
          let start = (function[x] << shift) - factor * x
          low = max(low, start)
          high = min(high, start + (1 << shift))
          if low >= high { break }
        }
        guard low < high, let offset = roundest(low..<high) else { continue }
        let line = ScaledLine(factor: factor, offset: offset, shift: shift)
        let cost = line.cost(first: first, last: last)
        if cost < best?.cost ?? .max { best = (line, cost) }
      }
    }
    return best
  }

  /// The number of a range that is divisible by the largest power of two.
  private static func roundest(_ range: Range<Int>) -> Int? {
    if range.contains(0) { return 0 }
    for bits in stride(from: 48, through: 0, by: -1) {
      let next = ((range.lowerBound + (1 << bits) - 1) >> bits) << bits
      if range.contains(next) { return next }
    }
    return nil
  }
}
