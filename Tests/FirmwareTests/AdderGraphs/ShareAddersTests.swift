import Testing

@testable import WinnowFirmware

@Suite struct ShareAddersTests {
  typealias Input = ConstantMatrixProblem.Input
  typealias Term = ConstantMatrixProblem.Term

  struct Shape: Sendable, CustomTestStringConvertible {
    var inputs: Int
    var outputs: Int
    var bits: Int
    var density: Double
    var testDescription: String { "\(inputs)×\(outputs), \(bits) bits, \(density)" }
  }

  private func byte(_ count: Int) -> [Input] {
    Array(repeating: Input(low: -128, high: 127), count: count)
  }

  private func expectExact(
    _ graph: AdderGraph, _ problem: ConstantMatrixProblem, extraDepth: Int = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(graph.isWellFormed, sourceLocation: sourceLocation)
    #expect(graph.outputs.count == problem.rows.count, sourceLocation: sourceLocation)
    #expect(
      graph.depth(inputs: problem.inputs) <= problem.minimalDepth + extraDepth,
      sourceLocation: sourceLocation)
    for vector in problem.vectors(count: 20, seed: 99) {
      #expect(
        graph.evaluate(inputs: vector) == problem.product(vector), sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [
    Shape(inputs: 1, outputs: 1, bits: 8, density: 1),
    Shape(inputs: 1, outputs: 40, bits: 8, density: 1),
    Shape(inputs: 50, outputs: 1, bits: 6, density: 1),
    Shape(inputs: 8, outputs: 8, bits: 8, density: 1),
    Shape(inputs: 16, outputs: 30, bits: 3, density: 0.5),
    Shape(inputs: 30, outputs: 16, bits: 4, density: 0.25),
    Shape(inputs: 12, outputs: 12, bits: 2, density: 1),
    Shape(inputs: 9, outputs: 7, bits: 12, density: 0.9),
    Shape(inputs: 5, outputs: 5, bits: 40, density: 1),
  ])
  func randomMatrices(shape: Shape) {
    for seed in 1...3 as ClosedRange<UInt64> {
      let problem = ConstantMatrixProblem.random(
        inputs: shape.inputs, outputs: shape.outputs, bits: shape.bits, density: shape.density,
        seed: seed)
      for extraDepth in [0, 1, 1000] {
        let options = AdderGraphOptions(extraDepth: extraDepth, seed: seed)
        expectExact(shareAdders(problem, options: options), problem, extraDepth: extraDepth)
      }
    }
  }

  /// Each output alone at the least depth of its digits, which the deepest one leaves room above.
  @Test(arguments: [0, 3_000_000])
  func everyOutputIsShallow(work: Int) {
    let problem = ConstantMatrixProblem.random(
      inputs: 20, outputs: 24, bits: 6, density: 0.4, seed: 21)
    let own = problem.rows.map { row in
      ceilingLog2(row.reduce(0) { $0 + signedDigitCount($1.coefficient) })
    }
    func depths(isEachShallow: Bool) -> [Int] {
      var options = AdderGraphOptions(work: work)
      options.isEachShallow = isEachShallow
      let graph = shareAdders(problem, options: options)
      expectExact(graph, problem)
      let depths = graph.depths(inputs: problem.inputs)
      return graph.outputs.map { $0.value.map { depths[$0] } ?? 0 }
    }
    #expect(Set(own).count > 1)
    #expect(zip(depths(isEachShallow: true), own).allSatisfy { $0 <= $1 })
    #expect(zip(depths(isEachShallow: false), own).contains { $0 > $1 })
  }

  @Test func theSameProblemGivesTheSameGraph() {
    let problem = ConstantMatrixProblem.random(
      inputs: 12, outputs: 12, bits: 8, density: 0.7, seed: 4)
    let graph = shareAdders(problem)
    #expect(shareAdders(problem) == graph)
    #expect(shareAdders(problem, options: AdderGraphOptions(attempts: 1)).adders.count > 0)
  }

  @Test func sharingSavesAdders() {
    let problem = ConstantMatrixProblem.random(
      inputs: 16, outputs: 16, bits: 8, density: 1, seed: 8)
    let digits = problem.rows.joined().reduce(0) { $0 + signedDigitCount($1.coefficient) }
    let graph = shareAdders(problem)
    // Without sharing there would be one adder less than digits in every row.
    #expect(Double(graph.adders.count) < 0.75 * Double(digits - problem.rows.count))
  }

