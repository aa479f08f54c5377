import WinnowONNXSchema
import WinnowNetworkIR

/// How one ONNX operator becomes nodes of a network.
struct Importer: Sendable {
  /// Attributes that the importer reads or that change nothing in inference.
  var attributes: [String]
  var run: @Sendable (inout GraphImport, ImportedNode) throws -> Void

  init(
    _ attributes: [String] = [],
    _ run: @escaping @Sendable (inout GraphImport, ImportedNode) throws -> Void
  ) {
    self.attributes = attributes
    self.run = run
  }

  /// The operators of the default domain: one line each.
  static let standard: [String: Importer] = [
    "Abs": Importer { try $0.unary($1, Absolute()) },
    "Add": Importer { try $0.binary($1, .add) },
    "ArgMax": Importer(["axis", "keepdims", "select_last_index"]) { try $0.argMax($1) },
    "AveragePool": Importer(pooling + ["count_include_pad"]) { try $0.pool($1, .average) },
    "BatchNormalization": Importer(["epsilon", "momentum", "spatial", "training_mode", "is_test"]) {
      try $0.batchNormalization($1)
    },
    "Cast": Importer(["to", "saturate", "round_mode"]) { try $0.cast($1) },
    "Clip": Importer(["min", "max"]) { try $0.clip($1) },
    "Concat": Importer(["axis"]) { try $0.concatenate($1) },
    "Constant": Importer(["value", "value_float", "value_floats", "value_int", "value_ints"]) {
      try $0.constant($1)
    },
    "Conv": Importer(["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"]) {
      try $0.convolution($1)
    },
    "ConvTranspose": Importer(windows + ["group", "output_padding", "output_shape"]) {
      try $0.convolutionTranspose($1)
    },
    "Cos": Importer { try $0.unary($1, RealFunction(.cosine)) },
    "Div": Importer { try $0.divide($1) },
    "Dropout": Importer(["ratio", "seed", "is_test"]) { try $0.dropout($1) },
    "Elu": Importer(["alpha"]) { try $0.elu($1) },
    "Equal": Importer { try $0.comparison($1, .equal) },
    "Erf": Importer { try $0.unary($1, RealFunction(.errorFunction)) },
    "Exp": Importer { try $0.unary($1, RealFunction(.exp)) },
    "Flatten": Importer(["axis"]) { try $0.flatten($1) },
    "Gather": Importer(["axis"]) { try $0.gather($1) },
    "Gelu": Importer(["approximate"]) { try $0.gelu($1) },
    "Gemm": Importer(["alpha", "beta", "transA", "transB"]) { try $0.gemm($1) },
    "GlobalAveragePool": Importer { try $0.globalPool($1, .mean) },
    "GlobalMaxPool": Importer { try $0.globalPool($1, .maximum) },
    "Greater": Importer { try $0.comparison($1, .greater) },
    "GreaterOrEqual": Importer { try $0.comparison($1, .greaterOrEqual) },
    "GroupNormalization": Importer(["epsilon", "num_groups", "stash_type"]) {
      try $0.groupNormalization($1)
    },
    "Identity": Importer { try $0.identity($1) },
    "InstanceNormalization": Importer(["epsilon"]) { try $0.instanceNormalization($1) },
    "LayerNormalization": Importer(["axis", "epsilon", "stash_type"]) {
      try $0.layerNormalization($1)
    },
    "LeakyRelu": Importer(["alpha"]) { try $0.leakyRelu($1) },
    "Less": Importer { try $0.comparison($1, .less) },
    "LessOrEqual": Importer { try $0.comparison($1, .lessOrEqual) },
    "Log": Importer { try $0.unary($1, RealFunction(.logarithm)) },
    "LogSoftmax": Importer(["axis"]) { try $0.softmax($1) { LogSoftmax(axis: $0) } },
    "MatMul": Importer { try $0.matrixProduct($1) },
    "Max": Importer { try $0.folded($1, .maximum) },
    "MaxPool": Importer(pooling + ["storage_order"]) { try $0.pool($1, .maximum) },
    "Min": Importer { try $0.folded($1, .minimum) },
    "Mish": Importer { try $0.unary($1, RealFunction(.mish)) },
    "Mul": Importer { try $0.binary($1, .multiply) },
    "Neg": Importer { try $0.negate($1) },
    "Pad": Importer(["mode", "pads", "value"]) { try $0.pad($1) },
    "Reciprocal": Importer { try $0.unary($1, RealFunction(.reciprocal)) },
    "ReduceMax": Importer(reduction) { try $0.reduce($1, .maximum) },
    "ReduceMean": Importer(reduction) { try $0.reduce($1, .mean) },
    "ReduceMin": Importer(reduction) { try $0.reduce($1, .minimum) },
    "ReduceSum": Importer(reduction) { try $0.reduce($1, .sum) },
    "Relu": Importer { try $0.unary($1, Relu()) },
    "Reshape": Importer(["allowzero"]) { try $0.reshape($1) },
    "Resize": Importer(resizing) { try $0.resize($1) },
    "ScatterElements": Importer(["axis", "reduction"]) { try $0.scatterElements($1) },
    "ScatterND": Importer(["reduction"]) { try $0.scatterND($1) },
    "Selu": Importer(["alpha", "gamma"]) { try $0.selu($1) },
    "Sigmoid": Importer { try $0.unary($1, RealFunction(.sigmoid)) },
    "Sin": Importer { try $0.unary($1, RealFunction(.sine)) },
    "Slice": Importer(["starts", "ends", "axes"]) { try $0.slice($1) },
    "Softmax": Importer(["axis"]) { try $0.softmax($1) { Softmax(axis: $0) } },
    "Softplus": Importer { try $0.unary($1, RealFunction(.softplus)) },
    "Softsign": Importer { try $0.unary($1, RealFunction(.softsign)) },
    "Split": Importer(["axis", "num_outputs", "split"]) { try $0.split($1) },
    "Sqrt": Importer { try $0.unary($1, RealFunction(.squareRoot)) },
    "Squeeze": Importer(["axes"]) { try $0.squeeze($1) },
    "Sub": Importer { try $0.binary($1, .subtract) },
    "Sum": Importer { try $0.folded($1, .add) },
    "Tanh": Importer { try $0.unary($1, RealFunction(.tanh)) },
    "TopK": Importer(["axis", "k", "largest", "sorted"]) { try $0.topK($1) },
    "Transpose": Importer(["perm"]) { try $0.transpose($1) },
    "Unsqueeze": Importer(["axes"]) { try $0.unsqueeze($1) },
    "Upsample": Importer(["mode", "scales"]) { try $0.upsample($1) },
    "Where": Importer { try $0.choose($1) },
  ]

