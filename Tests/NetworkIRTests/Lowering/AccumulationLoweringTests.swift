import Testing
import WinnowFixedPoint
import WinnowNetworkIR

/// Sums formed as hls4ml forms them: product casts, wrapping, saturating and rounding accumulators.
@Suite struct AccumulationLoweringTests {
  private static func accumulations(_ rounding: RoundingMode, _ overflow: OverflowMode) -> [Accumulation] {
    func type(_ width: Int, _ integer: Int, signed: Bool = true, _ modes: Bool = true) -> FixedPointType {
      FixedPointType(
        signed: signed, width: width, integer: integer, rounding: modes ? rounding : .truncate,
        overflow: modes ? overflow : .wrap)
    }
    let accumulators = [
      type(16, 8), type(8, 5), type(6, 6), type(5, 2), type(8, 4, signed: false), type(0, 0),
      type(9, 5, false),
    ]
    let products: [FixedPointType?] = [
      nil, type(12, 6), type(5, 3), type(4, 8), type(6, 2, signed: false), type(0, 1), type(30, 10, false),
    ]
    return accumulators.flatMap { accumulator in
      products.map { Accumulation(product: $0, accumulator: accumulator) }
    }
  }

  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func dense(rounding: RoundingMode, overflow: OverflowMode) {
    for (index, accumulation) in Self.accumulations(rounding, overflow).enumerated() {
      var graph = GraphWriter()
      graph.input("x", [2, 3])
      graph.quantize("fixed<6,3,RND,SAT>")
      var operands = [graph.last, graph.constant([3, 2], [3, -5, 0, 7, -8, 2], fraction: 2)]
      if index % 3 != 0 { operands.append(graph.constant([2], [-21, 13], fraction: 4)) }
      graph.add(Dense(accumulation), reading: operands)
      expectLowers(graph.finished(), events: 20, seed: UInt64(index))
    }
  }

  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func convolution(rounding: RoundingMode, overflow: OverflowMode) {
    for (index, accumulation) in Self.accumulations(rounding, overflow).enumerated() where index % 2 == 0 {
      for layout in [DataLayout.channelsFirst, .channelsLast] {
        var graph = GraphWriter()
        graph.input("x", layout == .channelsFirst ? [1, 2, 3, 3] : [3, 3, 2])
        graph.quantize("fixed<5,3,RND,SAT>")
        let w = graph.constant(
          [2, 2, 2, 2], [1, -2, 3, 0, 5, 4, -1, 2, 0, 0, 7, -8, 2, 2, 2, -3], fraction: 1)
        graph.add(
          Convolution(
            SlidingWindow(kernel: [2, 2], padding: [1, 0, 0, 1]), layout: layout, accumulation: accumulation),
          w, graph.constant([2], [5, -3], fraction: 3))
        expectLowers(graph.finished(), events: 6, seed: UInt64(index))
      }
    }
  }

  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func dotSquaresAndMeans(rounding: RoundingMode, overflow: OverflowMode) {
    for (index, accumulation) in Self.accumulations(rounding, overflow).enumerated() {
      var graph = GraphWriter()
      graph.input("x", [6])
      let x = graph.quantize("fixed<5,3,RND,SAT>")
      graph.input("z", [6])
      let z = graph.quantize("ufixed<4,2,RND,SAT>")
      let dot = graph.add(Dot(accumulation), reading: [x, z])
      let squares = graph.add(
        SumOfSquares(square: accumulation.product, accumulator: accumulation.accumulator), reading: [x])
      graph.add(Reshape([3, 2]), reading: [x])
      graph.add(
        TypedAveragePool(
          accumulator: accumulation.accumulator!, average: accumulation.product ?? accumulation.accumulator!))
      expectLowers(graph.finished(dot, squares, graph.last), events: 15, seed: UInt64(index))
    }
  }

  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func offsetShift(rounding: RoundingMode, overflow: OverflowMode) throws {
    for (width, integer) in [(8, 4), (12, 8), (4, 2), (3, 9), (0, 0), (6, -2)] {
      let difference = FixedPointType(
        signed: width != 12, width: width, integer: integer, rounding: rounding, overflow: overflow)
      for shifts in [[0, 1, -1, 3], [-4, 9, 200, -200]] {
        let shift = OffsetShift(
          offsets: [3, -7, 0, 100], offsetFormat: try FixedPointType(text: "fixed<8,5>"), shifts: shifts,
          difference: difference)
        expectLowers(network(shift, on: try FixedPointType(text: "fixed<9,5,RND,SAT>"), shape: [4]))
      }
    }
  }

  @Test(arguments: RoundingMode.allCases) func truncate(rounding: RoundingMode) throws {
    for input in ["fixed<8,4,RND,SAT>", "ufixed<6,6>", "fixed<3,9>", "fixed<30,4>"] {
      for fraction in [-3, 0, 2, 6] {
        for bits in [0, 1, 4, 12, 63] {
          expectLowers(
            network(
              Truncate(fraction: fraction, bits: bits, rounding: rounding),
              on: try FixedPointType(text: input)), events: 20)
        }
      }
    }
  }
}
