import WinnowNetworkIR

extension FixedPointProgram {
  /// The same program with instructions of one kind side by side, those first that depend on fewest
  /// others one after another: the batch emulator's loops become few and long.
  ///
  /// A convolution's program goes through all operations of a pixel before the next; in its own order
  /// every instruction would be a loop of its own, which takes compilers minutes.
  func inLevels() -> FixedPointProgram {
    var level = Array(repeating: 0, count: count)
    var kinds: [Instruction: Int] = [:]
    var kind = Array(repeating: 0, count: count)
    for (value, instruction) in instructions.enumerated() {
      level[value] = instruction.operands.reduce(0) { max($0, level[$1] + 1) }
      let shape = BatchRun.shape(instruction)
      kind[value] = kinds[shape, default: kinds.count]
      kinds[shape] = kind[value]
    }
    let order = (0..<count).sorted {
      (level[$0], kind[$0], $0) < (level[$1], kind[$1], $1)
    }
    var map = Array(repeating: 0, count: count)
    for (place, value) in order.enumerated() { map[value] = place }
    func renumbered(_ port: OutputPort) -> OutputPort {
      var port = port
      port.values = port.values.map { map[$0] }
      return port
    }
    var program = self
    program.instructions = order.map { instructions[$0].renumbered(map) }
    program.intervals = order.map { intervals[$0] }
    program.origins = order.map { origins[$0] }
    program.outputs = outputs.map(renumbered)
    program.traces = traces.map(renumbered)
    return program
  }
}
