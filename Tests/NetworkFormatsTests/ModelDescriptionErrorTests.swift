import WinnowONNXSchema
import Testing
import WinnowNetworkIR

@testable import WinnowNetworkFormats

/// One malformed description per diagnostic.
@Suite struct ModelDescriptionErrorTests {
  static let type = #"{"signed":true,"width":8,"integer":4,"rounding":"TRN","overflow":"WRAP"}"#

  /// A description with one layer and the output `y` of it.
  static func description(
    _ layer: String, type: String = type, outputs: String = #"[{"name":"out","layer":"y","n":2}]"#
  ) -> String {
    """
    {"format":"hls4ml model description","format_version":1,"name":"d",
     "input":{"n":2,"type":\(type)},"layers":[\(layer)],"outputs":\(outputs)}
    """
  }

  static func dense(_ old: String = "", _ new: String = "") -> String {
    let text = """
      {"name":"y","op":"Dense","inputs":["input"],"n_in":2,"n_out":2,"weight_layout":"[input][output]",
       "weight_type":\(type),"bias_type":\(type),"product_type":null,"accumulator_type":null,
       "result_type":\(type),"weights":[1,2,3,4],"biases":[5,6]}
      """
    return old.isEmpty ? text : replaced(text, old, new)
  }

  static let convolution = """
    {"name":"y","op":"Conv2D","inputs":["input"],"input_shape":[2,1,1],"output_shape":[2,1,1],"kernel":[1,1],
     "stride":[1,1],"padding":[0,0,0,0],"weight_layout":"[filter][row][column][channel]","weight_type":\(type),
     "bias_type":\(type),"result_type":null,"weights":[1],"biases":[5]}
    """

  private static func replaced(_ text: String, _ old: String, _ new: String) -> String {
    text.replacing(old, with: new)
  }

  static func layer(_ operation: String, _ rest: String = "", inputs: String = #"["input"]"#) -> String {
    #"{"name":"y","op":"\#(operation)","inputs":\#(inputs)\#(rest.isEmpty ? "" : ",\(rest)")}"#
  }

  static func named(_ name: String) -> String { "layer 'y' (\(name)): " }

