import Testing
import WinnowFixedPoint
import WinnowNetworkIR

/// One malformed network per diagnostic.
@Suite struct VerifierTests {
  private func message(
    _ inputs: [(String, [Dimension])] = [("x", [2])], _ constants: [String: Tensor] = [:],
    outputs: [String]? = nil, nodes: [Node]
  ) -> String? {
    let network = Network(
      name: "broken", inputs: inputs.map { .init($0.0, TensorType($0.1, .float64)) },
      constants: constants, nodes: nodes, outputs: outputs ?? nodes.suffix(1).flatMap(\.outputs))
    return #expect(throws: NetworkError.self) { try network.verify() }?.message
  }

  private let relu = Node("a", Relu(), "x")

  @Test func names() {
    #expect(message(nodes: [relu, Node("a", Relu(), "a")]) == "two nodes are named 'a'")
    #expect(
      message(nodes: [relu, Node("b", Relu(), inputs: ["x"], outputs: ["a"])]) == "two values are named 'a'")
    #expect(message([("x", [2]), ("x", [2])], nodes: [relu]) == "two values are named 'x'")
    #expect(
      message([("x", [2])], ["x": Tensor([1], .float64([1]))], nodes: [relu]) == "two values are named 'x'")
    #expect(
      message([("x", [2])], ["a": Tensor([1], .float64([1]))], nodes: [relu]) == "two values are named 'a'")
  }

  @Test func order() {
    #expect(
      message(nodes: [Node("b", Relu(), "a"), relu])
        == "node 'b' reads 'a' before it is computed; the graph has a cycle or its nodes are out of order")
    #expect(
      message(nodes: [Node("a", Relu(), "a")])
        == "node 'a' reads 'a' before it is computed; the graph has a cycle or its nodes are out of order")
    #expect(message(nodes: [Node("a", Relu(), "y")]) == "node 'a' reads 'y', which nothing computes")
    #expect(message(outputs: ["y"], nodes: [relu]) == "no node computes the output 'y'")
    #expect(message(outputs: [], nodes: [relu]) == "network 'broken' has no outputs")
  }

  @Test func values() {
    for bad in [Double.nan, .infinity] {
      #expect(
        message([("x", [2])], ["c": Tensor([1], .float64([bad]))], nodes: [relu])
          == "constant 'c' holds a NaN or an infinity")
      #expect(
        message([("x", [2])], ["c": Tensor([1], .float32([Float(bad)]))], nodes: [relu])
          == "constant 'c' holds a NaN or an infinity")
    }
    #expect(message([("x", [2, -1])], nodes: [relu]) == "input 'x' has a negative dimension, -1")
    #expect(
      message([("x", [.symbol("n", bound: -3)])], nodes: [relu]) == "input 'x' has a negative dimension, -3")
    let many = "has more than 67108864 elements; no trigger network needs that"
    #expect(message([("x", [16384, 8192])], nodes: [relu]) == "value 'x' \(many)")
    #expect(message([("x", [.fixed(.max), .fixed(.max)])], nodes: [relu]) == "value 'x' \(many)")
    #expect(
      message(nodes: [
        Node("a", Pad([1 << 19, 0]), "x"), Node("b", Reshape([-1, 1]), "a"),
        Node("c", Pad([0, 1 << 10, 0, 0]), "b"),
      ])
        == "value 'c' \(many)")
  }

  @Test func arity() {
    #expect(message(nodes: [Node("a", Relu(), "x", "x")]) == "node 'a' (Relu): takes 1 inputs, not 2")
    #expect(message(nodes: [Node("a", Dense(), "x")]) == "node 'a' (Dense): takes 2 to 3 inputs, not 1")
    #expect(
      message(nodes: [Node("a", Concatenate(axis: 0), inputs: [], outputs: ["a"])])
        == "node 'a' (Concatenate): joins nothing")
    #expect(
      message(nodes: [Node("a", Relu(), inputs: ["x"], outputs: ["a", "b"])])
        == "node 'a' (Relu) names 2 outputs; the operator has 1")
  }

  /// The operators' own rules, each named with its node.
  @Test(
    arguments: [
      (
        Quantize(FixedPointType(signed: true, width: 65, integer: 2)),
        "is 65 bits wide; Winnow's formats have 0 to 64 bits"
      ),
      (Quantize(FixedPointType(signed: true, width: 8, integer: 300)), "puts its point"),
      (Quantize(types: [], shape: [0]), "has 0 types for the shape [0]"),
      (
        Quantize(types: [FixedPointType(signed: true, width: 8, integer: 3)], shape: [2]),
        "has 1 types for the shape [2]"
      ),
      (
        Quantize(
          types: Array(repeating: FixedPointType(signed: true, width: 8, integer: 3), count: 5), shape: [5]),
        "do not broadcast"
      ),
      (Transpose([0]), "permutes axes by [0] on a tensor of rank 2"),
      (Reshape([5]), "cannot bring [2, 3] into the shape [5]"),
      (Reshape([-1, -1]), "has two unknown extents"),
      (Reshape([-2]), "has the extent -2"),
      (Reshape([1, 1, 0]), "copies axis 2 of a tensor of rank 2"),
      (Slice(starts: [0], ends: [1, 2]), "has 1 starts, 2 ends"),
      (Slice(starts: [0], ends: [1], axes: [7]), "axis 7 is out of range for a tensor of 2 dimensions"),
      (Slice(starts: [0], ends: [1], steps: [0]), "slices with step 0"),
      (Pad([1]), "pads by [1] a tensor of rank 2; negative padding is a Slice"),
      (Pad([0, 0, -1, 0]), "negative padding is a Slice"),
      (Clip(low: 2, high: 1), "clips to 2.0…1.0; the bounds must be finite and in order"),
      (Clip(low: .nan), "the bounds must be finite"),
      (LeakyRelu(mantissa: 1, fraction: 63), "has a slope with 63 fraction bits; 0 to 62 are possible"),
      (Truncate(fraction: 0, bits: 64, rounding: .truncate), "drops 64 bits"),
      (
        OffsetShift(
          offsets: [1], offsetFormat: FixedPointType(signed: true, width: 8, integer: 3), shifts: [1],
          difference: FixedPointType(signed: true, width: 8, integer: 3)), "has 1 offsets and 1 shifts"
      ),
      (
        SigmoidTable(table: [], type: FixedPointType(signed: true, width: 8, integer: 3)),
        "has a table of 0 entries"
      ),
      (
        SigmoidTable(table: [1], type: FixedPointType(signed: true, width: 8, integer: 3)),
        "quantise the input first"
      ),
      (SumOfSquares(), "takes fixed point; quantise the input first"),
      (
        TypedAveragePool(
          accumulator: FixedPointType(signed: true, width: 8, integer: 3),
          average: FixedPointType(signed: true, width: 8, integer: 3)),
        "takes fixed point of [positions, channels]"
      ),
      (Pool(.maximum, SlidingWindow(kernel: [2, 2])), "takes [batch, channel, rows, …]"),
      (
        Pool(.maximum, SlidingWindow(kernel: [9]), layout: .channelsLast),
        "has a window of 9 for a padded extent of 2"
      ),
      (Pool(.maximum, SlidingWindow(kernel: [0]), layout: .channelsLast), "they must be positive"),
      (BipolarQuantize(fraction: 257), "2^-256 to 2^256 are possible"),
      (Reduce(.sum, axes: [2], keepsAxes: false), "axis 2 is out of range"),
    ] as [(any Operator, String)])
  func operatorRules(operation: any Operator, part: String) {
    let network = Network(
      name: "broken", inputs: [.init("x", TensorType([2, 3], .float64))], nodes: [Node("a", operation, "x")],
      outputs: ["a"])
    let error = #expect(throws: NetworkError.self) { try network.verify() }
    let message = error?.message ?? ""
    #expect(message.contains(part) && message.hasPrefix("node 'a' (\(operation.name)): "), "\(message)")
  }

  /// Rules of operators with several inputs.
  @Test func combinations() {
    let w = ["w": Tensor([4, 2], .float64(Array(repeating: 1, count: 8)))]
    #expect(
      message([("x", [3])], w, nodes: [Node("a", Dense(), "x", "w")])
        == "node 'a' (Dense): multiplies [3] float64 by weights [4, 2] float64; the last axis must equal the weights' first"
    )
    #expect(
      message([("x", [4]), ("b", [3])], w, nodes: [Node("a", Dense(), "x", "w", "b")])
        == "node 'a' (Dense): has a bias [3] float64 for weights [4, 2] float64")
    let type = FixedPointType(signed: true, width: 8, integer: 4)
    #expect(
      message([("x", [4])], w, nodes: [Node("a", Dense(Accumulation(product: type)), "x", "w")])
        == "node 'a' (Dense): has a product type but no accumulator type")
    #expect(
      message([("x", [4])], w, nodes: [Node("a", Dense(Accumulation(accumulator: type)), "x", "w")])
        == "node 'a' (Dense): has an accumulator type but real inputs; quantise them first")
    #expect(
      message([("x", [2]), ("y", [3])], nodes: [Node("a", Arithmetic(.add), "x", "y")])
        == "node 'a' (Arithmetic): shapes [2] and [3] do not broadcast")
    #expect(
      message([("x", [2, 2]), ("y", [2, 3])], nodes: [Node("a", Concatenate(axis: 0), "x", "y")])
        == "node 'a' (Concatenate): joins [2, 2] float64 and [2, 3] float64 along axis 0; the other axes differ"
    )
    #expect(
      message([("x", [2]), ("y", [3])], nodes: [Node("a", Dot(.exact), "x", "y")])
        == "node 'a' (Dot): multiplies [2] float64 by [3] float64")
    #expect(
      message([("x", [2]), ("y", [2])], nodes: [Node("a", BatchNormalization(), "x", "y", "y", "y", "y")])
        == "node 'a' (BatchNormalization): takes x of [batch, channels, …] and four vectors of [channels]")
    #expect(
      message(
        [("x", [1, 3, 4, 4])], ["w": Tensor([2, 2, 3, 3], .float64(Array(repeating: 1, count: 36)))],
        nodes: [Node("a", Convolution(SlidingWindow(kernel: [3, 3])), "x", "w")])
        == "node 'a' (Convolution): has weights of shape [2, 2, 3, 3] in 1 groups for 3 channels")
  }
}