  @Test func rowsThatCostNothing() {
    let problem = ConstantMatrixProblem(
      inputs: byte(2) + [Input(low: 0, high: 0), Input(low: 5, high: 5)],
      rows: [
        [], [Term(input: 0, coefficient: 0)], [Term(input: 1, coefficient: 8)],
        [Term(input: 1, coefficient: -1)], [Term(input: 2, coefficient: 7)],
        [Term(input: 0, coefficient: 3), Term(input: 0, coefficient: -3)],
        [Term(input: 3, coefficient: 1)], [Term(input: 0, coefficient: 1 << 40)],
      ])
    let graph = shareAdders(problem)
    expectExact(graph, problem)
    #expect(graph.adders.isEmpty)
    #expect(
      graph.outputs == [
        .zero, .zero, .init(value: 1, shift: 3), .init(value: 1, negate: true), .zero, .zero,
        .init(value: 3), .init(value: 0, shift: 40),
      ])
  }

  @Test func noRowsAndNoInputs() {
    let empty = ConstantMatrixProblem(inputs: [], rows: [])
    #expect(shareAdders(empty) == AdderGraph(inputCount: 0, adders: [], outputs: []))
    let zero = ConstantMatrixProblem(inputs: [], rows: [[]])
    #expect(shareAdders(zero).outputs == [.zero])
  }

  @Test func repeatedInputsAddUp() {
    let problem = ConstantMatrixProblem(
      inputs: byte(2),
      rows: [
        [
          Term(input: 0, coefficient: 3), Term(input: 1, coefficient: 1),
          Term(input: 0, coefficient: 1),
        ]
      ])
    let graph = shareAdders(problem)
    expectExact(graph, problem)
    #expect(graph.adders.count == 1)
  }

  @Test func equalShiftedAndNegatedRowsAreComputedOnce() {
    let row = [
      Term(input: 0, coefficient: 3), Term(input: 1, coefficient: -5),
      Term(input: 2, coefficient: 1),
    ]
    func times(_ factor: Int) -> [Term] {
      row.map { Term(input: $0.input, coefficient: factor * $0.coefficient) }
    }
    let alone = ConstantMatrixProblem(inputs: byte(3), rows: [row])
    let problem = ConstantMatrixProblem(
      inputs: byte(3), rows: [row, times(1).reversed(), times(8), times(-1), times(-4)])
    let graph = shareAdders(problem)
    expectExact(graph, problem)
    #expect(graph.adders == shareAdders(alone).adders)
    #expect(Set(graph.outputs.map(\.value)).count == 1)
    #expect(graph.outputs.map(\.shift) == [0, 0, 3, 0, 2])
    #expect(graph.outputs[3].negate != graph.outputs[0].negate)
  }

  @Test func negativeRowsAreNegatedOnce() {
    let problem = ConstantMatrixProblem(
      inputs: byte(3), rows: [(0..<3).map { Term(input: $0, coefficient: -1) }])
    let graph = shareAdders(problem)
    expectExact(graph, problem)
    #expect(graph.adders.allSatisfy { !$0.subtract })
    #expect(graph.outputs[0].negate)
  }

  @Test func anOutputServesAsASharedValue() {
    // The second row is the first plus x2, the third the first less x3.
    let sum = [Term(input: 0, coefficient: 1), Term(input: 1, coefficient: -1)]
    let problem = ConstantMatrixProblem(
      inputs: byte(4),
      rows: [
        sum, sum + [Term(input: 2, coefficient: 1)], sum + [Term(input: 3, coefficient: -1)],
      ])
    let graph = shareAdders(problem)
    expectExact(graph, problem)
    #expect(graph.adders.count == 3)
  }

  @Test(arguments: [0, 3, 100])
  func inputDepthsCount(offset: Int) {
    var problem = ConstantMatrixProblem.random(
      inputs: 10, outputs: 6, bits: 6, density: 0.8, seed: 21)
    for index in problem.inputs.indices { problem.inputs[index].depth = offset + index % 4 }
    problem.inputs.append(Input(low: -77, high: -77))
    for row in problem.rows.indices {
      problem.rows[row].append(Term(input: 10, coefficient: 1))
    }
    #expect(problem.minimalDepth > offset + 3)
    expectExact(shareAdders(problem), problem)
  }

  @Test func minimalDepthByHand() {
    // 3x needs two digits of level 2, y one of level 0: ⌈log2 9⌉ = 4.
    let problem = ConstantMatrixProblem(
      inputs: [Input(low: 0, high: 1, depth: 2), Input(low: 0, high: 1)],
      rows: [[Term(input: 0, coefficient: 3), Term(input: 1, coefficient: 1)], []])
    #expect(problem.minimalDepth == 4)
  }

  /// Long rows, disjoint rows and wide ranges.
  @Test func unusualSizes() {
    let disjoint = ConstantMatrixProblem(
      inputs: byte(400),
      rows: (0..<100).map { row in
        (0..<4).map { Term(input: 4 * row + $0, coefficient: 2 * row - 99 + 8 * $0) }
      })
    expectExact(shareAdders(disjoint), disjoint)
    let long = ConstantMatrixProblem(
      inputs: (0..<150).map { Input(low: -(1 << 50), high: 1 << 50, depth: $0 % 3) },
      rows: [(0..<150).map { Term(input: $0, coefficient: ($0 - 75) << ($0 % 30)) }])
    expectExact(shareAdders(long), long)
  }
}
