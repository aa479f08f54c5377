import WinnowFixedPoint
package import WinnowNetworkIR

/// A program cut into stages: logic before the first folded matrix, then for each level its
/// matrices and all that follows them.
///
/// A stage is a program of its own. What later stages need of earlier ones is handed on in tokens,
/// element after element.
package struct FoldedPartition: Sendable {
  package struct Stage: Sendable {
    package var program: FixedPointProgram
    /// Rows of its folded matrices; none in a stage of mere logic.
    package var rows: [FixedPointProgram.Value]
    /// Nodes whose sums are folded, in order.
    package var nodes: [String]
  }

  package private(set) var stages: [Stage] = []

  package init(_ program: FixedPointProgram) {
    let levels = FoldedLevels(program)
    let last = levels.depth
    var lastUse = levels.levels
    for value in 0..<program.count {
      for operand in program.instructions[value].operands {
        lastUse[operand] = max(lastUse[operand], levels.levels[value])
      }
    }
    for output in program.outputs { for value in output.values { lastUse[value] = last } }
    let hasLogic = program.instructions.indices.contains { value in
      switch program.instructions[value] {
      case .input, .constant: false
      default: levels.levels[value] == 0
      }
    }
    // Without logic before the first matrix its stage takes the graph's own inputs.
    for level in (hasLogic || last == 0 ? 0 : 1)...max(last, 0) {
      let isFirst = stages.isEmpty
      let members = (0..<program.count).filter {
        levels.levels[$0] == level || isFirst && levels.levels[$0] < level
      }
      let token = { (level: Int) in
        (0..<program.count).filter {
          levels.levels[$0] <= level && lastUse[$0] > level && !program.isConstant($0)
        }
      }
      stages.append(
        Self.stage(
          of: program, members, isRow: levels.isRow, token: isFirst ? nil : token(level - 1),
          handedOn: level == last ? nil : token(level)))
    }
  }

  /// - Parameters:
  ///   - token: values that the stage is given; `nil` for the graph's own inputs.
  ///   - handedOn: values that it hands on; `nil` for the graph's own outputs.
  private static func stage(
    of program: FixedPointProgram, _ members: [Int], isRow: [Bool], token: [Int]?, handedOn: [Int]?
  ) -> Stage {
    var map: [Int: Int] = [:]
    var stage = FixedPointProgram(name: program.name)
    stage.nodeNames = program.nodeNames
    if let token {
      stage.inputs = [inputPort(token.map { program.intervals[$0] })]
      for (element, value) in token.enumerated() {
        map[value] = stage.append(
          .input(port: 0, element: element), program.intervals[value], origin: -1)
      }
    } else {
      stage.inputs = program.inputs
    }
    func place(_ value: Int) -> Int {
      if let place = map[value] { return place }
      // A constant of an earlier stage.
      let place = stage.append(program.instructions[value], program.intervals[value], origin: -1)
      map[value] = place
      return place
    }
    var rows: [Int] = []
    var nodes: [String] = []
    for value in members where map[value] == nil {
      let instruction = program.instructions[value]
      let own = stage.append(
        instruction.mapped(place), program.intervals[value], origin: program.origins[value])
      map[value] = own
      guard isRow[value] else { continue }
      rows.append(own)
      let origin = program.origins[value]
      let node = origin < 0 ? program.name : program.nodeNames[origin]
      if !nodes.contains(node) { nodes.append(node) }
    }
    if let handedOn {
      let formats = handedOn.map { program.intervals[$0].format }
      stage.outputs = [
        .init(
          name: "token", shape: [handedOn.count], values: handedOn.map(place), formats: formats,
          fraction: formats.map(\.fraction).max() ?? 0)
      ]
    } else {
      stage.outputs = program.outputs.map { port in
        var port = port
        port.values = port.values.map(place)
        return port
      }
    }
    // Results that lie whole in the stage give their signals a name.
    stage.traces = program.traces.compactMap { port in
      guard port.values.allSatisfy({ map[$0] != nil }) else { return nil }
      var port = port
      port.values = port.values.map { map[$0]! }
      return port
    }
    return Stage(program: stage, rows: rows, nodes: nodes)
  }

  /// A port of a token: each element at its own point and width.
  static func inputPort(_ intervals: [Interval], name: String = "token") -> FixedPointProgram.InputPort {
    .init(
      name: name, shape: [intervals.count],
      types: intervals.map { interval in
        var format = interval.format
        if format.width == 0 { format = .init(signed: false, width: 1, integer: 1 - interval.fraction) }
        return FixedPointType(format)
      },
      fraction: intervals.map(\.fraction).max() ?? 0)
  }
}

extension FixedPointProgram.Instruction {
  /// The same instruction on other values.
  func mapped(_ place: (FixedPointProgram.Value) -> FixedPointProgram.Value) -> Self {
    let operands = operands
    guard let highest = operands.max() else { return self }
    var map = Array(repeating: -1, count: highest + 1)
    for operand in operands where map[operand] < 0 { map[operand] = place(operand) }
    return renumbered(map)
  }
}
