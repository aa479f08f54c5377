import WinnowONNXSchema
import Testing
import WinnowNetworkIR

@testable import WinnowNetworkFormats

/// Diagnostics of the operators that trained networks bring, and what they become.
@Suite struct ONNXTrainingOperatorTests {
  static let cases: [ONNXErrorTests.Case] = [
    .init(
      "node 'n' (ConvTranspose): would have to add rows to reach output_shape [40]; set output_padding"
    ) {
      $0.image()
      $0.node("ConvTranspose", ["x", "w"], ["y"], [.integers("output_shape", [40])])
    },
    .init("node 'n' (ConvTranspose): has kernel_shape [2] and weights of shape [2, 1, 3]") {
      $0.image()
      $0.node("ConvTranspose", ["x", "w"], ["y"], [.integers("kernel_shape", [2])])
    },
    .init("node 'n' (ConvTranspose): has an output_padding or output_shape out of the range to 2^20") {
      $0.image()
      $0.node("ConvTranspose", ["x", "w"], ["y"], [.integers("output_padding", [.max])])
    },
    .init("node 'n' (Resize): interpolates; only the mode 'nearest' is possible") {
      $0.node("Resize", ["x", "", "s"], ["y"], [.string("mode", "linear")])
    },
    .init("node 'n' (Resize): resizes by 1.5; whole factors from 1 are possible") {
      $0.floats("s", [2], [1, 1.5])
      $0.node("Resize", ["x", "", "s"], ["y"])
    },
    .init(
      "node 'n' (Resize): has coordinate_transformation_mode 'asymmetric' with nearest_mode 'ceil', which does not repeat pixels; export with 'asymmetric' and 'floor'"
    ) {
      $0.floats("s", [2], [1, 2])
      $0.node(
        "Resize", ["x", "", "s"], ["y"],
        [.string("coordinate_transformation_mode", "asymmetric"), .string("nearest_mode", "ceil")])
    },
    .init("node 'n' (Resize): has neither scales nor sizes for 2 axes") {
      $0.node("Resize", ["x"], ["y"])
    },
    .init(
      "node 'n' (Softmax): joins the axes from 0 on, as before version 13; convert the file with onnx.version_converter",
      opset: 11
    ) {
      $0.node("Softmax", ["x"], ["y"], [.integer("axis", 0)])
    },
    .init(
      "node 'n' (GroupNormalization): has a scale per group, as before version 21; convert the file with onnx.version_converter",
      opset: 18
    ) {
      $0.floats("c", [2], [1, 1])
      $0.node("GroupNormalization", ["x", "c", "c"], ["y"], [.integer("num_groups", 2)])
    },
    .init(
      "node 'n' (LayerNormalization): takes a scale and a bias of the shape of the normalised axes, [4]",
      opset: 17
    ) {
      $0.floats("c", [2], [1, 1])
      $0.node("LayerNormalization", ["x", "c"], ["y"])
    },
    .init("node 'n' (ScatterND): has the indices [2] integer; one index a row, [entries, 1], is possible") {
      $0.integers("i", [0, 1])
      $0.node("ScatterND", ["x", "i", "x"], ["y"])
    },
    .init("node 'n' (ScatterND): has reduction = 'mul'; none, add, max, min are possible", opset: 18) {
      $0.model.graph.initializer.append(.column("i", [0]))
      $0.node("ScatterND", ["x", "i", "x"], ["y"], [.string("reduction", "mul")])
    },
    .init(
      "node 'n' (ScatterElements): writes single elements of [1, 4] float32; export ScatterND, which writes rows"
    ) {
      $0.integers("i", [0])
      $0.node("ScatterElements", ["x", "i", "x"], ["y"])
    },
    .init("node 'n' (TopK): lacks its number k") { $0.node("TopK", ["x"], ["y", "p"]) },
    .init("node 'n' (TopK): takes 5 of 4 elements") {
      $0.integers("k", [5])
      $0.node("TopK", ["x", "k"], ["y", "p"])
    },
    .init("node 'n' (ArgMax): takes the last of equal elements; the first is possible") {
      $0.node("ArgMax", ["x"], ["y"], [.flag("select_last_index", true)])
    },
    .init("node 'n' (Gelu): has approximate = 'sigmoid'", opset: 20) {
      $0.node("Gelu", ["x"], ["y"], [.string("approximate", "sigmoid")])
    },
    .init(
      "node 'n' (Selu): has alpha = 1.0 and gamma = 1.050701; only the published constants are possible"
    ) {
      $0.node("Selu", ["x"], ["y"], [.float("alpha", 1)])
    },
    .init("node 'n' (Dropout): has the rate 1.5; at least 0 and less than 1 is possible", opset: 11) {
      $0.node("Dropout", ["x"], ["y"], [.float("ratio", 1.5)])
    },
    .init("node 'n' (Where): takes booleans as its mask, not [1, 4] float32") {
      $0.node("Where", ["x", "x", "x"], ["y"])
    },
  ]

  @Test(arguments: cases) func diagnostic(_ item: ONNXErrorTests.Case) throws {
    var model = ModelUnderTest(opset: item.opset)
    item.build(&model)
    #expect(message { _ = try model.read() } == item.text)
  }

  /// Decimals are those meant, not the floats' own: 0.3, 1e-3.
  @Test func decimals() throws {
    var model = ModelUnderTest(opset: 17)
    model.floats("ratio", [], [0.3])
    model.floats("scale", [4], [1, 1, 1, 1])
    model.node("Dropout", ["x", "ratio"], ["d"])
    model.node("Elu", ["d"], ["e"], name: "m", [.float("alpha", 0.3)])
    model.node("LayerNormalization", ["e", "scale"], ["y"], name: "l", [.float("epsilon", 1e-3)])
    let network = try model.read()
    #expect(network.nodes[0].operation as? Dropout == Dropout(rate: 0.3))
    #expect(network.nodes[1].operation as? Elu == Elu(alpha: 0.3))
    #expect(network.nodes[2].operation as? LayerNormalization == LayerNormalization(epsilon: 1e-3))
  }

  /// Zeros beside exact updates are exact: a sum over segments stays fixed point.
  @Test func scatteredSumsStayExact() throws {
    var model = ModelUnderTest(opset: 18, domains: ["qonnx.custom_op.general": 1])
    model.quant()
    model.model.graph.node[0].output = ["q"]
    model.floats("zeros", [3, 4], Array(repeating: 0, count: 12))
    model.model.graph.initializer.append(.column("ids", [2]))
    model.node("ScatterND", ["zeros", "ids", "q"], ["y"], name: "s", [.string("reduction", "add")])
    let network = try model.read()
    #expect(try network.verify()["y"] == TensorType([3, 4], .fixed(fraction: 1)))
    _ = try FixedPointProgram(network)
  }
}

extension Onnx_TensorProto {
  /// Indices of shape [entries, 1].
  fileprivate static func column(_ name: String, _ values: [Int64]) -> Self {
    var tensor = Self()
    tensor.name = name
    tensor.dims = [Int64(values.count), 1]
    tensor.dataType = 7
    tensor.int64Data = values
    return tensor
  }
}

extension ModelUnderTest {
  /// An image of one dimension and weights for it.
  fileprivate mutating func image() {
    model.graph.input[0] = Self.value("x", [1, 2, 8])
    floats("w", [2, 1, 3], [1, 2, 3, 4, 5, 6])
  }
}
