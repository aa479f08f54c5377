import WinnowONNXSchema
import Foundation
@testable import WinnowNetworkFormats
import WinnowNetworkIR

/// Small ONNX models for tests, malformed ones too.
struct ModelUnderTest {
  var model = Onnx_ModelProto()

  /// `y = Relu(x)` with x [1, 4] unless told otherwise.
  init(opset: Int64 = 13, domains: [String: Int64] = [:]) {
    model.irVersion = 8
    model.graph.name = "test"
    model.graph.input = [Self.value("x", [1, 4])]
    model.graph.output = [Self.value("y", [1, 4])]
    for (domain, version) in [("", opset)] + domains.sorted(by: { $0.key < $1.key }) {
      var entry = Onnx_OperatorSetIdProto()
      entry.domain = domain
      entry.version = version
      model.opsetImport.append(entry)
    }
  }

  static func value(_ name: String, _ shape: [Int64], type: Int32 = 1) -> Onnx_ValueInfoProto {
    var info = Onnx_ValueInfoProto()
    info.name = name
    var tensor = Onnx_TypeProto.Tensor()
    tensor.elemType = type
    tensor.shape = Onnx_TensorShapeProto()
    tensor.shape.dim = shape.map {
      var dimension = Onnx_TensorShapeProto.Dimension()
      dimension.dimValue = $0
      return dimension
    }
    info.type.tensorType = tensor
    return info
  }

  mutating func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], name: String? = nil, domain: String = "",
    _ attributes: [Onnx_AttributeProto] = []
  ) {
    var node = Onnx_NodeProto()
    node.opType = operation
    node.name = name ?? "n"
    node.domain = domain
    node.input = inputs
    node.output = outputs
    node.attribute = attributes
    model.graph.node.append(node)
  }

  mutating func floats(_ name: String, _ shape: [Int64], _ values: [Float]) {
    var tensor = Onnx_TensorProto()
    tensor.name = name
    tensor.dims = shape
    tensor.dataType = 1
    tensor.floatData = values
    model.graph.initializer.append(tensor)
  }

  mutating func integers(_ name: String, _ values: [Int64]) {
    var tensor = Onnx_TensorProto()
    tensor.name = name
    tensor.dims = [Int64(values.count)]
    tensor.dataType = 7
    tensor.int64Data = values
    model.graph.initializer.append(tensor)
  }

  mutating func quant(
    scale: Float = 0.5, zero: Float = 0, bits: Float = 4, _ attributes: [Onnx_AttributeProto] = []
  ) {
    floats("scale", [], [scale])
    floats("zero", [], [zero])
    floats("bits", [], [bits])
    node("Quant", ["x", "scale", "zero", "bits"], ["y"], domain: "qonnx.custom_op.general", attributes)
  }

  func read() throws -> Network { try NetworkFile.decode(ONNXFile.encode(model)) }
}
