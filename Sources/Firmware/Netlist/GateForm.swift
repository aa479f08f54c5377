import WinnowFixedPoint
package import WinnowNetworkIR

/// Rewrites a program into gate form: shared adder graphs for the sums of each layer, reciprocal
/// multiplication for division.
package struct GateForm {
  let program: FixedPointProgram
  let options: AdderGraphOptions
  private var plan = AdderGraphPlan([], options: AdderGraphOptions())
  package internal(set) var logic: FixedPointProgram
  /// For every value of the program its signal.
  var signals: [Int]
  var summaries: [AdderGraphSummary] = []

  /// - Parameter progress: called with the share of the search for adder graphs that is done.
  package init(
    _ program: FixedPointProgram, options: AdderGraphOptions,
    progress: @Sendable (Double) -> Void = { _ in }
  ) throws {
    self.program = program
    // Products with a reciprocal are single rows: nothing to search for.
    self.options = AdderGraphOptions(
      extraDepth: options.extraDepth, seed: options.seed, attempts: options.attempts)
    logic = FixedPointProgram(name: program.name)
    logic.nodeNames = program.nodeNames
    logic.inputs = program.inputs
    signals = Array(repeating: -1, count: program.count)
    try rewrite(options, progress)
    func renumbered(_ port: FixedPointProgram.OutputPort) -> FixedPointProgram.OutputPort {
      var port = port
      port.values = port.values.map { signals[$0] }
      return port
    }
    logic.outputs = program.outputs.map(renumbered)
    logic.traces = program.traces.map(renumbered)
  }

  /// Sums of one layer whose operands are all ready form one matrix: they are at the same level,
  /// the number of sums on the way from the inputs.
  private mutating func rewrite(
    _ options: AdderGraphOptions, _ progress: @Sendable (Double) -> Void
  ) throws {
    var levels = Array(repeating: 0, count: program.count)
    var waves: [[Int]] = [[]]
    for value in 0..<program.count {
      var level = program.instructions[value].operands.map { levels[$0] }.max() ?? 0
      if isMatrixRow(program.instructions[value]) { level += 1 }
      levels[value] = level
      while waves.count <= level { waves.append([]) }
      waves[level].append(value)
    }
    let matrices = waves.map { wave in
      let rows = wave.filter { isMatrixRow(program.instructions[$0]) }
      return Dictionary(grouping: rows) { program.origins[$0] }.sorted { $0.key < $1.key }
        .map(\.value)
    }
    // Ranges and operands are as a rule those of the program, so a search can run ahead, for all
    // matrices at once.
    let ahead = try (options.work > 0 ? Array(matrices.joined()) : []).map {
      try matrix($0, signal: { $0 }, interval: { program.intervals[$0] }).problem
    }
    plan = AdderGraphPlan(ahead, options: options, progress: progress)
    for (wave, groups) in zip(waves, matrices) {
      for rows in groups { try addMatrix(rows) }
      for value in wave where !isMatrixRow(program.instructions[value]) {
        signals[value] = try gate(value)
      }
    }
  }

  /// Whether a sum needs an adder graph; a wire, a negation or a constant added needs none.
  private func isMatrixRow(_ instruction: FixedPointProgram.Instruction) -> Bool {
    guard case .linear(let terms, _) = instruction else { return false }
    return terms.count > 1 || terms[0].coefficient.magnitude.nonzeroBitCount > 1
  }

  private mutating func gate(_ value: Int) throws -> Int {
    let instruction = program.instructions[value]
    if case .divide(let x, let divisor) = instruction {
      return try divide(signals[x], by: divisor, interval: program.intervals[value], value)
    }
    return logic.append(
      instruction.renumbered(signals), program.intervals[value], origin: program.origins[value])
  }

  /// The sums of a layer as a matrix; a bias is a constant input of it.
  ///
  /// - Parameters:
  ///   - signal: what stands for a value of the program.
  ///   - interval: the range of a signal.
  /// - Returns: the matrix, and for each input its signal, `nil` for a constant.
  private func matrix(
    _ rows: [Int], signal: (Int) -> Int, interval: (Int) -> Interval
  ) throws -> (problem: ConstantMatrixProblem, sources: [Int?]) {
    var inputs: [ConstantMatrixProblem.Input] = []
    var sources: [Int?] = []  // signal, or nil for a constant
    var places: [Int: Int] = [:]
    var constantPlaces: [Int: Int] = [:]
    var problemRows: [[ConstantMatrixProblem.Term]] = []
    for row in rows {
      guard case .linear(let terms, let constant) = program.instructions[row] else { continue }
      var problemRow: [ConstantMatrixProblem.Term] = []
      for term in terms {
        let signal = signal(term.value)
        if places[signal] == nil {
          let interval = interval(signal)
          places[signal] = inputs.count
          inputs.append(
            .init(low: try narrow(interval.low, row), high: try narrow(interval.high, row)))
          sources.append(signal)
        }
        guard term.coefficient.magnitude < 1 << 61 else { throw tooWide(row) }
        problemRow.append(.init(input: places[signal]!, coefficient: term.coefficient))
      }
      if constant != 0 {
        let bias = try narrow(constant, row)
        if constantPlaces[bias] == nil {
          constantPlaces[bias] = inputs.count
          inputs.append(.init(low: bias, high: bias))
          sources.append(nil)
        }
        problemRow.append(.init(input: constantPlaces[bias]!, coefficient: 1))
      }
      problemRows.append(problemRow)
    }
    return (ConstantMatrixProblem(inputs: inputs, rows: problemRows), sources)
  }

  /// One adder graph for the rows of a layer.
  private mutating func addMatrix(_ rows: [Int]) throws {
    let (problem, sources) = try matrix(
      rows, signal: { signals[$0] }, interval: { logic.intervals[$0] })
    let graph = plan.graph(problem)
    emit(graph, problem, sources, rows)
    let origin = program.origins[rows[0]]
    summaries.append(
      AdderGraphSummary(
        node: origin < 0 ? program.name : program.nodeNames[origin],
        inputs: sources.count { $0 != nil }, outputs: rows.count, adders: graph.adders.count,
        depth: graph.depth(inputs: problem.inputs), cost: graph.cost(inputs: problem.inputs)))
  }

  private mutating func emit(
    _ graph: AdderGraph, _ problem: ConstantMatrixProblem, _ sources: [Int?], _ rows: [Int]
  ) {
    let ranges = graph.ranges(inputs: problem.inputs)
    let origin = program.origins[rows[0]]
    var values = sources
    // A sum of biases alone, which a search may share, is a constant; it has no signal.
    var constants: [Int: Int128] = [:]
    for (place, source) in sources.enumerated() where source == nil {
      constants[place] = Int128(problem.inputs[place].low)
    }
    // An adder that is an output carries that output's step and its range, which later
    // instructions rely on.
    var direct: [Int: Int] = [:]
    for (row, output) in zip(rows, graph.outputs) {
      if let value = output.value, output.shift == 0, !output.negate, direct[value] == nil {
        direct[value] = row
      }
    }
    for (index, adder) in graph.adders.enumerated() {
      let place = problem.inputs.count + index
      var terms: [FixedPointProgram.Term] = []
      var constant: Int128 = 0
      for (operand, sign) in [(adder.left, 1), (adder.right, adder.subtract ? -1 : 1)] {
        if let signal = values[operand.value] {
          terms.append(.init(signal, sign << operand.shift))
        } else {
          guard let known = constants[operand.value] else {
            preconditionFailure("value \(operand.value) is neither a signal nor a constant")
          }
          constant += Int128(sign) * known << operand.shift
        }
      }
      guard !terms.isEmpty else {
        constants[place] = constant
        values.append(nil)
        continue
      }
      let interval =
        direct[place].map { program.intervals[$0] }
        ?? Interval(Int128(ranges[place].low), Int128(ranges[place].high))
      values.append(logic.append(.linear(terms, constant: constant), interval, origin: origin))
    }
    for (row, output) in zip(rows, graph.outputs) {
      guard let value = output.value, let signal = values[value] else {
        preconditionFailure("a sum of \(program.name) is constant; the builder folds those")
      }
      if direct[value] == row, value >= problem.inputs.count {
        signals[row] = signal
      } else {
        let coefficient = (output.negate ? -1 : 1) << output.shift
        signals[row] = logic.append(
          .linear([.init(signal, coefficient)], constant: 0), program.intervals[row],
          origin: program.origins[row])
      }
    }
  }

  private func narrow(_ mantissa: Int128, _ row: Int) throws -> Int {
    guard let narrow = Int(exactly: mantissa), narrow.magnitude < 1 << 61 else { throw tooWide(row) }
    return narrow
  }

  private func tooWide(_ row: Int) -> NetworkError {
    let origin = program.origins[row]
    return NetworkError(
      "node '\(origin < 0 ? program.name : program.nodeNames[origin])' sums numbers of more than 61 bits; quantise its inputs or weights to fewer"
    )
  }
}
