import WinnowONNXSchema
import Foundation
import Testing
import WinnowNetworkIR

@testable import WinnowNetworkFormats

/// Files that are large, deep or unusual and are read, or refused in time.
@Suite struct ONNXReadingTests {
  /// Fraction bits double at each product: the reader stops long before `Int` does.
  @Test func manySquares() {
    var model = ModelUnderTest(domains: ["qonnx.custom_op.general": 1])
    model.floats("scale", [], [0.5])
    model.floats("zero", [], [0])
    model.floats("bits", [], [4])
    model.node("Quant", ["x", "scale", "zero", "bits"], ["v0"], domain: "qonnx.custom_op.general")
    for index in 0..<80 {
      model.node("Mul", ["v\(index)", "v\(index)"], ["v\(index + 1)"], name: "square\(index)")
    }
    #expect(
      message { _ = try model.read() }
        == "node 'square12' (Mul): the value 'v13' would have 8192 fraction bits; quantise before it")
  }

  /// A chain far longer than a thread's stack, in reverse order.
  @Test func longChains() throws {
    var model = ModelUnderTest()
    let count = 20_000
    model.model.graph.node = (0..<count).reversed().map { index in
      var node = Onnx_NodeProto()
      node.opType = "Relu"
      node.input = [index == 0 ? "x" : "v\(index - 1)"]
      node.output = [index == count - 1 ? "y" : "v\(index)"]
      return node
    }
    let network = try model.read()
    #expect(network.nodes.count == count)
    #expect(network.nodes.last?.outputs == ["y"])
  }

  /// Protobuf messages nested without end.
  @Test func nestedMessages() {
    var bytes: [UInt8] = []
    for _ in 0..<100_000 {
      // Field 7 of a model or field 5 of a node would nest; the length is wrong but large.
      bytes += [0x3a, 0x80, 0x80, 0x04]
    }
    #expect(message { _ = try NetworkFile.decode([0x08, 0x08] + bytes) } != nil)
  }

  @Test func namesThatRepeat() throws {
    var model = ModelUnderTest()
    model.node("Relu", ["x"], ["a"], name: "same")
    model.node("Relu", ["a"], ["b"], name: "same")
    model.node("Relu", ["b"], ["c"], name: "")
    model.node("Relu", ["c"], ["y"], name: "c")
    let network = try model.read()
    #expect(network.nodes.map(\.name) == ["same", "same_2", "c", "c_2"])
  }

  @Test func typedFieldsAndHalves() throws {
    var model = ModelUnderTest()
    var half = Onnx_TensorProto()
    half.name = "half"
    half.dims = [4]
    half.dataType = Int32(Onnx_TensorProto.DataType.float16.rawValue)
    half.int32Data = [0x3c00, 0xc000, 0x0001, 0x7bff]
    var brain = half
    brain.name = "brain"
    brain.dataType = Int32(Onnx_TensorProto.DataType.bfloat16.rawValue)
    brain.int32Data = []
    brain.rawData = Data([0x80, 0x3f, 0x00, 0xc0, 0x00, 0x00, 0x7f, 0x43])
    var double = half
    double.name = "double"
    double.dataType = Int32(Onnx_TensorProto.DataType.double.rawValue)
    double.int32Data = []
    double.doubleData = [0.1, 0.2, 0.3, 0.4]
    model.model.graph.initializer = [half, brain, double]
    model.node("Sum", ["x", "half", "brain", "double"], ["y"])
    let network = try model.read()
    #expect(network.constants["half"]?.elements == .float32([1, -2, 0x1p-24, 65504]))
    #expect(network.constants["brain"]?.elements == .float32([1, -2, 0, 255]))
    #expect(network.constants["double"]?.elements == .float64([0.1, 0.2, 0.3, 0.4]))
  }

  /// A float constant takes the form that its readers need, and its own name where they agree.
  @Test func formsOfConstants() throws {
    var model = ModelUnderTest(domains: ["qonnx.custom_op.general": 1])
    model.quant()
    model.model.graph.node[0].output = ["q"]
    model.floats("c", [4], [0.5, 1, 2, 0.1])
    model.node("Add", ["q", "c"], ["a"], name: "add")
    model.node("Mul", ["a", "c"], ["y"], name: "mul")
    var network = try model.read()
    #expect(network.constants.keys.sorted() == ["c"])
    #expect(network.constants["c"] == Tensor([4], .float32([0.5, 1, 2, 0.1])).exactlyFixed)
    model.node("Sub", ["x", "c"], ["z"], name: "sub")
    network = try model.read()
    #expect(network.constants["c"]?.elementType == .float32)
    #expect(network.constants["c/fixed"]?.elementType == .fixed(fraction: 27))
    #expect(network.nodes.first { $0.name == "mul" }?.inputs == ["a", "c/fixed"])
    // More than 64 bits: the sum is of real numbers then.
    model.floats("wide", [4], [1e20, 1e-20, 0, 0])
    model.node("Add", ["q", "wide"], ["w"], name: "wide_sum")
    network = try model.read()
    #expect(network.constants["wide"]?.elementType == .float32)
    #expect(try network.verify()["w"]?.element == .float64)
  }
}
