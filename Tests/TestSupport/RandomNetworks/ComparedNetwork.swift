public import Winnow

/// A network, its design, its events, and the interpreter's answers that every execution must equal.
public struct ComparedNetwork: Sendable {
  public let design: Design
  public let vectors: TestVectors
  /// For each output all events' mantissas.
  public let expected: [[Int64]]
  /// The program with every exact node's values, and the interpreter's answers for them.
  public let traced: FixedPointProgram
  public let expectedTraces: [[Int64]]
  let interpreter: Interpreter

  /// Runs the interpreter.
  public init(_ design: Design, events: Int, seed: UInt64) throws {
    self.design = design
    vectors = TestVectors(for: design.program, count: events, seed: seed)
    let replay = try InterpreterReplay(design)
    let answers = try replay.run(vectors, tracing: true)
    (expected, expectedTraces) = (answers.outputs, answers.traces)
    traced = replay.traced
    interpreter = try Interpreter(design.network.bindingBatch())
  }

  /// Integers that one execution of the outputs compares.
  public var integers: Int { expected.map(\.count).reduce(0, +) }

  /// Compares all executions that need no tool: program, engine, netlist, every traced node.
  ///
  /// - Parameter netlist: logic to test in the design's place, such as a mutated one.
  /// - Returns: integers compared.
  /// - Throws: ``Disagreement``, or the error of an execution that could not run.
  @discardableResult
  public func compareInProcess(netlist: FixedPointProgram? = nil) throws -> Int {
    try checkSteps()
    var integers = 0
    integers += try check(
      "program", evaluated(design.program), expected, design.program.outputs)
    var nodes = traced
    nodes.promoteTraces()
    integers += try check("program, every node", evaluated(nodes), expectedTraces, nodes.outputs)
    for set in InstructionSet.supported {
      let engine = try IntegerEngine(design.program, options: .init(instructionSet: set))
      integers += try check(
        "integer engine (\(set))", engine.run(vectors.inputs, events: vectors.count), expected,
        design.program.outputs)
      let every = try IntegerEngine(nodes, options: .init(instructionSet: set))
      var values = every.makeOutputs(events: vectors.count, of: Int128.self)
      try every.makeContext().run(vectors.inputs, events: vectors.count, into: &values)
      integers += try check(
        "integer engine (\(set)), every node", values.map { $0.map(Int64.init(truncatingIfNeeded:)) },
        expectedTraces, nodes.outputs)
    }
    let logic = netlist ?? design.netlist.logic
    integers += try check(
      "netlist", evaluated(logic, checksRanges: netlist == nil), expected, logic.outputs)
    if netlist == nil {
      integers += try compareNetlistNodes(nodes)
      integers += try compareRealInputs()
    }
    return integers
  }

  /// No value counts in a finer step than its port.
  private func checkSteps() throws {
    for port in traced.outputs + traced.traces {
      for value in port.values {
        let step = traced.intervals[value].fraction
        guard step <= port.fraction else {
          throw NetworkError("'\(port.name)' counts in steps of 2^\(-port.fraction), its value in 2^\(-step)")
        }
      }
    }
  }

  /// The netlist of every node's values, its adder graphs annealed a little.
  private func compareNetlistNodes(_ nodes: FixedPointProgram) throws -> Int {
    let form: GateForm
    do {
      form = try GateForm(nodes, options: AdderGraphOptions(work: 300_000))
    } catch let error as NetworkError {
      // Sums that no output needs may be wider than adder graphs take.
      guard error.message.contains("more than 6") else { throw error }
      return 0
    }
    return try check("netlist, every node", evaluated(form.logic), expectedTraces, nodes.outputs)
  }

  /// Real numbers at the inputs, out of range and between steps among them: interpreter and engine.
  private func compareRealInputs() throws -> Int {
    var random = RandomStream(seed: 5, label: "real inputs")
    let events = 24
    let program = design.program
    var rows: [[Double]] = program.inputs.map { _ in [] }
    for (index, port) in program.inputs.enumerated() {
      for _ in 0..<events {
        for type in port.types {
          let step = Double(sign: .plus, exponent: -type.fraction, significand: 1)
          let whole = Double(type.format.maximum) * 2 * (2 * random.uniform() - 1)
          rows[index].append((whole * 4).rounded() / 4 * step)
        }
      }
    }
    let engine = try IntegerEngine(program)
    let found = try engine.run(rows, events: events)
    var answers: [[Int64]] = program.outputs.map { _ in [] }
    for event in 0..<events {
      var inputs: [String: Tensor] = [:]
      for (index, port) in program.inputs.enumerated() {
        let count = port.types.count
        inputs[port.name] = Tensor(
          port.shape, .float64(Array(rows[index][event * count..<(event + 1) * count])))
      }
      let tensors = try interpreter.run(inputs)
      for (index, port) in program.outputs.enumerated() {
        let (mantissas, fraction) = tensors[index].mantissas!
        answers[index] += mantissas.map { Int64(truncatingIfNeeded: $0 << (port.fraction - fraction)) }
      }
    }
    return try check("integer engine, real inputs", found, answers, program.outputs)
  }

  /// A program's outputs for all events; every value must lie in its exact interval.
  private func evaluated(
    _ program: FixedPointProgram, checksRanges: Bool = true
  ) throws -> [[Int64]] {
    var results: [[Int64]] = program.outputs.map { _ in [] }
    for event in 0..<vectors.count {
      let values = program.evaluate(
        vectors.inputs.indices.map { vectors.event(event, port: $0).map { Int128($0) } })
      if checksRanges,
        let place = values.indices.first(where: {
          values[$0] < program.intervals[$0].low || values[$0] > program.intervals[$0].high
        })
      {
        throw Disagreement(
          execution: "interval", value: "\(program.instructions[place])", element: place, event: event,
          inputs: vectors.inputs.indices.flatMap { vectors.event(event, port: $0) },
          expected: "\(program.intervals[place].low)...\(program.intervals[place].high)",
          found: "\(values[place])")
      }
      for (index, port) in program.outputs.enumerated() {
        results[index] += program.read(port, from: values).map(Int64.init(truncatingIfNeeded:))
      }
    }
    return results
  }

  /// Compares one execution's outputs with the interpreter's.
  ///
  /// - Returns: integers compared.
  /// - Throws: ``Disagreement`` at the first event that differs.
  @discardableResult
  public func check(_ execution: String, _ found: [[Int64?]]) throws -> Int {
    try check(
      execution, found, expected.map { $0.map(Optional.some) }, design.program.outputs)
  }

  private func check<Value: Equatable>(
    _ execution: String, _ found: [[Value]], _ expected: [[Value]],
    _ ports: [FixedPointProgram.OutputPort]
  ) throws -> Int {
    if found == expected { return expected.map(\.count).reduce(0, +) }
    var first: Disagreement?
    for (index, port) in ports.enumerated() {
      let count = max(port.values.count, 1)
      guard found[index].count == expected[index].count else {
        throw Disagreement(
          execution: execution, value: port.name, element: 0, event: 0, inputs: [],
          expected: "\(expected[index].count) numbers", found: "\(found[index].count) numbers")
      }
      for place in found[index].indices where found[index][place] != expected[index][place] {
        let event = place / count
        guard event < first?.event ?? .max else { break }
        first = Disagreement(
          execution: execution, value: port.name, element: place % count, event: event,
          inputs: event < vectors.count
            ? vectors.inputs.indices.flatMap { vectors.event(event, port: $0) } : [],
          expected: "\(expected[index][place])", found: "\(found[index][place])")
        break
      }
    }
    throw first!
  }
}
