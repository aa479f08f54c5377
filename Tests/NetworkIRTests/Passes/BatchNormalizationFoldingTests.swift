import Testing
import WinnowFixedPoint
import WinnowNetworkIR

@Suite struct BatchNormalizationFoldingTests {
  private func parameters(_ graph: inout GraphWriter, _ channels: Int, seed: UInt64) -> [String] {
    var random = SeededGenerator(seed: seed)
    return [-2.0...2, -1...1, -1...1, 0.1...3].map { range in
      graph.constant(
        Tensor([channels], .float64((0..<channels).map { _ in Double.random(in: range, using: &random) })))
    }
  }

  private func weights(_ shape: [Int], seed: UInt64) -> Tensor {
    var random = SeededGenerator(seed: seed)
    return Tensor(
      shape, .float64((0..<shape.reduce(1, *)).map { _ in Double.random(in: -1...1, using: &random) }))
  }

  /// Folding multiplies and adds in another order: a few last bits of sums of at most 30 terms below 20.
  private func expectClose(_ a: Network, _ b: Network, within bound: Double = 1e-12) throws {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<20 {
      let inputs = randomInputs(a, &random)
      for (x, y) in zip(try Interpreter(a).run(inputs), try Interpreter(b).run(inputs)) {
        #expect(x.type == y.type)
        for (u, v) in zip(x.elements.doubles, y.elements.doubles) { #expect(abs(u - v) <= bound) }
      }
    }
  }

  @Test(arguments: [false, true]) func intoDenseBefore(hasBias: Bool) throws {
    var graph = GraphWriter()
    graph.input("x", [1, 3])
    var operands = ["x", graph.constant(weights([3, 4], seed: 1))]
    if hasBias { operands.append(graph.constant(weights([4], seed: 2))) }
    let dense = graph.add(Dense(), reading: operands)
    let y = graph.add(BatchNormalization(), reading: [dense] + parameters(&graph, 4, seed: 3))
    graph.add(Relu())
    let network = graph.finished()
    let after = try BatchNormalizationFolding().run(on: network)
    #expect(after.nodes.map(\.operation.name) == ["Dense", "Relu"])
    #expect(after.nodes[0].outputs == [y])
    try expectClose(network, after)
    #expect(try DeadNodeElimination().run(on: after).constants.count == 2)
  }

  @Test(arguments: [1, 2]) func intoConvolutionBefore(groups: Int) throws {
    var graph = GraphWriter()
    graph.input("x", [1, 2, 4, 4])
    let w = graph.constant(weights([4, 2 / groups, 3, 3], seed: 8))
    let layer = graph.add(
      Convolution(SlidingWindow(kernel: [3, 3], padding: [1, 1, 1, 1]), groups: groups), reading: ["x", w])
    graph.add(BatchNormalization(), reading: [layer] + parameters(&graph, 4, seed: 4))
    let network = graph.finished()
    let after = try BatchNormalizationFolding().run(on: network)
    #expect(after.nodes.map(\.operation.name) == ["Convolution"])
    try expectClose(network, after)
  }

  @Test(arguments: [false, true]) func intoDenseAfter(hasBias: Bool) throws {
    var graph = GraphWriter()
    graph.input("x", [1, 3])
    graph.add(BatchNormalization(), reading: ["x"] + parameters(&graph, 3, seed: 6))
    var operands = [graph.last, graph.constant(weights([3, 5], seed: 7))]
    if hasBias { operands.append(graph.constant(weights([5], seed: 8))) }
    graph.add(Dense(), reading: operands)
    let network = graph.finished()
    let after = try BatchNormalizationFolding().run(on: network)
    #expect(after.nodes.map(\.operation.name) == ["Dense"])
    #expect(after.nodes[0].inputs[0] == "x")
    try expectClose(network, after)
  }

  @Test func keepsFloat32() throws {
    var graph = GraphWriter()
    graph.input("x", [1, 2], .float32)
    graph.add(Dense(), graph.constant(Tensor([2, 2], .float32([0.5, 1, -2, 0.25]))))
    graph.add(BatchNormalization(), reading: [graph.last] + parameters(&graph, 2, seed: 6))
    let network = graph.finished()
    let after = try BatchNormalizationFolding().run(on: network)
    #expect(after.nodes.count == 1)
    // One rounding to float32 of the sum and of each coefficient; values stay below 100.
    try expectClose(network, after, within: 100 * 4 * Double(Float.ulpOfOne))
  }

  /// Where a layer's values may not change, or somebody else sees them, nothing changes.
  @Test(arguments: [
    "quantised weights", "two readers", "graph output", "accumulator", "fixed weights", "rank 3",
    "variable parameters",
  ])
  func leavesAlone(reason: String) throws {
    var graph = GraphWriter()
    let rank3 = reason == "rank 3"
    graph.input("x", rank3 ? [1, 3, 3] : [1, 3])
    if reason == "accumulator" { graph.quantize("fixed<8,4>") }
    let raw =
      reason == "fixed weights" || reason == "accumulator"
      ? graph.constant([3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]) : graph.constant(weights([3, 3], seed: 1))
    var w = raw
    let x = graph.last
    if reason == "quantised weights" {
      w = graph.add(Quantize(try FixedPointType(text: "fixed<6,2>")), reading: [raw])
    }
    let accumulation =
      reason == "accumulator"
      ? Accumulation(accumulator: try FixedPointType(text: "fixed<20,10>")) : .exact
    let dense = graph.add(Dense(accumulation), reading: [x, w])
    var others = parameters(&graph, 3, seed: 2)
    if reason == "variable parameters" { others[0] = graph.add(Relu(), reading: [others[0]]) }
    let y = graph.add(BatchNormalization(), reading: [dense] + others)
    let network =
      switch reason {
      case "two readers":
        {
          graph.add(Relu(), reading: [dense]); return graph.finished(y, graph.last)
        }()
      case "graph output": graph.finished(dense, y)
      default: graph.finished(y)
      }
    #expect(try BatchNormalizationFolding().run(on: network) == network)
  }
}
