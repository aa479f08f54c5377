import Testing
import WinnowFixedPoint
import WinnowNetworkIR

/// Every other operator's instructions equal its evaluation.
@Suite struct OperatorLoweringTests {
  private static let inputs = [
    "fixed<8,4,RND,SAT>", "ufixed<5,3,RND_CONV,SAT>", "fixed<4,7,TRN,WRAP>", "fixed<6,-1,RND_INF,SAT_SYM>",
    "fixed<0,0>", "ufixed<1,1,TRN,SAT_ZERO>", "fixed<1,1>",
  ].map { try! FixedPointType(text: $0) }

  private static let unary: [any Operator] =
    [
      Relu(), Clip(low: -1, high: 1.5), Clip(low: 0.3), Clip(high: -0.125), Clip(), Clip(low: 2, high: 2),
      LeakyRelu(mantissa: 0, fraction: 0), LeakyRelu(mantissa: 1, fraction: 0),
      LeakyRelu(mantissa: 3, fraction: 4),
      LeakyRelu(mantissa: 5, fraction: 1), LeakyRelu(mantissa: -3, fraction: 2),
      LeakyRelu(mantissa: -1, fraction: 0),
      BipolarQuantize(fraction: 2), BipolarQuantize(fraction: -1), Reshape([2, 2]), Reshape([-1, 1]),
      Pad([1, 2]), Slice(starts: [3], ends: [0], steps: [-1]), Slice(starts: [1], ends: [9]), Transpose([0]),
      SumOfSquares(), ArgMax(), ArgMax(axis: 0, keepsAxis: true), Upsample([3]), Dropout(rate: 0.5),
    ] + Reduce.Function.allCases.map { Reduce($0, axes: [], keepsAxes: false) }

  @Test(arguments: inputs) func unaryOperators(type: FixedPointType) {
    for operation in Self.unary {
      var graph = GraphWriter()
      graph.input("x", [4])
      graph.add(Quantize(type))
      let y = graph.add(operation)
      expectLowers(graph.finished(y))
      graph.quantize("fixed<5,3,RND_ZERO,SAT>")
      expectLowers(graph.finished())
    }
  }

  @Test(arguments: inputs, inputs) func binaryOperators(first: FixedPointType, second: FixedPointType) {
    var graph = GraphWriter()
    graph.input("x", [2, 3])
    let x = graph.add(Quantize(first))
    graph.input("z", [3])
    let z = graph.add(Quantize(second))
    let c = graph.constant([1], [5], fraction: 2)
    var results: [String] = []
    for pair in [[x, z], [z, x], [x, x], [x, c], [c, z]] {
      for function in Arithmetic.Function.allCases {
        results.append(graph.add(Arithmetic(function), reading: pair))
      }
      for relation in Comparison.Relation.allCases {
        results.append(graph.add(Comparison(relation), reading: pair))
      }
    }
    let wide = graph.add(Reshape([6]), reading: [x])
    results.append(graph.add(Concatenate(axis: 0), reading: [z, wide, z, c]))
    results.append(graph.add(Transpose([1, 0]), reading: [x]))
    results.append(graph.add(Reduce(.mean, axes: [0], keepsAxes: true), reading: [x]))
    let mask = graph.add(Comparison(.greater), reading: [x, z])
    results += [[mask, x, z], [mask, z, c], [mask, c, c]].map { graph.add(Where(), reading: $0) }
    let rows = graph.constant(integers([3], [1, -1, 0]))
    results += Scatter.Reduction.allCases.map {
      graph.add(Scatter($0), reading: [x, rows, graph.add(Gather(), reading: [x, rows])])
    }
    let columns = graph.add(Transpose([1, 0]), reading: [x])
    results.append(graph.add(MatrixProduct(), reading: [x, columns]))
    let ids = graph.constant(integers([3], [3, 1, 1]))
    results += [Reduce.Function.sum, .maximum, .minimum].map {
      graph.add(SegmentReduce($0, segments: 4), reading: [columns, ids])
    }
    var network = graph.network
    network.outputs = results
    #expect(expectLowers(network) > 10_000)
  }

  @Test(arguments: inputs) func realFunctions(type: FixedPointType) {
    for function in RealFunction.Function.allCases where type.width > 0 || function != .reciprocal {
      for target in ["fixed<9,3,RND_CONV,SAT>", "ufixed<6,2>", "fixed<20,1,TRN_ZERO,SAT_SYM>"] {
        // Square root and logarithm have no value below zero: NaN is refused by both.
        var graph = GraphWriter()
        graph.input("x", [3])
        graph.add(Quantize(type))
        if function == .squareRoot || function == .logarithm { graph.add(Clip(low: 0.5)) }
        graph.add(RealFunction(function))
        graph.add(Arithmetic(.multiply), graph.constant(Tensor([1], .float64([1.7]))))
        graph.add(Clip(high: 5))
        graph.quantize(target)
        expectLowers(graph.finished())
      }
    }
  }