  static let cases: [(text: String, document: String)] = [
    ("the file is JSON but not an hls4ml model description ('format' is missing or another)", "{}"),
    (
      "the file is JSON but not an hls4ml model description ('format' is missing or another)",
      #"{"format":"else"}"#
    ),
    ("the description: 'format' is an integer, not a text", #"{"format":3}"#),
    (
      "the description: format version 2; Winnow reads version 1",
      #"{"format":"hls4ml model description","format_version":2}"#
    ),
    ("the description: 'format_version' is missing", #"{"format":"hls4ml model description"}"#),
    ("the description: 'input' is missing", #"{"format":"hls4ml model description","format_version":1}"#),
    (
      "the description, 'input' is an integer, not an object",
      #"{"format":"hls4ml model description","format_version":1,"name":"d","input":1}"#
    ),
    (
      "the description, 'input': 'n' holds 0; sizes from 1 to 67108864 are possible",
      replaced(description(dense()), #""n":2,"type""#, #""n":0,"type""#)
    ),
    (
      "the description, 'input', 'type': unknown rounding 'ROUND'; known are TRN, TRN_ZERO, RND, RND_ZERO, RND_INF, RND_MIN_INF, RND_CONV",
      description(dense(), type: replaced(type, "TRN", "ROUND"))
    ),
    (
      "the description, 'input', 'type': unknown overflow 'CLIP'; known are WRAP, SAT, SAT_ZERO, SAT_SYM",
      description(dense(), type: replaced(type, "WRAP", "CLIP"))
    ),
    (
      "the description, 'input', 'type': width 80 and integer 4; widths from 1 to 64 and integer parts up to ±256 bits are possible",
      description(dense(), type: replaced(type, #""width":8"#, #""width":80"#))
    ),
    (
      "the description, 'input', 'type': width 8 and integer -9223372036854775808; widths from 1 to 64 and integer parts up to ±256 bits are possible",
      description(dense(), type: replaced(type, #""integer":4"#, #""integer":-9223372036854775808"#))
    ),
    (
      "the description, 'input', 'type': 'signed' is not true or false",
      description(dense(), type: replaced(type, "true", "1"))
    ),
    (
      "the description, 'input', 'type': 'width' is the number 8.0, not an integer",
      description(dense(), type: replaced(type, #""width":8"#, #""width":8.0"#))
    ),
    (
      "the description, 'input': 'type' is missing or null; a fixed-point type must stand there",
      description(dense(), type: "null")
    ),
    ("layer 1 is an integer, not an object", description("1")),
    ("layer 1: 'op' is missing", description(#"{"name":"y"}"#)),
    (
      "layer 'y' (Warp): the operator is not known; known are Conv2D, Dense, Dot, GlobalAveragePooling1D, Normalize, OffsetDivide, OffsetShift, PointwiseConv1D, Quantize, ReLU, Reshape, SigmoidTable, SoftmaxTable, Subtract, SumOfSquares",
      description(layer("Warp"))
    ),
    (named("Dense") + "its input 'z' is no earlier layer", description(dense(#"["input"]"#, #"["z"]"#))),
    (
      named("Dense") + "it has 2 inputs; there must be 1",
      description(dense(#"["input"]"#, #"["input","input"]"#))
    ),
    (named("Dense") + "'n_in' is missing", description(dense(#""n_in":2,"#, ""))),
    (
      named("Dense") + "'weights' holds 4 numbers; there must be 6",
      description(dense(#""n_out":2"#, #""n_out":3"#))
    ),
    (
      named("Dense") + "its input has the shape [2]; [3] is needed",
      description(replaced(dense(#""n_in":2"#, #""n_in":3"#), "1,2,3,4", "1,2,3,4,5,6"))
    ),
    (
      named("Dense") + "the sizes [67108864, 2] make more than 67108864 elements",
      description(dense(#""n_in":2"#, #""n_in":67108864"#))
    ),
    (
      named("Dense") + "'n_in' holds -1; sizes from 1 to 67108864 are possible",
      description(dense(#""n_in":2"#, #""n_in":-1"#))
    ),
    (
      named("Dense") + "'weights' is a list, not a list of integers",
      description(dense("1,2,3,4", "1,2,3,4.5"))
    ),
    (
      named("Dense") + "'weights' is an object, not a list of integers", description(dense("[1,2,3,4]", "{}"))
    ),
    (
      named("Dense") + "'weights' holds 128 at place 2, which fixed<8,4> cannot hold",
      description(dense("1,2,3,4", "1,2,128,4"))
    ),
    (
      named("Dense") + "'biases' holds -129 at place 0, which fixed<8,4> cannot hold",
      description(dense("[5,6]", "[-129,6]"))
    ),
    (
      named("Dense") + "the weight layout '[output][input]' is not known; known are [input][output]",
      description(dense("[input][output]", "[output][input]"))
    ),
    (
      named("Dense") + "'weight_type' is missing or null; a fixed-point type must stand there",
      description(dense(#""weight_type":\#(type)"#, #""weight_type":null"#))
    ),
    ("layer 'y' (Dense): its name is empty or taken", description(dense() + "," + dense())),
    (
      "layer 'input' (Dense): its name is empty or taken",
      description(dense(#""name":"y""#, #""name":"input""#))
    ),
    (
      "layer 'input/cast' (Dense): its name is empty or taken",
      description(dense(#""name":"y""#, #""name":"input/cast""#))
    ),
    (
      named("Conv2D") + "'kernel' holds 1 numbers; there must be 2",
      description(replaced(convolution, #""kernel":[1,1]"#, #""kernel":[1]"#))
    ),
    (
      named("Conv2D") + "'output_shape' is [3, 1, 1]; the window gives [2, 1, 1]",
      description(replaced(convolution, #""output_shape":[2,1,1]"#, #""output_shape":[3,1,1]"#))
    ),
    (
      named("Conv2D") + "the padding [-1, 0, 0, 0] is not possible",
      description(replaced(convolution, "[0,0,0,0]", "[-1,0,0,0]"))
    ),
    (
      named("Conv2D")
        + "the weight layout '[channel]' is not known; known are [filter][row][column][channel], [row][column][channel][filter]",
      description(replaced(convolution, "[filter][row][column][channel]", "[channel]"))
    ),
    (
      named("Conv2D") + "has a window of 3 for a padded extent of 2",
      description(
        replaced(
          replaced(convolution, #""kernel":[1,1]"#, #""kernel":[3,1]"#), #""weights":[1]"#,
          #""weights":[1,1,1]"#))
    ),
    (
      named("Normalize") + "'n' is no multiple of 'n_filt'",
      description(layer("Normalize", #""n":2,"n_filt":3"#))
    ),
    (
      named("OffsetDivide") + "'divisors' holds a number that is no power of two",
      description(layer("OffsetDivide", #""offsets":[1,2],"divisors":[3,4]"#))
    ),
    (
      named("OffsetShift") + "'shifts' holds 200 at place 1, which fixed<8,4> cannot hold",
      description(
        layer(
          "OffsetShift",
          #""shape":[2],"offset_type":\#(type),"shift_type":\#(type),"difference_type":\#(type),"offsets":[1,2],"shifts":[1,200]"#
        ))
    ),
    (
      named("OffsetShift") + "shifts by more than 256 bits",
      description(
        layer(
          "OffsetShift",
          #""shape":[2],"offset_type":\#(type),"difference_type":\#(type),"offsets":[1,2],"shifts":[1,-9223372036854775808]"#
        ))
    ),
    (
      named("SigmoidTable") + "'table' holds 2 numbers; there must be 3",
      description(layer("SigmoidTable", #""table_size":3,"table":[1,2],"table_type":\#(type)"#))
    ),
    (
      named("SoftmaxTable") + "'n' is not the input's size, 2",
      description(layer("SoftmaxTable", #""table_size":2,"exp_type":\#(type),"inverse_type":\#(type),"n":3"#))
    ),
    (
      named("SoftmaxTable") + "has tables of 3 and 3 entries; they must be the same power of two",
      description(
        layer(
          "SoftmaxTable",
          #""table_size":3,"exp_table":[1,2,3],"inverse_table":[1,2,3],"exp_type":\#(type),"inverse_type":\#(type),"input_type":\#(type),"sum_type":\#(type),"n":2"#
        ))
    ),
    (
      named("Reshape") + "cannot bring [2] into the shape [3]", description(layer("Reshape", #""shape":[3]"#))
    ),
    (named("Subtract") + "it has 1 inputs; there must be 2", description(layer("Subtract"))),
    (
      named("Quantize") + "'result_type' is missing or null; a fixed-point type must stand there",
      description(layer("Quantize"))
    ),
    (named("ReLU") + "'inputs' holds an integer, not only texts", description(layer("ReLU", inputs: "[1]"))),
    ("the description: 'outputs' is empty", description(layer("ReLU"), outputs: "[]")),
    (
      "output 1: its layer 'q' does not exist",
      description(layer("ReLU"), outputs: #"[{"name":"o","layer":"q"}]"#)
    ),
    (
      "output 1: it has 3 elements; the layer 'y' has 2",
      description(layer("ReLU"), outputs: #"[{"name":"o","layer":"y","n":3}]"#)
    ),
    (
      "output 1: its type fixed<8,5> has another step than the layer 'y' (fixed, step 2^-4)",
      description(
        layer("ReLU"),
        outputs: #"[{"name":"o","layer":"y","type":\#(replaced(type, #""integer":4"#, #""integer":5"#))}]"#)
    ),
    (
      "the description: two outputs have one name",
      description(layer("ReLU"), outputs: #"[{"name":"o","layer":"y"},{"name":"o","layer":"y"}]"#)
    ),
  ]

  @Test(arguments: cases.indices)
  func diagnostic(_ index: Int) {
    let (text, document) = Self.cases[index]
    #expect(message { _ = try ModelDescription(bytes: Array(document.utf8)) } == text)
  }

  @Test func soundOnes() throws {
    _ = try ModelDescription(bytes: Array(Self.description(Self.dense()).utf8))
    _ = try ModelDescription(bytes: Array(Self.description(Self.convolution).utf8))
  }

  /// Outputs keep the layers' names; a layer without a result type is its operator.
  @Test func names() throws {
    let description = try ModelDescription(
      bytes: Array(
        Self.description(Self.dense(), outputs: #"[{"name":"a","layer":"y"},{"name":"b","layer":"y"}]"#).utf8)
    )
    #expect(description.network.outputs == ["y"])
    #expect(description.outputs.map(\.name) == ["a", "b"])
    #expect(description.network.nodes.map(\.name) == ["input/cast", "y/sum", "y"])
    let bare = try ModelDescription(
      bytes: Array(Self.description(Self.dense(#""result_type":\#(Self.type),"#, "")).utf8))
    #expect(bare.network.nodes.map(\.name) == ["input/cast", "y"])
  }

  /// The two orders of weights, and padding: top, bottom, left, right.
  @Test func convolutionLayouts() throws {
    func network(_ layout: String, _ weights: String) throws -> Network {
      let text = """
        {"name":"y","op":"Conv2D","inputs":["input"],"input_shape":[1,2,1],"output_shape":[3,2,2],"kernel":[1,2],
         "stride":[1,1],"padding":[1,1,0,1],"weight_layout":"\(layout)","weight_type":\(Self.type),
         "bias_type":\(Self.type),"result_type":null,"weights":\(weights),"biases":[0,0]}
        """
      return try ModelDescription(
        bytes: Array(Self.description(text, outputs: #"[{"name":"o","layer":"y"}]"#).utf8)
      ).network
    }
    let filterFirst = try network("[filter][row][column][channel]", "[1,2,3,4]")
    #expect(filterFirst == (try network("[row][column][channel][filter]", "[1,3,2,4]")))
    let x = Tensor([2], .fixed([1, 2], fraction: 4))
    let result = try Interpreter(filterFirst).run(["input": x])[0]
    #expect(result.shape == [3, 2, 2])
    // Row 1 is the image: columns (1, 2) and (2, padding), filters (1, 2) and (3, 4).
    #expect(result.mantissas?.values == [0, 0, 0, 0, 5, 11, 2, 6, 0, 0, 0, 0])
  }
}

@Suite struct JSONParserTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

  @Test func values() throws {
    #expect(try parse(" [ ] ") == .integers([]))
    #expect(
      try parse("[1, -2, 9223372036854775807, -9223372036854775808]") == .integers([1, -2, .max, .min]))
    #expect(try parse("[1, 2.5, true, null]") == .array([.integer(1), .real(2.5), .boolean(true), .null]))
    #expect(
      try parse("{\"a\": {\"b\": \"\\u00e9\\n\\ud83d\\ude00\"}}")
        == .object(["a": .object(["b": .string("é\n😀")])]))
    #expect(try parse("-0") == .integer(0))
    #expect(try parse("1e3") == .real(1000))
    #expect(try parse("\u{FEFF}1") == .integer(1))
  }

  static let mistakes: [(text: String, document: String)] = [
    ("line 1: the file ends where a value should stand; it is truncated", ""),
    ("line 2: the file ends where ']' should stand; it is truncated", "[1,\n2"),
    ("line 1: the file ends inside a text; it is truncated", "[\"abc"),
    ("line 1: the file ends inside a text; it is truncated", "[\"abc\\"),
    ("line 1: '}' should stand here", "{\"a\":1]"),
    ("line 1: ':' should stand here", "{\"a\" 1}"),
    ("line 1: a key in quotation marks should stand here", "{1:2}"),
    ("line 1: a key in quotation marks should stand here", "{\"a\":1,}"),
    ("line 1: the key 'a' appears twice", "{\"a\":1,\"a\":2}"),
    ("line 1: this is no JSON value", "[1,]"),
    ("line 1: this is no JSON value", "nul"),
    ("line 1: there is more after the end of the document", "1 2"),
    ("line 1: a number begins with 0", "01"),
    ("line 1: a digit should stand here", "-"),
    ("line 1: a digit should stand after the point", "1."),
    ("line 1: a digit should stand in the exponent", "1e+"),
    ("line 1: the number is too large; 64-bit integers are possible", "9223372036854775808"),
    ("line 1: the number is too large or too long", "1e999"),
    ("line 1: the number is too large or too long", "0." + String(repeating: "0", count: 500)),
    ("line 1: an unknown escape in a text", "\"\\q\""),
    ("line 1: four hexadecimal digits should follow \\u", "\"\\u12g4\""),
    ("line 1: half a surrogate pair", "\"\\ud800\""),
    ("line 1: half a surrogate pair", "\"\\ud800\\u0041\""),
    ("line 1: a text holds a control character", "\"a\u{1}\""),
    ("line 1: lists and objects are nested more than 64 deep", String(repeating: "[", count: 1_000_000)),
  ]

  @Test(arguments: mistakes.indices)
  func mistake(_ index: Int) {
    let (text, document) = Self.mistakes[index]
    #expect(message { _ = try parse(document) } == "malformed JSON in \(text)")
  }

  @Test func brokenUTF8() {
    #expect(
      message { _ = try JSONParser.parse([0x22, 0xff, 0x22]) }
        == "malformed JSON in line 1: a text is not valid UTF-8")
  }
}
