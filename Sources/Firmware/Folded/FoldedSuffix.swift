import WinnowFixedPoint
import WinnowNetworkIR

/// What follows a stage's sums, as parallel logic on finished sums and on token elements that are
/// carried past them.
struct FoldedSuffix: Sendable {
  let logic: StreamLogic
  /// Bits of the token that the logic reads: where each element starts, and its width.
  let carried: [(start: Int, width: Int)]
  var carriedBits: Int { carried.reduce(0) { $0 + $1.width } }

  init(
    _ stage: FoldedPartition.Stage, name: String, settings: FoldedSettings
  ) throws {
    let program = stage.program
    var row: [Int: Int] = [:]
    for (place, value) in stage.rows.enumerated() { row[value] = place }
    var isRead = Array(repeating: false, count: program.count)
    for value in 0..<program.count where row[value] == nil {
      for operand in program.instructions[value].operands { isRead[operand] = true }
    }
    for output in program.outputs { for value in output.values { isRead[value] = true } }
    var starts: [[Int]] = []
    var start = 0
    for port in program.inputs {
      starts.append(
        port.types.map { type in
          defer { start += type.width }
          return start
        })
    }
    var suffix = FixedPointProgram(name: program.name)
    suffix.nodeNames = program.nodeNames
    suffix.inputs = [
      FoldedPartition.inputPort(stage.rows.map { program.intervals[$0] }, name: "sums")
    ]
    var map = Array(repeating: -1, count: program.count)
    var carried: [(start: Int, width: Int)] = []
    var carriedRanges: [Interval] = []
    for (value, instruction) in program.instructions.enumerated() {
      let interval = program.intervals[value]
      let origin = program.origins[value]
      if let place = row[value] {
        // The node's own name stays with the sum.
        map[value] = suffix.append(.input(port: 0, element: place), interval, origin: origin)
      } else if case .input(let port, let element) = instruction {
        guard isRead[value] else { continue }
        map[value] = suffix.append(
          .input(port: 1, element: carried.count), interval, origin: origin)
        carried.append((starts[port][element], program.width(value)))
        carriedRanges.append(interval)
      } else {
        map[value] = suffix.append(instruction.renumbered(map), interval, origin: origin)
      }
    }
    if !carried.isEmpty {
      suffix.inputs.append(FoldedPartition.inputPort(carriedRanges, name: "carried"))
    }
    suffix.outputs = program.outputs.map { port in
      var port = port
      port.values = port.values.map { map[$0] }
      return port
    }
    suffix.traces = program.traces.compactMap { port in
      guard port.values.allSatisfy({ map[$0] >= 0 }) else { return nil }
      var port = port
      port.values = port.values.map { map[$0] }
      return port
    }
    self.carried = carried
    logic = try StreamLogic(suffix, name: name, settings: settings)
  }
}
