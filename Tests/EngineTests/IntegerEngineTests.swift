import Testing
import WinnowEngine
import WinnowFixedPoint
import WinnowNetworkIR

@Suite struct IntegerEngineTests {
  @Test(arguments: NetworkCase.all)
  func equalsProgram(_ item: NetworkCase) throws {
    let program = try FixedPointProgram(item.network)
    let oracle = Oracle(program, events: 1000, seed: 7)
    for set in InstructionSet.supported {
      let engine = try IntegerEngine(program, options: .init(instructionSet: set))
      let context = engine.makeContext()
      for events in [0, 1, 7, 64, 65, 1000] {
        var results = engine.makeOutputs(events: events, of: Int128.self)
        try context.run(oracle.inputs(events), events: events, into: &results)
        #expect(results == oracle.outputs(events), "\(set), \(events) events")
      }
    }
  }

  @Test(arguments: NetworkCase.all)
  func tracesEqualProgram(_ item: NetworkCase) throws {
    let program = try FixedPointProgram(item.network)
    var traced = program
    traced.promoteTraces()
    let oracle = Oracle(traced, events: 40, seed: 8)
    let engine = try IntegerEngine(program, options: .init(blockSize: 32, tracing: true))
    #expect(engine.outputs == program.outputs + program.traces)
    var results = engine.makeOutputs(events: 40, of: Int128.self)
    try engine.makeContext().run(oracle.inputs, events: 40, into: &results)
    #expect(Array(results.dropFirst(program.outputs.count)) == oracle.outputs)
  }

  /// Through the interpreter, which knows no program.
  @Test(arguments: NetworkCase.all)
  func equalsInterpreter(_ item: NetworkCase) throws {
    let engine = try IntegerEngine(item.network)
    let interpreter = try Interpreter(item.network)
    let oracle = Oracle(try FixedPointProgram(item.network), events: 30, seed: 9)
    let port = engine.inputs[0]
    var results = engine.makeOutputs(events: 30, of: Int128.self)
    try engine.makeContext().run(oracle.inputs, events: 30, into: &results)
    for event in 0..<30 {
      let row = oracle.inputs[0][event * port.types.count..<(event + 1) * port.types.count]
      let outputs = try interpreter.run([
        "x": Tensor(port.shape, .fixed(row.map { Int128($0) }, fraction: port.fraction))
      ])
      for (index, output) in outputs.enumerated() {
        let count = output.count
        #expect(Array(results[index][event * count..<(event + 1) * count]) == output.mantissas?.values)
      }
    }
  }

  @Test(arguments: NetworkCase.all)
  func convertsRealNumbers(_ item: NetworkCase) throws {
    try check(item, Double.self)
    try check(item, Float.self)
  }

  private func check<Real: BinaryFloatingPoint>(_ item: NetworkCase, _: Real.Type) throws {
    let engine = try IntegerEngine(item.network)
    let program = try FixedPointProgram(item.network)
    var random = SeededGenerator(seed: 10)
    let special: [Real] = [
      0, -0.0, .infinity, -.infinity, .greatestFiniteMagnitude, -.leastNonzeroMagnitude, 0.5, -0.5,
      .leastNormalMagnitude, -1.5, 2.5, -0.0625, 0.03125, -0.03125, 0.09375,
    ]
    let port = program.inputs[0]
    let rows: [Real] = (0..<100 * port.types.count).map { index in
      switch index % 4 {
      case 0: special[index / 4 % special.count]
      case 1: Real(Int.random(in: -4096...4096, using: &random)) / 64
      case 2: Real(Double.random(in: -10...10, using: &random)).nextUp
      default: Real(Int.random(in: -64...64, using: &random)) * 0.25 + 0.125
      }
    }
    let expected = Oracle.evaluate(program, events: 100) { _, event, element in
      port.types[element].convert(Double(rows[event * port.types.count + element]))!
    }
    var results = engine.makeOutputs(events: 100, of: Int128.self)
    try engine.makeContext().run([rows], events: 100, into: &results)
    #expect(results == expected)
  }

  @Test(arguments: InstructionSet.supported)
  func takesNarrowMantissas(_ set: InstructionSet) throws {
    var writer = NetworkWriter("narrow", shape: [13])
    writer.quantize("fixed<7,3>")
    writer.dense(13, 6, weightBits: 5)
    writer.quantize("fixed<8,3,RND,SAT>")
    let engine = try IntegerEngine(writer.finished().network, options: .init(instructionSet: set))
    var random = SeededGenerator(seed: 3)
    let rows = (0..<70 * 13).map { _ in Int8.random(in: .min ... .max, using: &random) }
    let expected = try engine.run([rows.map(Int64.init)], events: 70)
    func check<Mantissa: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
      _: Mantissa.Type
    ) throws {
      var results = engine.makeOutputs(events: 70, of: Mantissa.self)
      try engine.makeContext().run([rows.map { Mantissa($0) }], events: 70, into: &results)
      #expect(results.map { $0.map { Int64($0) } } == expected)
    }
    try check(Int8.self)
    try check(Int16.self)
    try check(Int32.self)
    try check(Int64.self)
    try check(Int.self)
    try check(Int128.self)
  }

  @Test(arguments: [32, 64, 96, 256, 1024])
  func blockSizeChangesNothing(_ blockSize: Int) throws {
    let item = NetworkCase.widths[3]
    let oracle = Oracle(try FixedPointProgram(item.network), events: 300, seed: 4)
    let engine = try IntegerEngine(item.network, options: .init(blockSize: blockSize))
    var results = engine.makeOutputs(events: 300, of: Int128.self)
    try engine.makeContext().run(oracle.inputs, events: 300, into: &results)
    #expect(results == oracle.outputs)
  }

  @Test func threadsShareAnEngine() async throws {
    let item = NetworkCase.widths[2]
    let engine = try IntegerEngine(item.network)
    let oracle = Oracle(try FixedPointProgram(item.network), events: 200, seed: 5)
    let inputs = oracle.inputs
    let expected = oracle.outputs.map { $0.map { Int64($0) } }
    let results = try await withThrowingTaskGroup(of: [[Int64]].self) { group in
      for _ in 0..<4 { group.addTask { try engine.run(inputs, events: 200) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results == Array(repeating: expected, count: 4))
  }
}
