import Testing
import WinnowFixedPoint
import WinnowNetworkIR

@Suite struct ConstantFoldingTests {
  @Test func foldsWeights() throws {
    var graph = GraphWriter()
    graph.input("x", [2])
    let x = graph.quantize("fixed<8,4>")
    let w = graph.constant(Tensor([2, 2], .float32([0.3, 0.7, -0.26, 5])))
    let quantised = graph.add(Quantize(try FixedPointType(text: "fixed<4,2,RND,SAT>")), reading: [w])
    let doubled = graph.add(Arithmetic(.add), reading: [quantised, quantised])
    let y = graph.add(Dense(), reading: [x, doubled])
    let network = graph.finished(y, quantised)
    let after = try expectUnchanged(ConstantFolding(), on: network)
    #expect(after.nodes.map(\.name) == [x, y])
    #expect(after.constants[doubled] == Tensor([2, 2], .fixed([2, 6, -2, 14], fraction: 2)))
    #expect(after.constants[quantised] != nil)
    #expect(after.outputs == [y, quantised])
    #expect(try ConstantFolding().run(on: after) == after)
  }

  /// Floats round node by node, as the interpreter rounds them.
  @Test func roundsToFloat() throws {
    var graph = GraphWriter()
    graph.input("x", [1])
    let c = graph.constant(Tensor([1], .float32([0.1])))
    graph.add(RealFunction(.exp), reading: [c])
    let squared = graph.add(Arithmetic(.multiply), reading: ["n0", "n0"])
    let x = graph.add(Quantize(try FixedPointType(text: "fixed<8,4>")), reading: ["x"])
    let fine = graph.add(Quantize(try FixedPointType(text: "fixed<60,8>")), reading: [squared])
    let y = graph.add(Arithmetic(.add), reading: [x, fine])
    let network = graph.finished(y)
    try expectUnchanged(ConstantFolding(), on: network)
    expectLowers(network)
  }

  @Test func leavesWhatIsNotFinite() throws {
    var graph = GraphWriter()
    graph.input("x", [1])
    let c = graph.constant(Tensor([1], .float64([0])))
    graph.add(RealFunction(.reciprocal), reading: [c])
    graph.add(Quantize(try FixedPointType(text: "fixed<8,4,TRN,SAT>")))
    let network = graph.finished()
    let after = try expectUnchanged(ConstantFolding(), on: network)
    #expect(after.nodes.count == 2)
  }

  @Test func namesTheNodeThatFails() {
    var graph = GraphWriter("failing")
    graph.input("x", [1])
    let c = graph.constant([1], [1 << 100])
    graph.add(Arithmetic(.multiply), reading: [c, c])
    let error = #expect(throws: NetworkError.self) { try ConstantFolding().run(on: graph.finished()) }
    #expect(error?.message.hasPrefix("node 'n0' (Arithmetic): an exact intermediate result") == true)
  }
}

@Suite struct DeadNodeEliminationTests {
  @Test func removesWhatNobodyNeeds() throws {
    var graph = GraphWriter()
    graph.input("x", [2])
    graph.input("unused", [3])
    let x = graph.add(Quantize(try FixedPointType(text: "fixed<8,4>")), reading: ["x"])
    let w = graph.constant([2, 1], [1, 2])
    let dead = graph.constant([2, 1], [3, 4])
    graph.add(Dense(), reading: [x, dead])
    graph.add(Relu())
    let y = graph.add(Dense(), reading: [x, w])
    let network = graph.finished(y)
    let after = try expectUnchanged(DeadNodeElimination(), on: network)
    #expect(after.nodes.map(\.name) == [x, y])
    #expect(Set(after.constants.keys) == [w])
    #expect(after.inputs.map(\.name) == ["x", "unused"])
  }

  @Test func keepsConstantOutputs() throws {
    var graph = GraphWriter()
    graph.input("x", [1])
    let c = graph.constant([1], [7])
    let network = graph.finished(c, "x")
    let after = try expectUnchanged(DeadNodeElimination(), on: network)
    #expect(after == network)
  }
}
