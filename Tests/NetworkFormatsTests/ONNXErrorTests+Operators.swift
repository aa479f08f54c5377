import Foundation
import WinnowONNXSchema

@testable import WinnowNetworkFormats

/// Operators with attributes and inputs that they cannot have.
extension ONNXErrorTests {
  static let operators: [Case] = [
    Case(
      "node 'n' (MatMul): multiplies [1, 4] float32 by weights [1, 4] float32; the last axis must equal the weights' first"
    ) {
      $0.node("MatMul", ["x", "x"], ["y"])
    },
    Case("node 'n' (MatMul): multiplies by [4] float32; the right factor must be a matrix [inputs, outputs]")
    {
      $0.floats("w", [4], [1, 1, 1, 1])
      $0.node("MatMul", ["x", "w"], ["y"])
    },
    Case("node 'n' (Gemm): multiplies [1, 4] float32 by [4] float32; both must be matrices") {
      $0.floats("w", [4], [1, 1, 1, 1])
      $0.node("Gemm", ["x", "w"], ["y"])
    },
    Case(
      "node 'n' (Div): divides by a computed value; only constants are possible: compare products instead, or tabulate the reciprocal of a quantised value (Reciprocal, Quant, Mul)"
    ) {
      $0.node("Div", ["x", "x"], ["y"])
    },
    Case("node 'n' (Div): divides by zero or by a number that is not finite") {
      $0.floats("c", [], [0])
      $0.node("Div", ["x", "c"], ["y"])
    },
    Case("node 'n' (Add): has 3 inputs; it takes 2") { $0.node("Add", ["x", "x", "x"], ["y"]) },
    Case("node 'n' (Conv): has a kernel [1], strides [1] and dilations [1] for the input [1, 4] float32") {
      $0.floats("w", [1, 4, 1], [1, 1, 1, 1])
      $0.node("Conv", ["x", "w"], ["y"])
    },
    Case(
      "node 'n' (Conv): has a kernel [3], strides [1, 1] and dilations [1] for the input [1, 2, 8] float32"
    ) {
      $0.image()
      $0.node("Conv", ["x", "w"], ["y"], [.integers("strides", [1, 1])])
    },
    Case("node 'n' (Conv): has kernel_shape [2] and weights of shape [1, 2, 3]") {
      $0.image()
      $0.node("Conv", ["x", "w"], ["y"], [.integers("kernel_shape", [2])])
    },
    Case("node 'n' (Conv): has a kernel, stride or dilation out of the range 1 to 2^20") {
      $0.image()
      $0.node("Conv", ["x", "w"], ["y"], [.integers("dilations", [0])])
    },
    Case("node 'n' (Conv): has the padding [-1, 0]; 2 numbers from 0 are possible") {
      $0.image()
      $0.node("Conv", ["x", "w"], ["y"], [.integers("pads", [-1, 0])])
    },
    Case("node 'n' (Conv): has auto_pad = 'SOME'") {
      $0.image()
      $0.node("Conv", ["x", "w"], ["y"], [.string("auto_pad", "SOME")])
    },
    Case("node 'n' (Conv): has weights of shape [1, 2, 3] in 9223372036854775807 groups for 2 channels") {
      $0.image()
      $0.node("Conv", ["x", "w"], ["y"], [.integer("group", .max)])
    },
    Case("node 'n' (MaxPool): lacks the attribute 'kernel_shape'") { $0.node("MaxPool", ["x"], ["y"]) },
    Case(
      "node 'n' (AveragePool): has ceil_mode with count_include_pad and a window that sticks out; pad explicitly"
    ) {
      $0.image()
      $0.node(
        "AveragePool", ["x"], ["y"],
        [
          .integers("kernel_shape", [3]), .integers("strides", [2]), .flag("ceil_mode", true),
          .flag("count_include_pad", true),
        ])
    },
    Case("node 'n' (AveragePool): has a window that lies in the padding alone") {
      $0.image()
      $0.node("AveragePool", ["x"], ["y"], [.integers("kernel_shape", [1]), .integers("pads", [1, 0])])
    },
    Case("node 'n' (GlobalMaxPool): takes [batch, channel, rows, …], not [1, 4] float32") {
      $0.node("GlobalMaxPool", ["x"], ["y"])
    },
    Case("node 'n' (BatchNormalization): is in training mode or not spatial; export the model for inference")
    {
      $0.node("BatchNormalization", ["x"], ["y"], [.flag("training_mode", true)])
    },
    Case("node 'n' (Dropout): is in training mode; export the model for inference") {
      $0.floats("mode", [], [1])
      $0.node("Dropout", ["x", "", "mode"], ["y"])
    },
    Case("node 'n' (Clip): has a bound that is NaN") {
      $0.floats("low", [], [.nan])
      $0.node("Clip", ["x", "low"], ["y"])
    },
    Case("node 'n' (Clip): clips to 1.0…0.0; the bounds must be finite and in order") {
      $0.floats("low", [], [1])
      $0.floats("high", [], [0])
      $0.node("Clip", ["x", "low", "high"], ["y"])
    },
    Case("node 'n' (LeakyRelu): has the slope nan; between −1024 and 1024 is possible") {
      $0.node("LeakyRelu", ["x"], ["y"], [.float("alpha", .nan)])
    },
    Case("node 'n' (Cast): casts to something other than a float; use Quant nodes, or Less and Greater") {
      $0.node("Cast", ["x"], ["y"], [.integer("to", 7)])
    },
    Case("node 'n' (Constant): holds no value") { $0.node("Constant", [], ["y"]) },
    Case("node 'n' (Concat): lacks the attribute 'axis'") { $0.node("Concat", ["x"], ["y"]) },
    Case("node 'n' (Transpose): permutes axes by [0, 0] on a tensor of rank 2") {
      $0.node("Transpose", ["x"], ["y"], [.integers("perm", [0, 0])])
    },
    Case(
      "node 'n' (Reshape): computes its shape ('x'); it must be a constant: export with constant folding or fixed shapes"
    ) {
      $0.node("Reshape", ["x", "x"], ["y"])
    },
    Case("node 'n' (Reshape): has the shape [1] float32; a list of integers is possible") {
      $0.floats("s", [1], [4])
      $0.node("Reshape", ["x", "s"], ["y"])
    },
    Case("node 'n' (Reshape): cannot bring [1, 4] into the shape [3]") {
      $0.integers("s", [3])
      $0.node("Reshape", ["x", "s"], ["y"])
    },
    Case("node 'n' (Reshape): makes an empty tensor (allowzero with an extent of 0)", opset: 14) {
      $0.integers("s", [0])
      $0.node("Reshape", ["x", "s"], ["y"], [.flag("allowzero", true)])
    },
    Case("node 'n' (Flatten): has the axis 3 for [1, 4] float32") {
      $0.node("Flatten", ["x"], ["y"], [.integer("axis", 3)])
    },
    Case("node 'n' (Squeeze): squeezes the axis 1 of [1, 4] float32, which is not 1") {
      $0.integers("a", [1])
      $0.node("Squeeze", ["x", "a"], ["y"])
    },
    Case("node 'n' (Unsqueeze): lacks its axes") { $0.node("Unsqueeze", ["x"], ["y"]) },
    Case("node 'n' (Unsqueeze): adds an axis twice") {
      $0.integers("a", [0, 0])
      $0.node("Unsqueeze", ["x", "a"], ["y"])
    },
    Case("node 'n' (Pad): pads in another mode than 'constant'; zeros are possible") {
      $0.node("Pad", ["x"], ["y"], [.string("mode", "reflect")])
    },
    Case("node 'n' (Pad): pads with 1.0; zeros are possible") {
      $0.integers("p", [0, 0, 0, 1])
      $0.floats("v", [], [1])
      $0.node("Pad", ["x", "p", "v"], ["y"])
    },
    Case("node 'n' (Pad): pads by [0, 0, 0, -1] a tensor of rank 2; negative padding is a Slice") {
      $0.integers("p", [0, 0, 0, -1])
      $0.node("Pad", ["x", "p"], ["y"])
    },
    Case("node 'n' (Slice): lacks 'starts' or 'ends'") { $0.node("Slice", ["x"], ["y"]) },
    Case("node 'n' (Slice): slices with step 0") {
      $0.integers("i", [0])
      $0.node("Slice", ["x", "i", "i", "i", "i"], ["y"])
    },
    Case("node 'n' (Split): splits 4 elements into 3 equal parts") {
      $0.node("Split", ["x"], ["y", "z", "w"], [.integer("axis", 1)])
    },
    Case("node 'n' (Split): splits 4 elements into parts of [9223372036854775807, 1]") {
      $0.integers("s", [.max, 1])
      $0.node("Split", ["x", "s"], ["y", "z"], [.integer("axis", 1)])
    },
    Case("node 'n' (ReduceMax): axis 2 is out of range for a tensor of 2 dimensions") {
      $0.node("ReduceMax", ["x"], ["y"], [.integers("axes", [2])])
    },
    Case(
      "node 'n' (Mul): has the attribute keepdims = 2; 0 or 1 is possible".replacingOccurrences(
        of: "Mul", with: "ReduceSum")
    ) {
      $0.node("ReduceSum", ["x"], ["y"], [.integer("keepdims", 2)])
    },
  ]
}

extension ModelUnderTest {
  /// An image of one dimension and weights for it.
  fileprivate mutating func image() {
    model.graph.input[0] = Self.value("x", [1, 2, 8])
    floats("w", [1, 2, 3], [1, 2, 3, 4, 5, 6])
  }
}
