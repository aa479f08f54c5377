import WinnowONNXSchema
import Foundation
import Testing
import WinnowNetworkIR

@testable import WinnowNetworkFormats

/// One malformed file per diagnostic.
@Suite struct ONNXErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var opset: Int64 = 13
    var build: @Sendable (inout ModelUnderTest) -> Void
    var testDescription: String { text }

    init(_ text: String, opset: Int64 = 13, _ build: @escaping @Sendable (inout ModelUnderTest) -> Void) {
      self.text = text
      self.opset = opset
      self.build = build
    }
  }

  @Test(arguments: graphs + tensors + operators + quantisers)
  func diagnostic(_ item: Case) throws {
    var model = ModelUnderTest(opset: item.opset)
    item.build(&model)
    #expect(message { _ = try model.read() } == item.text)
  }

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

  static let quantisers: [Case] = [
    Case(
      "node 'n' (Quant): has a zero point other than 0; exact fixed point needs 0 and a power-of-two scale: quantise symmetrically"
    ) {
      $0.quant(zero: 3)
    },
    Case(
      "node 'n' (Quant): has the scale 0.30000001192092896; exact fixed point needs a power of two: retrain or round the scales (Brevitas: POWER_OF_TWO scaling)"
    ) {
      $0.quant(scale: 0.3)
    },
    Case("node 'n' (Quant): has a scale that is not a positive number") { $0.quant(scale: -0.5) },
    Case("node 'n' (Quant): has the bit width 3.5; a whole number from 0 to 64 is possible") {
      $0.quant(bits: 3.5)
    },
    Case("node 'n' (Quant): has the bit width 65.0; a whole number from 0 to 64 is possible") {
      $0.quant(bits: 65)
    },
    Case("node 'n' (Quant): has the bit width nan; a whole number from 0 to 64 is possible") {
      $0.quant(bits: .nan)
    },
    Case(
      "node 'n' (Quant): has the rounding mode CEIL, which no fixed-point type has; ROUND, HALF_EVEN, FLOOR, DOWN, HALF_UP and HALF_DOWN are possible"
    ) {
      $0.quant([.string("rounding_mode", "CEIL")])
    },
    Case("node 'n' (Quant): has the unknown rounding mode 'SIDEWAYS'") {
      $0.quant([.string("rounding_mode", "SIDEWAYS")])
    },
    Case(
      "node 'n' (Quant): is narrow and unsigned with one bit or several formats; narrow = 0, or one format of 2 bits or more, is possible"
    ) {
      $0.quant(bits: 1, [.flag("signed", false), .flag("narrow", true)])
    },
    Case("node 'n' (Quant): has a signed format of 0 bits; pruned weights are unsigned with 0 bits, or zeros")
    {
      $0.quant(bits: 0)
    },
    Case(
      "node 'n' (Quant): computes its scale ('x'); it must be a constant: export with constant folding or fixed shapes"
    ) {
      $0.node("Quant", ["x", "x", "x", "x"], ["y"], domain: "onnx.brevitas")
    },
    Case("node 'n' (Quant): has parameters of shape [65536, 65536] for [1, 4] float32") {
      $0.floats("scale", [1 << 16, 1], Array(repeating: 1, count: 1 << 16))
      $0.floats("bits", [1, 1 << 16], Array(repeating: 1, count: 1 << 16))
      $0.floats("zero", [], [0])
      $0.node("Quant", ["x", "scale", "zero", "bits"], ["y"], domain: "onnx.brevitas")
    },
    Case("node 'n' (Trunc): has an output bit width that is not one integer from 0 to 4") {
      $0.floats("scale", [], [1])
      $0.floats("zero", [], [0])
      $0.floats("bits", [], [4])
      $0.floats("more", [], [5])
      $0.node("Trunc", ["x", "scale", "zero", "bits", "more"], ["y"], domain: "qonnx.custom_op.general")
    },
    Case("node 'n' (BipolarQuant): has a scale that is not finite or spans too many orders of magnitude") {
      $0.floats("scale", [], [.infinity])
      $0.node("BipolarQuant", ["x", "scale"], ["y"], domain: "qonnx.custom_op.general")
    },
  ]

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

extension ModelUnderTest {
  /// An image of one dimension and weights for it.
  fileprivate mutating func image() {
    model.graph.input[0] = Self.value("x", [1, 2, 8])
    floats("w", [1, 2, 3], [1, 2, 3, 4, 5, 6])
  }

  fileprivate mutating func note(_ text: String) {
    var entry = Onnx_StringStringEntryProto()
    entry.key = "winnow.input:x"
    entry.value = text
    model.metadataProps = [entry]
    node("Relu", ["x"], ["y"])
  }
}
