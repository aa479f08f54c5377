import WinnowFixedPoint
package import WinnowNetworkIR

/// A netlist whose tables are made as cheaply as the model of ``TableSearch`` finds; exact.
package struct MinimalTables {
  package private(set) var logic: FixedPointProgram
  /// Look-up tables of all tables before and after, by the model.
  package private(set) var costs = (before: 0, after: 0)
  private let source: FixedPointProgram
  private var signals: [Int]
  private var plans: [TableFunction: TablePlan] = [:]

  package init(_ source: FixedPointProgram) {
    self.source = source
    logic = FixedPointProgram(name: source.name)
    logic.nodeNames = source.nodeNames
    logic.inputs = source.inputs
    signals = Array(repeating: -1, count: source.count)
    for value in 0..<source.count {
      signals[value] =
        rewritten(value)
        ?? logic.append(
          source.instructions[value].renumbered(signals), source.intervals[value],
          origin: source.origins[value])
    }
    func renumbered(_ port: FixedPointProgram.OutputPort) -> FixedPointProgram.OutputPort {
      var port = port
      port.values = port.values.map { signals[$0] }
      return port
    }
    logic.outputs = source.outputs.map(renumbered)
    logic.traces = source.traces.map(renumbered)
  }

  /// Squares of up to this many bits are tables in place of a multiplier block: 144, 263 and 449 look-up
  /// tables for 9, 10 and 11 bits.
  static let largestSquare = 11

  private mutating func rewritten(_ value: Int) -> Int? {
    switch source.instructions[value] {
    case .table(let x, let first, let entries):
      guard source.width(x) <= TableSearch.largestArgument, let start = Int(exactly: first) else {
        return nil
      }
      return rewritten(TableFunction(first: start, values: entries), of: x, value)
    case .multiply(let x, let other) where x == other && source.width(x) <= Self.largestSquare:
      let range = source.intervals[x]
      let function = TableFunction(
        first: Int(range.low), values: (Int(range.low)...Int(range.high)).map { $0 * $0 })
      return rewritten(function, of: x, value, isTable: false)
    default: return nil
    }
  }

  /// - Parameter isTable: whether the source has a table there, which may stay.
  private mutating func rewritten(
    _ function: TableFunction, of x: Int, _ value: Int, isTable: Bool = true
  ) -> Int? {
    let plan = plans[function] ?? TableSearch().cheapest(function)
    plans[function] = plan
    if isTable {
      costs.before += function.cost
      costs.after += plan.cost
    }
    if isTable, plan.symmetry == .none, plan.parts == [.whole(function)] { return nil }
    return make(plan, function, x: signals[x], value)
  }

  /// Writes a plan; the last gate has the table's interval.
  private mutating func make(
    _ plan: TablePlan, _ function: TableFunction, x: Int, _ value: Int
  ) -> Int {
    let origin = source.origins[value]
    let result = source.intervals[value]
    func gate(
      _ instruction: FixedPointProgram.Instruction, _ low: Int, _ high: Int,
      _ logic: inout FixedPointProgram
    ) -> Int {
      logic.append(instruction, Interval(Int128(low), Int128(high)), origin: origin)
    }
    var argument = x
    var (first, last) = (function.first, function.last)
    var isMirrored: Int?
    switch plan.symmetry {
    case .none: break
    case .even(let mirror), .odd(let mirror, _):
      let zero = logic.append(.constant(0), Interval(constant: 0), origin: -1)
      let negative = gate(.less(.init(x), .init(zero)), 0, 1, &logic)
      let far = gate(
        .linear([.init(x, -1)], constant: Int128(mirror)), mirror - last, mirror - first, &logic)
      last = max(last, mirror - first)
      first = 0
      argument = gate(.select(negative, .init(far), .init(x)), first, last, &logic)
      isMirrored = negative
    }
    var sum: (signal: Int, values: [Int])?
    // Parts that are constant are added as such.
    var offset = 0
    for part in plan.parts {
      let values = (first...last).map { part($0) }
      if values.allSatisfy({ $0 == values[0] }) {
        offset += values[0]
        continue
      }
      let signal = make(part, argument, first, last, values) { gate($0, $1, $2, &$3) }
      guard let before = sum else {
        sum = (signal, values)
        continue
      }
      let total = zip(before.values, values).map { $0 + $1 }
      sum = (
        gate(
          .linear([.init(before.signal, 1), .init(signal, 1)], constant: 0), total.min()!,
          total.max()!, &logic), total
      )
    }
    if let before = sum, offset != 0 {
      let total = before.values.map { $0 + offset }
      sum = (
        gate(
          .linear([.init(before.signal, 1)], constant: Int128(offset)), total.min()!, total.max()!,
          &logic), total
      )
    }
    var made = sum!.signal
    if case .odd(_, let offset) = plan.symmetry {
      let (low, high) = (sum!.values.min()!, sum!.values.max()!)
      let negated = gate(
        .linear([.init(made, -1)], constant: Int128(offset)), offset - high, offset - low, &logic)
      made = logic.append(
        .select(isMirrored!, .init(negated), .init(made)), result, origin: origin)
      return made
    }
    // The table's own step.
    return logic.append(.linear([.init(made, 1)], constant: 0), result, origin: origin)
  }

  private mutating func make(
    _ part: TablePlan.Part, _ x: Int, _ first: Int, _ last: Int, _ values: [Int],
    _ gate: (FixedPointProgram.Instruction, Int, Int, inout FixedPointProgram) -> Int
  ) -> Int {
    func look(_ address: Int, _ table: TableFunction, _ logic: inout FixedPointProgram) -> Int {
      gate(
        .table(address, first: Int128(table.first), entries: table.values), table.low, table.high,
        &logic)
    }
    switch part {
    case .whole(let table): return look(x, table, &logic)
    case .upper(let dropped, let table):
      let address = gate(
        .floorShift(x, bits: dropped), first >> dropped, last >> dropped, &logic)
      return look(address, table, &logic)
    case .outer(let low, let high, let table):
      let upper = gate(.floorShift(x, bits: high), first >> high, last >> high, &logic)
      let lower = gate(.wrap(x, signed: false, width: low), 0, 1 << low - 1, &logic)
      let address = gate(
        .linear([.init(upper, 1 << low), .init(lower, 1)], constant: 0), table.first, table.last,
        &logic)
      return look(address, table, &logic)
    case .line(let line, _):
      let graph = line.product(first: first, last: last)
      let ranges = graph.ranges(inputs: [.init(low: first, high: last)])
      var made = [x]
      for (index, adder) in graph.adders.enumerated() {
        made.append(
          gate(
            .linear(
              [
                .init(made[adder.left.value], 1 << adder.left.shift),
                .init(made[adder.right.value], (adder.subtract ? -1 : 1) << adder.right.shift),
              ], constant: 0), Int(ranges[1 + index].low), Int(ranges[1 + index].high), &logic))
      }
      let output = graph.outputs[0]
      let ends = [first, last].map { line.factor * $0 + line.offset }
      let sum = gate(
        .linear(
          [.init(made[output.value!], (output.negate ? -1 : 1) << output.shift)],
          constant: Int128(line.offset)), ends.min()!, ends.max()!, &logic)
      return gate(.floorShift(sum, bits: line.shift), values.min()!, values.max()!, &logic)
    case .ramp(let shift, let rectified):
      var signal = x
      var low = first
      if rectified, first < 0 {
        signal = gate(.clamp(x, low: 0, high: Int128(last)), 0, last, &logic)
        low = 0
      }
      if shift < 0 {
        return gate(.floorShift(signal, bits: -shift), low >> -shift, last >> -shift, &logic)
      }
      return gate(
        .linear([.init(signal, 1 << shift)], constant: 0), low << shift, last << shift, &logic)
    }
  }
}
