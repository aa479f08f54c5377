import Testing
import WinnowFixedPoint
import WinnowNetworkIR

/// Every rounding and overflow of every kind of value, into coarser, finer, far and empty formats.
@Suite struct QuantizeLoweringTests {
  /// What a `Quantize` may read.
  enum Source: CaseIterable {
    case input, sum, oddSum, table, clamp, symmetricClamp, clampOfSum, product, difference, leaky, comparison,
      wrapped, shifted

    func write(_ graph: inout GraphWriter) {
      graph.input("x", [4])
      graph.quantize("fixed<7,4,RND,SAT>")
      let x = graph.last
      switch self {
      case .input: break
      case .sum:
        graph.add(
          Dense(), graph.constant([4, 4], Self.weights, fraction: 2),
          graph.constant([4], [1, 2, -3, 40], fraction: 3))
      case .oddSum:
        graph.add(
          Dense(), graph.constant([4, 4], Self.weights.map { 2 * $0 }), graph.constant([4], [1, 2, -3, 4]))
      case .table:
        graph.add(RealFunction(.tanh))
        graph.quantize("fixed<9,2,RND,SAT>")
      case .clamp: graph.add(Relu())
      case .symmetricClamp: graph.add(Clip(low: -2.75, high: 2.75))
      case .clampOfSum:
        Source.oddSum.continueSum(&graph)
        graph.add(Relu())
        graph.add(Arithmetic(.add), graph.constant([1], [1], fraction: 3))
      case .product: graph.add(Arithmetic(.multiply), reading: [x, x])
      case .difference:
        graph.add(Arithmetic(.subtract), reading: [graph.constant([4], [3, -3, 100, 0], fraction: 5), x])
      case .leaky: graph.add(LeakyRelu(mantissa: 3, fraction: 3))
      case .comparison: graph.add(Comparison(.greater), graph.constant([1], [1], fraction: 2))
      case .wrapped: graph.quantize("ufixed<5,3>")
      case .shifted: graph.quantize("fixed<5,4,RND_CONV>")
      }
    }

    private func continueSum(_ graph: inout GraphWriter) {
      graph.add(
        Dense(), graph.constant([4, 4], Self.weights.map { 2 * $0 }),
        graph.constant([4], [1, 2, -3, 4], fraction: 3))
    }

    static let weights: [Int128] = [1, -2, 3, 0, 5, 4, -1, 2, 0, 0, 7, -8, 2, 2, 2, -3]
  }

  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func perTensor(rounding: RoundingMode, overflow: OverflowMode) {
    var compared = 0
    for source in Source.allCases {
      for signed in [true, false] {
        for (width, integer) in [
          (6, 3), (3, 3), (4, 1), (1, 1), (1, 4), (12, 6), (20, 4), (2, 9), (5, -4), (5, 12), (3, -20),
          (8, 40), (0, 2), (9, 8),
        ] {
          var graph = GraphWriter()
          source.write(&graph)
          graph.add(
            Quantize(
              FixedPointType(
                signed: signed, width: width, integer: integer, rounding: rounding, overflow: overflow)))
          compared += expectLowers(graph.finished(), events: 12, seed: 7)
        }
      }
    }
    #expect(compared > 10_000)
  }

  /// Types per channel and per element, on inputs and on sums; widths of 0 among them.
  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func perChannelAndElement(rounding: RoundingMode, overflow: OverflowMode) {
    var random = SeededGenerator(seed: 20)
    for shape in [[3], [2, 3], [2, 1], [1, 3]] {
      for _ in 0..<6 {
        func types() -> Quantize {
          Quantize(
            types: (0..<shape.reduce(1, *)).map { _ in
              FixedPointType(
                signed: random.chance(60), width: random.int(0...9), integer: random.int(-2...6),
                rounding: rounding, overflow: overflow)
            }, shape: shape)
        }
        var graph = GraphWriter()
        graph.input("x", [2, 3])
        let x = graph.add(types())
        let sum = graph.add(Dense(), graph.constant([3, 3], [1, 2, -3, 4, 5, -6, 7, 0, 1], fraction: 1))
        let y = graph.add(types())
        expectLowers(graph.finished(x, sum, y), events: 20, seed: 8)
      }
    }
  }

  /// Widths of 40 to 64 bits: sums near the limit of exact arithmetic.
  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func wide(rounding: RoundingMode, overflow: OverflowMode) {
    for (width, integer) in [(64, 32), (40, 50), (63, 1), (33, -2)] {
      var graph = GraphWriter()
      graph.input("x", [2])
      graph.quantize("fixed<60,30,RND,SAT>")
      graph.add(Dense(), graph.constant([2, 2], [(1 << 40) - 1, -(1 << 39), 3, 5], fraction: 20))
      graph.add(
        Quantize(
          FixedPointType(signed: true, width: width, integer: integer, rounding: rounding, overflow: overflow)
        ))
      expectLowers(graph.finished())
    }
  }

  /// Weights of different steps in one matrix, some of them gone.
  @Test func weightsPerElement() throws {
    var graph = GraphWriter()
    graph.input("x", [3])
    let x = graph.quantize("fixed<7,4,RND,SAT>")
    let raw = graph.constant(Tensor([3, 2], .float32([0.3, -1.26, 2.7, 0.01, -5, 0.5])))
    let w = graph.add(
      Quantize(
        types: try [
          "fixed<4,1,RND>", "fixed<6,3,RND>", "fixed<0,0>", "fixed<9,2,RND>", "fixed<5,5>", "ufixed<1,0>",
        ]
        .map { try FixedPointType(text: $0) }, shape: [3, 2]), reading: [raw])
    graph.add(Dense(), reading: [x, w])
    #expect(expectLowers(graph.finished()) > 0)
  }
}
