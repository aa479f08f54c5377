import WinnowFixedPoint
import WinnowNetworkIR

extension GateForm {
  /// Division by a constant, towards zero: `⌊x · m / 2^s⌋ + (x < 0)` with `m = ⌈2^s / d⌉`.
  ///
  /// Exact for `|x| ≤ N` when `(m·d − 2^s) · N < 2^s` (Granlund and Montgomery, PLDI 1994). A power
  /// of two adds `d − 1` to negative numbers and shifts.
  mutating func divide(
    _ x: Int, by divisor: Int128, interval: Interval, _ value: Int
  ) throws -> Int {
    let range = logic.intervals[x]
    let origin = program.origins[value]
    let largest = max(range.high, -range.low, 1)
    var negative: Int?
    if range.low < 0 {
      let zero = logic.append(
        .constant(0), Interval(constant: 0, fraction: range.fraction), origin: -1)
      negative = logic.append(.less(.init(x), .init(zero)), Interval(0, 1), origin: origin)
    }
    if divisor.nonzeroBitCount == 1 {
      let bits = divisor.trailingZeroBitCount
      var sum = x
      if let negative {
        let raised = try multiply(negative, by: divisor - 1, Interval(0, divisor - 1), origin)
        let high = max(range.high, min(range.high, -1) + divisor - 1)
        sum = logic.append(
          .linear([.init(x, 1), .init(raised, 1)], constant: 0),
          Interval(range.low, high, fraction: range.fraction), origin: origin)
      }
      return logic.append(.floorShift(sum, bits: bits), interval, origin: origin)
    }
    var bits = 1
    var multiplier: Int128 = 1
    repeat {
      bits += 1
      guard bits < 60 else {
        throw NetworkError("divides a number of more than 60 bits by \(divisor); quantise it first")
      }
      multiplier = ((Int128(1) << bits) + divisor - 1) / divisor
    } while (multiplier * divisor - (Int128(1) << bits)) * largest >= Int128(1) << bits
    let product = try multiply(
      x, by: multiplier,
      Interval(range.low * multiplier, range.high * multiplier, fraction: range.fraction), origin)
    let quotient = logic.append(
      .floorShift(product, bits: bits),
      Interval(
        (range.low * multiplier) >> bits, (range.high * multiplier) >> bits, fraction: range.fraction),
      origin: origin)
    guard let negative else { return quotient }
    return logic.append(
      .linear([.init(quotient, 1), .init(negative, 1)], constant: 0), interval, origin: origin)
  }

  /// A signal times a constant, by adders.
  private mutating func multiply(
    _ x: Int, by factor: Int128, _ interval: Interval, _ origin: Int
  ) throws -> Int {
    let range = logic.intervals[x]
    guard let low = Int(exactly: range.low), let high = Int(exactly: range.high),
      let coefficient = Int(exactly: factor)
    else { throw NetworkError("divides a number of more than 63 bits; quantise it first") }
    let problem = ConstantMatrixProblem(
      inputs: [.init(low: low, high: high)], rows: [[.init(input: 0, coefficient: coefficient)]])
    let graph = shareAdders(problem, options: options)
    let ranges = graph.ranges(inputs: problem.inputs)
    var values = [x]
    for (index, adder) in graph.adders.enumerated() {
      let bounds = ranges[1 + index]
      values.append(
        logic.append(
          .linear(
            [
              .init(values[adder.left.value], 1 << adder.left.shift),
              .init(values[adder.right.value], (adder.subtract ? -1 : 1) << adder.right.shift),
            ], constant: 0),
          Interval(Int128(bounds.low), Int128(bounds.high), fraction: range.fraction),
          origin: origin))
    }
    let output = graph.outputs[0]
    guard let value = output.value else { preconditionFailure("a product with \(factor) is zero") }
    return logic.append(
      .linear([.init(values[value], (output.negate ? -1 : 1) << output.shift)], constant: 0),
      interval, origin: origin)
  }
}