  /// The operators of QONNX, under any of its domains' names.
  static let quantised: [String: Importer] = [
    "BipolarQuant": Importer { try $0.bipolarQuantize($1) },
    "IntQuant": Importer(["narrow", "rounding_mode", "signed"]) { try $0.quantize($1) },
    "Quant": Importer(["narrow", "rounding_mode", "signed"]) { try $0.quantize($1) },
    "Trunc": Importer(["narrow", "rounding_mode", "signed"]) { try $0.truncate($1) },
  ]

  private static let pooling = [
    "auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "strides",
  ]
  private static let windows = [
    "auto_pad", "dilations", "kernel_shape", "pads", "strides",
  ]
  private static let resizing = [
    "antialias", "axes", "coordinate_transformation_mode", "cubic_coeff_a", "exclude_outside",
    "extrapolation_value", "keep_aspect_ratio_policy", "mode", "nearest_mode",
  ]
  private static let reduction = ["axes", "keepdims", "noop_with_empty_axes"]

  /// The importer of an operator.
  ///
  /// - Throws: ``NetworkError`` that says what could be done where there is none.
  static func of(_ key: OperatorKey, _ node: ImportedNode) throws -> Importer {
    let found: Importer? =
      switch key.domain {
      case "": standard[key.name]
      case OperatorKey.quantised: quantised[key.name]
      case OperatorKey.winnow: key.name == fixedPointConstant ? fixedPoint : own
      default: nil
      }
    guard let found else {
      if node.hasSubgraph { throw ImportedNode.subgraph }
      let domain = key.domain.isEmpty ? "" : " of the domain '\(node.proto.domain)'"
      throw NetworkError(
        "the operator\(domain) is not supported; \(advice[key.name] ?? "replace it before the export by operators that docs/formats.md lists")"
      )
    }
    if key.domain != OperatorKey.winnow { try node.checkAttributes(found.attributes) }
    return found
  }

  /// What to do about frequent operators that Winnow lacks.
  private static let advice: [String: String] = {
    var advice: [String: String] = [:]
    let shapes = "export with fixed shapes and constant folding (onnxsim removes shape computations)"
    for name in ["Shape", "Expand", "Range", "ConstantOfShape", "Tile"] {
      advice[name] = shapes
    }
    let recurrent = "unroll the recurrence before the export"
    for name in ["LSTM", "GRU", "RNN"] { advice[name] = recurrent }
    let affine =
      "only power-of-two scales are exact here: export QONNX Quant nodes (qonnx, Brevitas) with such scales"
    for name in [
      "QuantizeLinear", "DequantizeLinear", "QLinearConv", "QLinearMatMul", "DynamicQuantizeLinear",
    ] {
      advice[name] = affine
    }
    advice["MultiThreshold"] = "import the QONNX model before FINN's streamlining, with Quant nodes"
    return advice
  }()
}
