import CWinnowEngineKernels
import WinnowFixedPoint
import WinnowNetworkIR

/// A program compiled for one instruction set; never changes.
final class Plan: Sendable {
  let instructionSet: InstructionSet
  let blockSize: Int
  let inputPorts: [FixedPointProgram.InputPort]
  let outputPorts: [FixedPointProgram.OutputPort]
  let inputs: [InputRows]
  let outputs: [OutputRows]
  let steps: [winnow_engine_step]
  /// What steps, tiles and written elements refer to.
  let data: [Int128]
  let filled: [(column: ColumnPlace, value: Int128)]
  let workspaceBytes: Int

  init(
    _ program: FixedPointProgram, _ options: IntegerEngine.Options
  ) throws(EngineError) {
    guard options.blockSize > 0, options.blockSize % winnow_engine_padding == 0 else {
      throw EngineError(
        "a block of \(options.blockSize) events does not fit the vectors; use a positive multiple of \(winnow_engine_padding)"
      )
    }
    instructionSet = options.instructionSet ?? InstructionSet.supported[0]
    guard instructionSet.isSupported else {
      throw EngineError(
        "this machine has no \(instructionSet); use one of \(InstructionSet.supported.map(\.name).joined(separator: ", "))"
      )
    }
    blockSize = options.blockSize
    inputPorts = program.inputs
    outputPorts = program.outputs + (options.tracing ? program.traces : [])

    var compiler = Compiler(program, outputs: outputPorts)
    compiler.compile()
    // Elements that nothing reads go where nobody looks.
    let unread = compiler.addColumn(.bits16, stays: true)
    var layout = WorkspaceLayout(blockSize: blockSize)
    try layout.place(&compiler.columns, for: compiler.steps)
    workspaceBytes = layout.byteCount
    func place(_ column: Int) -> ColumnPlace {
      ColumnPlace(offset: compiler.columns[column].offset, lane: compiler.columns[column].lane)
    }
    var data = ConstantData()
    steps = compiler.steps.map { $0.finished(compiler.columns, &data) }
    filled = compiler.filled.map { (place($0.column), $0.value) }
    inputs = zip(program.inputs, compiler.inputColumns).map { port, columns in
      InputRows(port, columns.map { $0 < 0 ? nil : place($0) }, unread: place(unread), &data)
    }
    outputs = outputPorts.map { port in
      OutputRows(
        port, port.values.map { (place(compiler.homeColumn($0)), program.intervals[$0]) }, &data)
    }
    self.data = data.words
  }
}

/// Where a column lies.
struct ColumnPlace: Sendable {
  var offset: UInt32
  var lane: Lane
}

extension Draft {
  /// The step with its columns' offsets; its constants are appended to the data.
  func finished(_ columns: [Column], _ data: inout ConstantData) -> winnow_engine_step {
    func offset(_ place: Int) -> UInt32 {
      place < operands.count ? columns[operands[place]].offset : 0
    }
    let step = winnow_engine_step(
      operation: operation, destination: columns[destination].offset, a: offset(0), b: offset(1),
      c: offset(2), data: data.end, count: UInt32(terms.count), shift_a: UInt8(shifts.0),
      shift_b: UInt8(shifts.1), convergent: convergent ? 1 : 0, result: UInt8(result.rawValue))
    data.append(constants)
    let wide = [
      winnow_engine_affine_64.rawValue, winnow_engine_affine_128.rawValue,
    ].contains(operation)
    if wide {
      data.append(
        packed: terms.flatMap {
          [UInt64(truncatingIfNeeded: $0.coefficient), UInt64(columns[$0.column].offset)]
        })
    } else {
      data.append(
        packed: terms.flatMap {
          [UInt32(truncatingIfNeeded: $0.coefficient), columns[$0.column].offset]
        })
    }
    switch result {
    case .bits16: data.append(packed: table.map { Int16(truncatingIfNeeded: $0) })
    case .bits32: data.append(packed: table.map { Int32(truncatingIfNeeded: $0) })
    case .bits64, .bits128: data.append(packed: table)
    }
    return step
  }
}