  @Test func notANumberIsRefused() throws {
    var graph = GraphWriter()
    graph.input("x", [1])
    graph.quantize("fixed<4,2>")
    graph.add(RealFunction(.squareRoot))
    graph.quantize("fixed<4,2>")
    let network = graph.finished()
    let lowering = #expect(throws: NetworkError.self) { try FixedPointProgram(network) }
    #expect(lowering?.message == "node 'n2' (Quantize): quantises a NaN: its function is not defined at -2.0")
    let running = #expect(throws: NetworkError.self) {
      try Interpreter(network).run(["x": Tensor([1], .float64([-1]))])
    }
    #expect(running?.message == "node 'n2' (Quantize): quantises a NaN")
  }

  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func sigmoidTable(rounding: RoundingMode, overflow: OverflowMode) {
    var random = SeededGenerator(seed: 31)
    for _ in 0..<25 {
      let width = random.int(1...9)
      let type = FixedPointType(
        signed: random.chance(70), width: width, integer: random.int(-1...width), rounding: rounding,
        overflow: overflow)
      let size = random.pick([1, 2, 7, 16, 64, 1024])
      let table = SigmoidTable(
        table: (0..<size).map { _ in random.int(-30...30) }, type: type,
        range: random.pick([1, 3, 8, 16, 24]))
      expectLowers(network(table, on: type), events: 15)
      // A sum whose step is coarser than its type says.
      var graph = GraphWriter()
      graph.input("x", [3])
      graph.quantize("fixed<5,5,RND,SAT>")
      graph.add(
        Dense(), graph.constant([3, 2], [2, 4, -2, 0, 6, 8]), graph.constant([2], [random.pick([0, 1]), 2]))
      graph.add(table)
      expectLowers(graph.finished(), events: 15)
    }
  }

  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func softmaxTable(rounding: RoundingMode, overflow: OverflowMode) {
    var random = SeededGenerator(seed: 32)
    for _ in 0..<20 {
      func type(_ least: Int) -> FixedPointType {
        FixedPointType(
          signed: random.chance(60), width: random.int(least...10), integer: random.int(0...6),
          rounding: rounding, overflow: overflow)
      }
      let bits = random.int(0...5)
      let (input, sum, exponential, inverse) = (type(max(bits, 1)), type(max(bits, 1)), type(4), type(4))
      func entries(_ type: FixedPointType) -> [Int] {
        (0..<1 << bits).map { _ in Int(random.mantissa(of: type.format)) }
      }
      let softmax = SoftmaxTable(
        expTable: entries(exponential), expType: exponential, inverseTable: entries(inverse),
        inverseType: inverse, input: input, sum: sum)
      expectLowers(network(softmax, on: input), events: 20)
    }
  }

  @Test(arguments: [DataLayout.channelsFirst, .channelsLast], [Pool.Function.maximum, .average])
  func pools(layout: DataLayout, function: Pool.Function) {
    for window in [
      SlidingWindow(kernel: [2, 2], strides: [2, 2]), SlidingWindow(kernel: [3, 1], padding: [1, 0, 1, 0]),
      SlidingWindow(kernel: [2, 2], dilations: [2, 1]), SlidingWindow(kernel: [1, 1], strides: [3, 2]),
    ] {
      for countsPadding in [false, true] {
        var graph = GraphWriter()
        graph.input("x", layout == .channelsFirst ? [2, 2, 4, 4] : [4, 4, 2])
        graph.quantize("fixed<6,3,RND,SAT>")
        graph.add(Pool(function, window, layout: layout, countsPadding: countsPadding))
        graph.quantize("fixed<7,3,RND_CONV,SAT>")
        expectLowers(graph.finished(), events: 10)
      }
    }
  }

  @Test func selections() {
    var graph = GraphWriter()
    graph.input("x", [2, 3, 4])
    let x = graph.quantize("fixed<6,3,RND,SAT>")
    let a = graph.add(Transpose([2, 0, 1]), reading: [x])
    let b = graph.add(Pad([0, 1, 0, 0, 0, 2]), reading: [x])
    let c = graph.add(Slice(starts: [-1, 0], ends: [-9, 4], axes: [1, 2], steps: [-2, 3]), reading: [x])
    expectLowers(graph.finished(a, b, c))
  }

  /// What cannot be lowered says which node, why, and what to do.
  @Test func refusals() {
    func message(_ build: (inout GraphWriter) -> Void) -> String {
      var graph = GraphWriter()
      graph.input("x", [2])
      build(&graph)
      return #expect(throws: NetworkError.self) { try FixedPointProgram(graph.finished()) }?.message ?? ""
    }
    #expect(
      message { $0.add(Relu()) }
        == "node 'n0' (Relu): reads a graph input that is not quantised; put a Quantize node right after the input"
    )
    #expect(
      message { graph in
        graph.quantize("fixed<4,2>")
        graph.quantize("fixed<4,2>")
        graph.add(Quantize(try! FixedPointType(text: "fixed<5,2>")), reading: ["x"])
      }
        == "node 'n2' (Quantize): quantises graph input 'x' to fixed<5,2>, another node to fixed<4,2>; put one Quantize right after the input"
    )
    #expect(
      message { graph in
        graph.quantize("fixed<20,2>")
        graph.add(RealFunction(.exp))
        graph.quantize("fixed<4,2>")
      }
        == "node 'n2' (Quantize): needs a table of 1048576 entries; quantise the function's input to 16 bits or fewer"
    )
    #expect(
      message { graph in
        graph.quantize("fixed<4,2>")
        graph.add(RealFunction(.exp))
      } == "output 'n1' is a real number that is not quantised; put a Quantize node before it")
    #expect(
      message { graph in
        graph.quantize("fixed<4,2>")
        graph.add(Reshape([1, 2]))
        graph.add(Dense(), reading: [graph.last, graph.add(Reshape([2, 1]), reading: ["n0"])])
      }.contains("has weights that are not exact constants"))
  }
}
