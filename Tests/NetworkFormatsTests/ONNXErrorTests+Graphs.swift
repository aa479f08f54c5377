import WinnowONNXSchema

@testable import WinnowNetworkFormats

/// Malformed graphs: names, order, shapes, domains.
extension ONNXErrorTests {
  static let graphs: [Case] = [
    Case("the graph has no outputs") {
      $0.node("Relu", ["x"], ["y"])
      $0.model.graph.output = []
    },
    Case("no node computes the output 'y'") { $0.model.graph.node = [] },
    Case("node 'n' (Relu): reads 'z', which nothing computes") { $0.node("Relu", ["z"], ["y"]) },
    Case("node 'n' (Relu): lacks input 1") { $0.node("Relu", [], ["y"]) },
    Case("the graph has a cycle through node 'n' (Relu)") {
      $0.node("Relu", ["b"], ["y"])
      $0.node("Tanh", ["y"], ["b"], name: "m")
    },
    Case("nodes 'n' and 'm' both compute 'y'") {
      $0.node("Relu", ["x"], ["y"])
      $0.node("Tanh", ["x"], ["y"], name: "m")
    },
    Case("two values are named 'x'") {
      $0.model.graph.input.append(ModelUnderTest.value("x", [1]))
    },
    Case("the graph has a cycle through node 'n' (Relu)") { $0.node("Relu", ["x"], ["x"]) },
    Case("node 'n' (Constant): two values are named 'x'") {
      $0.node("Constant", [], ["x"], [.integer("value_int", 1)])
    },
    Case("node 'n' (Relu): names 0 outputs; the operator has 1") { $0.node("Relu", ["x"], []) },
    Case("a graph input has no name") { $0.model.graph.input[0].name = "" },
    Case("the graph input 'x' is not a tensor") { $0.model.graph.input[0].type = Onnx_TypeProto() },
    Case("the graph input 'x' has no shape; export the model with shapes") {
      $0.model.graph.input[0].type.tensorType.clearShape()
    },
    Case("the graph input 'x' has the dimension -1; sizes from 0 to 67108864 are possible") {
      $0.model.graph.input[0] = ModelUnderTest.value("x", [-1, 4])
    },
    Case("the graph input 'x' has the dimension 9223372036854775807; sizes from 0 to 67108864 are possible") {
      $0.model.graph.input[0] = ModelUnderTest.value("x", [.max])
    },
    Case("the value 'x' has the shape [67108864, 67108864] float32, more than 67108864 elements") {
      $0.model.graph.input[0] = ModelUnderTest.value("x", [1 << 26, 1 << 26])
    },
    Case("the graph input 'x' has 65 dimensions; 64 are possible") {
      $0.model.graph.input[0] = ModelUnderTest.value("x", Array(repeating: 1, count: 65))
    },
    Case("the graph input 'x' has elements of ONNX type 8; float, double, integers and booleans are possible")
    {
      $0.model.graph.input[0] = ModelUnderTest.value("x", [1], type: 8)
    },
    Case("the file names no version of the ONNX operators (opset_import is missing)") {
      $0.model.opsetImport = []
      $0.node("Relu", ["x"], ["y"])
    },
    Case(
      "the file uses version 6 of the ONNX operators; Winnow reads 7 to 28: convert it with onnx.version_converter",
      opset: 6
    ) {
      $0.node("Relu", ["x"], ["y"])
    },
    Case(
      "the file uses version 99 of the ONNX operators; Winnow reads 7 to 28: convert it with onnx.version_converter",
      opset: 99
    ) {
      $0.node("Relu", ["x"], ["y"])
    },
    Case(
      "the graph has sparse initialisers, which Winnow does not read; store them dense (onnx.numpy_helper)"
    ) {
      $0.model.graph.sparseInitializer = [Onnx_SparseTensorProto()]
    },
    Case("the metadata 'winnow.input:x' is not what Winnow writes there") { $0.note("{") },
    Case("the metadata of graph input 'x' does not fit its type") {
      $0.note(#"{"fraction":9223372036854775807}"#)
    },
    Case("node 'n' (LSTM): the operator is not supported; unroll the recurrence before the export") {
      $0.node("LSTM", ["x"], ["y"])
    },
    Case(
      "node 'n' (Shape): the operator is not supported; export with fixed shapes and constant folding (onnxsim removes shape computations)"
    ) {
      $0.node("Shape", ["x"], ["y"])
    },
    Case(
      "node 'n' (QuantizeLinear): the operator is not supported; only power-of-two scales are exact here: export QONNX Quant nodes (qonnx, Brevitas) with such scales"
    ) {
      $0.node("QuantizeLinear", ["x"], ["y"])
    },
    Case(
      "node 'n' (Relu): the operator of the domain 'ai.onnx.ml' is not supported; replace it before the export by operators that docs/formats.md lists"
    ) {
      $0.node("Relu", ["x"], ["y"], domain: "ai.onnx.ml")
    },
    Case("node 'n' (If): holds a subgraph; Winnow reads flat graphs: export the model without control flow") {
      var branch = Onnx_AttributeProto()
      branch.name = "then_branch"
      branch.type = .graph
      branch.g = Onnx_GraphProto()
      $0.node("If", ["x"], ["y"], [branch])
    },
    Case("node 'n' (Relu): has the attribute 'axis', which Winnow does not know for this operator") {
      $0.node("Relu", ["x"], ["y"], [.integer("axis", 1)])
    },
    Case("node 'n' (Concat): has an attribute 'axis' of the wrong type") {
      $0.node("Concat", ["x"], ["y"], [.float("axis", 1)])
    },
    Case("node 'n' (Imaginary): Winnow has no such operator; the file may come from a newer version") {
      $0.node("Imaginary", ["x"], ["y"], domain: "org.winnow")
    },
    Case("node 'n' (Clip): its parameters '{\"low\":\"a\"}' do not fit the operator") {
      $0.node("Clip", ["x"], ["y"], domain: "org.winnow", [.string("parameters", #"{"low":"a"}"#)])
    },
    Case("node 'n' (FixedPoint): lacks the attribute 'fraction', or it is out of range") {
      $0.integers("i", [1])
      $0.node("FixedPoint", ["i"], ["y"], domain: "org.winnow", [.integer("fraction", 1 << 40)])
    },
    Case("node 'n' (FixedPoint): takes integers, not [1] float32") {
      $0.floats("i", [1], [1])
      $0.node("FixedPoint", ["i"], ["y"], domain: "org.winnow", [.integer("fraction", 1)])
    },
  ]
}

extension ModelUnderTest {
  fileprivate mutating func note(_ text: String) {
    var entry = Onnx_StringStringEntryProto()
    entry.key = "winnow.input:x"
    entry.value = text
    model.metadataProps = [entry]
    node("Relu", ["x"], ["y"])
  }
}
