import Testing
import WinnowFixedPoint
import WinnowNetworkIR

@Suite struct DeadNeuronEliminationTests {
  private func type(_ text: String) -> FixedPointType { try! FixedPointType(text: text) }

  /// Two layers; the second needs neurons 0 and 2 of four. Every kind of node lies between.
  @Test(arguments: [false, true]) func removesColumnsAndRows(quantisedWeights: Bool) throws {
    var graph = GraphWriter()
    graph.input("x", [2])
    let x = graph.quantize("fixed<6,3>")
    var first = graph.constant([2, 4], [1, 2, 3, 4, 5, 6, 7, 8], fraction: 1)
    var second = graph.constant([4, 2], [3, 5, 0, 0, -2, 1, 0, 0], fraction: 1)
    var bias = graph.constant([4], [1, -1, 2, -2], fraction: 2)
    if quantisedWeights {
      first = graph.add(
        Quantize(types: (0..<8).map { type("fixed<\(6 + $0 % 2),4>") }, shape: [2, 4]), reading: [first])
      bias = graph.add(
        Quantize(types: (0..<4).map { type("fixed<8,\(5 - $0)>") }, shape: [4]), reading: [bias])
      second = graph.add(
        Quantize(
          types: [type("fixed<7,5>"), type("fixed<0,0>"), type("fixed<7,5>"), type("fixed<0,0>")],
          shape: [4, 1]),
        reading: [graph.constant([4, 2], [3, 5, 9, 9, -2, 1, 7, 7], fraction: 1)])
    }
    graph.add(Dense(), reading: [x, first, bias])
    graph.add(Quantize(types: (0..<4).map { type("fixed<\(8 + $0),5,RND,SAT>") }, shape: [4]))
    graph.add(Relu())
    graph.add(LeakyRelu(mantissa: 1, fraction: 2))
    graph.add(Clip(low: -3, high: 7))
    graph.add(Arithmetic(.add), graph.constant([4], [1, 2, 3, 4]))
    graph.add(Arithmetic(.multiply), graph.constant([1], [3]))
    graph.add(RealFunction(.tanh))
    graph.add(Quantize(type("fixed<9,2,RND_CONV,SAT>")))
    let y = graph.add(Dense(), reading: [graph.last, second])
    let network = graph.finished(y)
    let after = try expectUnchanged(DeadNeuronElimination(), on: network)
    let types = try after.verify()
    let layers = after.nodes.filter { $0.operation is Dense }
    #expect(types[layers[0].inputs[1]]?.sizes == [2, 2])
    #expect(types[layers[0].inputs[2]]?.sizes == [2])
    #expect(types[layers[1].inputs[1]]?.sizes == [2, 2])
    let perChannel = after.nodes.first {
      ($0.operation as? Quantize)?.shape == [2] && $0.inputs == [layers[0].outputs[0]]
    }
    #expect((perChannel?.operation as? Quantize)?.types.map(\.width) == [8, 10])
    let added = after.nodes.first { $0.operation as? Arithmetic == Arithmetic(.add) }!
    #expect(after.constants[added.inputs[1]] == Tensor([2], .fixed([1, 3], fraction: 0)))
    #expect(try DeadNeuronElimination().run(on: after) == after)
    expectLowers(after)
  }

