import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

/// A scaler as first layer gives the numbers of the scaler.
@Suite struct ScalerNetworkTests {
  /// 50 events of `shape`: positive, of sizes from 1 to 100, with equal values among them.
  private func column(_ shape: [Int]) throws -> TrainingColumn {
    var stream = RandomStream(seed: 8)
    let count = shape.reduce(1, *)
    let values = (0..<50 * count).map { index in
      index % 7 == 0 ? 0 : stream.uniform(in: 0..<1) * [1, 10, 100][index % count % 3]
    }
    return try TrainingColumn("x", NumericArray(doubles: values, shape: [50] + shape))
  }

  private func network(_ shape: [Int]) -> Network {
    let input = TensorType([.symbol("batch", bound: nil)] + shape.map(Dimension.fixed), .float32)
    return Network(
      name: "net", inputs: [Network.Input("x", input)],
      nodes: [Node("y", Absolute(), "x"), Node("z", Arithmetic(.add), "x", "y")], outputs: ["z"])
  }

  static let methods: [Scaler.Method] = [
    .standard, .robust(), .minMax(lower: -2, upper: 3), .quantile(count: 9),
    .quantile(count: 20, output: .normal),
  ]

  @Test(arguments: methods, [[3], [2, 3], []])
  func interpretedEqualsTheScaler(_ method: Scaler.Method, _ shape: [Int]) throws {
    let column = try column(shape)
    for logarithmic in [[], [0], Set(0..<column.count)] {
      let scaler = try Scaler.fit(
        method, to: column, rows: RowSet(0..<40), logarithmic: logarithmic)
      let (scaled, nodes) = try scaler.prepended(to: network(shape), input: "x")
      #expect(scaled.inputs == network(shape).inputs && scaled.outputs == ["z"])
      #expect(Set(scaled.nodes.map(\.name)) == Set(nodes).union(["y", "z"]))
      var values: [Float] = []
      try column.read(0..<50, into: &values)
      let result = try Interpreter(scaled).run([
        "x": Tensor([50] + shape, .float32(values))
      ])
      var expected = values
      scaler.scale(&expected)
      // z = x + |x|. Constants and each step are rounded to 24 bits; the largest intermediate is
      // the offset over the width (below 100) or a sum of 64 pieces: 64 · 100 · 2⁻²⁴ < 4e-4.
      for (a, b) in zip(result[0].elements.doubles, expected) {
        #expect(abs(a - Double(b + abs(b))) < 4e-4)
      }
    }
  }

  @Test func foldsIntoTheFirstDenseLayer() throws {
    let column = try column([3])
    let scaler = try Scaler.fit(.standard, to: column, rows: RowSet(0..<50))
    let type = TensorType([.symbol("batch", bound: nil), 3], .float32)
    let dense = Network(
      name: "net", inputs: [Network.Input("x", type)],
      constants: [
        "w": Tensor([3, 2], .float32([1, -2, 0.5, 0.25, -1, 3])), "b": Tensor([2], .float32([0, 1])),
      ],
      nodes: [Node("y", Dense(), "x", "w", "b")], outputs: ["y"])
    let (network, nodes) = try scaler.prepended(to: dense, input: "x")
    #expect(nodes == ["x_scaler_normalization"])
    #expect(network.nodes[0].operation is BatchNormalization)
    #expect(network.constants["x_scaler_normalization_factor"] == Tensor([3], .float32([1, 1, 1])))
    #expect(network.constants["x_scaler_normalization_bias"] == Tensor([3], .float32([0, 0, 0])))
    let folded = try PassPipeline.standard.run(on: network)
    #expect(folded.nodes.map(\.name) == ["y"])
    var values: [Float] = []
    try column.read(0..<50, into: &values)
    let x = Tensor([50, 3], .float32(values))
    let before = try Interpreter(network).run(["x": x])[0].elements.doubles
    let after = try Interpreter(folded).run(["x": x])[0].elements.doubles
    // Three products of numbers below 10, constants rounded to 24 bits.
    for (a, b) in zip(before, after) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func inputsThatDoNotFit() throws {
    let scaler = try Scaler.fit(.standard, to: column([3]), rows: RowSet(0..<50))
    #expect(
      dataMessage { _ = try scaler.prepended(to: network([3]), input: "q") }
        == "network 'net' has no input 'q'; it has 'x'")
    #expect(
      dataMessage { _ = try scaler.prepended(to: network([4]), input: "x") }
        == "input 'x' has the shape [batch, 4] float32, and the scaler was fitted to [3] per event; "
        + "fit it to a column of the input's shape")
    var integer = network([3])
    integer.inputs[0].type.element = .integer
    #expect(
      dataMessage { _ = try scaler.prepended(to: integer, input: "x") }
        == "input 'x' holds integer; a scaler takes floats")
    let tight = try TrainingColumn("x", NumericArray(doubles: [0, 1e-42, 1]))
    let quantile = try Scaler.fit(.quantile(count: 3), to: tight, rows: RowSet(0..<3))
    #expect(
      dataMessage { _ = try quantile.prepended(to: network([]), input: "x") }?
        .hasSuffix("its values lie too close together or too far out: use another scaler") == true)
  }

  /// A flat input takes a column of more axes.
  @Test func flattenedInput() throws {
    let scaler = try Scaler.fit(.standard, to: column([2, 3]), rows: RowSet(0..<50))
    let (network, nodes) = try scaler.prepended(to: network([6]), input: "x")
    #expect(nodes.count == 1)
    #expect(network.constants["x_scaler_normalization_mean"]?.shape == [6])
  }
}
