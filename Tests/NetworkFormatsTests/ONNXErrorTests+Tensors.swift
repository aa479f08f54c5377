import Foundation
import WinnowONNXSchema

@testable import WinnowNetworkFormats

/// Malformed constants.
extension ONNXErrorTests {
  static let tensors: [Case] = [
    Case("an initialiser has no name") { $0.floats("", [1], [1]) },
    Case("two values are named 'w'") {
      $0.floats("w", [1], [1])
      $0.floats("w", [1], [1])
    },
    Case("the tensor 'w' has 3 elements of data for the shape [2, 2]") {
      $0.floats("w", [2, 2], [1, 2, 3])
    },
    Case("the tensor 'w' has 3 bytes of data for the shape [2]") {
      $0.floats("w", [2], [])
      $0.model.graph.initializer[0].rawData = Data([1, 2, 3])
    },
    Case("the tensor 'w' has 0 bytes of data for the shape [4096, 4096]") {
      $0.floats("w", [4096, 4096], [])
    },
    Case("the tensor 'w' has the negative dimension -2") { $0.floats("w", [-2], []) },
    Case("the tensor 'w' has dimensions [4294967296, 4294967296], more than 67108864 elements") {
      $0.floats("w", [1 << 32, 1 << 32], [])
    },
    Case("the tensor 'w' has 70 dimensions; 64 are possible") {
      $0.floats("w", Array(repeating: 1, count: 70), [1])
    },
    Case(
      "the tensor 'w' keeps its data in another file; put it into the model: onnx.save(onnx.load('model.onnx'), 'whole.onnx')"
    ) {
      $0.floats("w", [2], [])
      $0.model.graph.initializer[0].dataLocation = .external
    },
    Case("the tensor 'w' is one segment of a split tensor; store it whole") {
      $0.floats("w", [1], [1])
      $0.model.graph.initializer[0].segment = Onnx_TensorProto.Segment()
    },
    Case("the tensor 'w' holds text, which no operator here takes") {
      $0.floats("w", [1], [])
      $0.model.graph.initializer[0].dataType = 8
    },
    Case("the tensor 'w' has elements of ONNX type 99, which Winnow does not read") {
      $0.floats("w", [1], [1])
      $0.model.graph.initializer[0].dataType = 99
    },
    Case("the tensor 'w' holds 18446744073709551615; integers up to 2^63 − 1 are possible") {
      $0.floats("w", [1], [])
      $0.model.graph.initializer[0].dataType = 13
      $0.model.graph.initializer[0].uint64Data = [.max]
    },
    Case("constant 'w' holds a NaN or an infinity") {
      $0.floats("w", [4], [1, .nan, 0, 0])
      $0.node("Add", ["x", "w"], ["y"])
    },
  ]
}