  /// A neuron whose only reader dies goes next.
  @Test func iterates() throws {
    var graph = GraphWriter()
    graph.input("x", [1])
    graph.quantize("fixed<6,3>")
    graph.add(Dense(), graph.constant([1, 3], [1, 2, 3]))
    graph.add(Relu())
    graph.add(Dense(), graph.constant([3, 2], [1, 0, 0, 5, 0, 6]))
    graph.add(Relu())
    graph.add(Dense(), graph.constant([2, 1], [1, 0]))
    let network = graph.finished()
    let after = try expectUnchanged(DeadNeuronElimination(), on: network)
    let types = try after.verify()
    #expect(
      after.nodes.filter { $0.operation is Dense }.map { types[$0.inputs[1]]!.sizes! } == [
        [1, 1], [1, 1], [1, 1],
      ])
  }

  /// One neuron stays where all are dead.
  @Test func keepsOneNeuron() throws {
    var graph = GraphWriter()
    graph.input("x", [1])
    graph.quantize("fixed<6,3>")
    graph.add(Dense(), graph.constant([1, 3], [1, 2, 3]))
    graph.add(Dense(), graph.constant([3, 2], [0, 0, 0, 0, 0, 0]), graph.constant([2], [4, 5]))
    let after = try expectUnchanged(DeadNeuronElimination(), on: graph.finished())
    #expect(try after.verify()["n1"]?.sizes == [1])
  }

  /// Both readers must agree; shared weights stay whole for the others.
  @Test func severalReaders() throws {
    var graph = GraphWriter()
    graph.input("x", [3])
    let x = graph.quantize("fixed<6,3>")
    let shared = graph.constant([3, 3], [1, 2, 0, 0, 0, 0, 1, 4, 0])
    let hidden = graph.add(Dense(), reading: [x, shared])
    let a = graph.add(Dense(), reading: [hidden, shared])
    let b = graph.add(Dense(), reading: [hidden, graph.constant([3, 1], [1, 0, 0])])
    let network = graph.finished(a, b)
    let after = try expectUnchanged(DeadNeuronElimination(), on: network)
    let types = try after.verify()
    #expect(types[hidden]?.sizes == [2])
    #expect(types[a]?.sizes == [3])
  }

  /// Anything but element-wise nodes between, a graph output, or a live row: nothing changes.
  @Test(arguments: ["output", "reshape", "softmax-like reduce", "live row", "weights that vary"])
  func leavesAlone(reason: String) throws {
    var graph = GraphWriter()
    graph.input("x", [2])
    let x = graph.quantize("fixed<6,3>")
    var weights = graph.constant([2, 2], [1, 2, 3, 4])
    if reason == "weights that vary" {
      weights = graph.add(Reshape([2, 2]), reading: [graph.add(Concatenate(axis: 0), reading: [x, x])])
    }
    let hidden = graph.add(Dense(), reading: [x, weights])
    if reason == "reshape" { graph.add(Reshape([2])) }
    if reason == "softmax-like reduce" {
      let sum = graph.add(Reduce(.sum, axes: [-1], keepsAxes: true), reading: [hidden])
      graph.add(Arithmetic(.subtract), reading: [hidden, sum])
    }
    let y = graph.add(Dense(), graph.constant([2, 2], reason == "live row" ? [1, 1, 0, 1] : [1, 1, 0, 0]))
    let network = reason == "output" ? graph.finished(y, hidden) : graph.finished(y)
    #expect(try expectUnchanged(DeadNeuronElimination(), on: network) == network)
  }

  /// A removal that would change an output's step is left out.
  @Test func keepsTheOutputsStep() throws {
    var graph = GraphWriter()
    graph.input("x", [1])
    graph.quantize("fixed<6,3>")
    graph.add(Dense(), graph.constant([1, 2], [1, 2]))
    graph.add(Quantize(types: [type("fixed<6,4>"), type("fixed<9,4>")], shape: [2]))
    graph.add(Dense(), graph.constant([2, 1], [1, 0]))
    let network = graph.finished()
    #expect(try expectUnchanged(DeadNeuronElimination(), on: network) == network)
  }

  /// Random pruned stacks, saturating and rounding accumulators among them.
  @Test(arguments: 0..<60) func randomStacks(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var graph = GraphWriter()
    var width = random.int(1...3)
    graph.input("x", [width])
    graph.quantize("fixed<7,4,RND,SAT>")
    for _ in 0..<random.int(2...4) {
      let next = random.int(1...4)
      let alive = (0..<width).map { _ in random.chance(50) }
      let tensor = Tensor(
        [width, next],
        .fixed((0..<width * next).map { alive[$0 / next] ? Int128(random.int(-4...4)) : 0 }, fraction: 2))
      var weights = graph.constant(tensor)
      let x = graph.last
      if random.chance(50) {
        let shape = random.pick([[], [next], [width, 1], [width, next]])
        weights = graph.add(
          Quantize(
            types: (0..<shape.reduce(1, *)).map { _ in type("fixed<\(random.int(0...5)),3,RND,SAT>") },
            shape: shape), reading: [weights])
      }
      let accumulation =
        random.chance(50)
        ? Accumulation(
          product: random.chance(50) ? random.type() : nil, accumulator: random.type(maximumWidth: 14))
        : .exact
      var operands = [x, weights]
      if random.chance(60) {
        operands.append(
          graph.constant([next], (0..<next).map { _ in Int128(random.int(-9...9)) }, fraction: 3))
      }
      graph.add(Dense(accumulation), reading: operands)
      width = next
      if random.chance(60) {
        graph.add(Quantize(types: (0..<width).map { _ in random.type() }, shape: [width]))
      }
      if random.chance(50) { graph.add(Relu()) }
      if random.chance(30) {
        graph.add(Arithmetic(.add), graph.constant([width], (0..<width).map { Int128($0) }))
      }
    }
    graph.quantize("fixed<16,8>")
    try expectUnchanged(DeadNeuronElimination(), on: graph.finished(), seed: UInt64(seed))
  }
}
