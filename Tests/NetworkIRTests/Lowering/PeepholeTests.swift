import Testing
import WinnowFixedPoint
import WinnowNetworkIR

/// Cases that the random search, or a reader, found: each was once wrong or refused.
@Suite struct PeepholeTests {
  /// relu(2a + 1) + 1: the sum 2(a + 1) is coarser than the clamp's bound 1.
  @Test(arguments: [1, 3, -1, 7]) func constantMovedIntoAClamp(added: Int) {
    for (weight, bias) in [(2, 1), (4, 1), (4, 3), (-2, 1), (8, -1)] as [(Int128, Int128)] {
      var graph = GraphWriter()
      graph.input("x", [1])
      graph.quantize("fixed<4,4>")
      graph.add(Dense(), graph.constant([1, 1], [weight]), graph.constant([1], [bias]))
      graph.add(Relu())
      graph.add(Arithmetic(.add), graph.constant([1], [Int128(added)]))
      expectLowers(graph.finished())
    }
  }

  /// Tables whose index moves in steps of more than one.
  @Test(arguments: [2, 4, 5, 16]) func coarseTableIndex(size: Int) throws {
    let type = try FixedPointType(text: "fixed<8,4>")
    for range in [1, 3, 8, 16] {
      var graph = GraphWriter()
      graph.input("x", [1])
      graph.quantize("fixed<6,6>")
      graph.add(Dense(), graph.constant([1, 1], [4]), graph.constant([1], [2]))
      graph.add(SigmoidTable(table: Array(0..<size), type: type, range: range))
      expectLowers(graph.finished())
    }
  }

  /// A mean over three positions of multiples of four.
  @Test func coarseMean() throws {
    let type = try FixedPointType(text: "fixed<16,8>")
    expectLowers(
      network(
        TypedAveragePool(accumulator: type, average: type), on: try FixedPointType(text: "fixed<4,6>"),
        shape: [3, 2]))
  }

  /// Steps more than 64 bits apart: all bits fall off, or none can be in range.
  @Test(arguments: RoundingMode.allCases, OverflowMode.allCases)
  func farApart(rounding: RoundingMode, overflow: OverflowMode) throws {
    for (from, integer) in [
      ("fixed<8,-200>", 4), ("fixed<8,-100>", 20), ("fixed<8,200>", 4), ("ufixed<60,60>", -90),
      ("fixed<64,-60>", 64),
    ] {
      var graph = GraphWriter()
      graph.input("x", [2])
      graph.quantize(from)
      graph.add(Arithmetic(.add), reading: [graph.last, graph.last])
      graph.add(
        Quantize(
          FixedPointType(signed: true, width: 8, integer: integer, rounding: rounding, overflow: overflow)))
      expectLowers(graph.finished())
    }
  }

  /// Types of one Quantize too far apart for one tensor are refused, not wrapped.
  @Test func stepsTooFarApartForOneTensor() throws {
    let types = try ["fixed<8,-100>", "fixed<8,100>"].map { try FixedPointType(text: $0) }
    var graph = GraphWriter()
    graph.input("x", [2])
    graph.add(Quantize(types: types, shape: [2]))
    let error = #expect(throws: NetworkError.self) {
      try Interpreter(graph.finished()).run(["x": Tensor([2], .float64([0, 0x1p95]))])
    }
    #expect(
      error?.message
        == "node 'n0' (Quantize): an exact intermediate result needs more than 127 bits; quantise in between")
  }

  /// Mantissas at the end of the integer type do not trap.
  @Test(arguments: [Int128.max, .min]) func extremeMantissas(value: Int128) throws {
    var graph = GraphWriter()
    graph.input("x", [1])
    graph.quantize("fixed<8,4>")
    let result = try Interpreter(graph.finished()).run(["x": Tensor([1], .fixed([value], fraction: 4))])
    #expect(result == [Tensor([1], .fixed([value == .max ? -1 : 0], fraction: 4))])
  }
}
