/// Turns rows into adders: each row's cheapest summation tree, in topological order.
struct GraphBuilder {
  private let rows: SharedRows
  private(set) var graph: AdderGraph
  /// Where each value of the rows is in the graph.
  private var places: [AdderGraph.Output]
  private var levels: [Int]

  /// - Parameters:
  ///   - rows: rows whose levels fit within the limit.
  ///   - limits: the levels that each output may use.
  static func graph(of rows: SharedRows, limits: [Int]) -> AdderGraph {
    var builder = GraphBuilder(rows)
    for row in rows.topologicalOrder { builder.build(row, limits: limits) }
    builder.graph.outputs = (0..<rows.outputCount).map {
      builder.places[rows.value(ofRow: $0)]
    }
    return builder.graph
  }

  private init(_ rows: SharedRows) {
    self.rows = rows
    let inputs = rows.inputs.indices
    graph = AdderGraph(inputCount: inputs.count, adders: [], outputs: [])
    places = inputs.map { AdderGraph.Output(value: $0) }
    places += rows.rows.map { _ in .zero }
    levels = rows.levels
  }

  private mutating func build(_ row: Int, limits: [Int]) {
    let terms = rows.rows[row]
    let value = rows.value(ofRow: row)
    let summands = terms.map { term in
      Summand(
        rows.ranges[term.value].shifted(by: term.shift), level: levels[term.value],
        isNegative: term.isNegative != places[term.value].negate)
    }
    let isOutput = row < rows.outputCount
    let minimal = ceilingLog2(summands.reduce(0) { $0 + 1 << $1.level })
    // A value that others use must not be deeper than they were told; a lone output may.
    let isFree = isOutput && rows.users[value].isEmpty
    let tree = SummationTree.cheapest(
      summands, limit: isFree ? limits[row] : minimal, signed: isOutput)

    var items = terms.map { term in
      guard let place = places[term.value].value else {
        preconditionFailure("row \(row) uses value \(term.value) before it is built")
      }
      return AdderGraph.Operand(value: place, shift: places[term.value].shift + term.shift)
    }
    var depths = summands.map(\.level)
    for step in tree.steps {
      var (left, right) = (items[step.left], items[step.right])
      let shift = min(left.shift, right.shift)
      left.shift -= shift
      right.shift -= shift
      graph.adders.append(AdderGraph.Adder(left: left, right: right, subtract: step.subtract))
      items.append(
        AdderGraph.Operand(
          value: graph.inputCount + graph.adders.count - 1, shift: shift))
      depths.append(max(depths[step.left], depths[step.right]) + 1)
    }
    let result = items[items.count - 1]
    places[value] = AdderGraph.Output(
      value: result.value, shift: result.shift,
      negate: tree.steps.isEmpty ? summands[0].isNegative : tree.isNegative)
    levels[value] = depths[depths.count - 1]
  }
}
