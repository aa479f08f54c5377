import WinnowONNXSchema
import WinnowFixedPoint
import WinnowNetworkIR

/// A node as an operator of ONNX or QONNX that says exactly the same.
struct StandardForm {
  struct Parameter {
    var label: String
    var tensor: Tensor
  }

  var operation: String
  var domain = ""
  var attributes: [Onnx_AttributeProto] = []
  /// Further inputs; `nil` for one that is left out.
  var parameters: [Parameter?] = []
  /// What the outputs hold; that of the first input when `nil`.
  var wire: Onnx_TensorProto.DataType?

  /// Operators whose float constants the reader makes exact beside exact values.
  static func matchesExactness(_ operation: any Operator) -> Bool {
    switch operation {
    case let dense as Dense: dense.accumulation == .exact
    case let convolution as Convolution:
      convolution.accumulation == .exact && convolution.layout == .channelsFirst
    case is Arithmetic, is Comparison, is Concatenate, is ConvolutionTranspose, is MatrixProduct: true
    default: false
    }
  }

  /// The form of a node; `nil` where only the domain `org.winnow` can hold it.
  ///
  /// Every form read back must give the same node: that is the condition each case checks.
  static func of(_ node: Node, _ export: GraphExport) -> StandardForm? {
    let operands = node.inputs.map { Operand(wire: export.wires[$0] ?? .undefined, type: export.types[$0]!) }
    guard let first = operands.first else { return nil }
    if let form = indexed(node, operands, export) { return form }
    guard operands.allSatisfy({ $0.wire == first.wire }) else { return nil }
    if matchesExactness(node.operation), export.losesFloats(node.inputs) { return nil }
    let isReal = first.wire.isReal
    let form: StandardForm? =
      switch node.operation {
      case let x as Transpose: StandardForm("Transpose", [.integers("perm", x.permutation)])
      case let x as Reshape: reshape(x)
      case let x as Slice: slice(x)
      case let x as Pad where first.wire == .float: pad(x)
      case let x as Upsample: upsample(x)
      case let x as Concatenate: StandardForm("Concat", [.integer("axis", x.axis)])
      case let x as Comparison: first.wire == .bool ? nil : comparison(x)
      case let x as Quantize where first.wire == .float: quantize(x, rank: first.type.shape.count)
      case let x as BipolarQuantize where first.wire == .float: bipolar(x)
      case let x as Truncate where first.wire == .float: truncate(x)
      default: isReal ? real(node.operation, operands, opset: export.opset) : nil
      }
    return form
  }

  struct Operand {
    var wire: Onnx_TensorProto.DataType
    var type: TensorType
    var rank: Int { type.shape.count }
  }

  init(
    _ operation: String, _ attributes: [Onnx_AttributeProto] = [], _ parameters: [Parameter?] = []
  ) {
    self.operation = operation
    self.attributes = attributes
    self.parameters = parameters
  }

  /// Operators on real numbers.
  private static func real(
    _ operation: any Operator, _ operands: [Operand], opset: Int
  ) -> StandardForm? {
    if let form = normalization(operation) { return form }
    switch operation {
    case is Absolute: return StandardForm("Abs")
    case is Relu: return StandardForm("Relu")
    case let x as RealFunction: return function(x.function)
    case let x as Elu: return elu(x)
    case let x as Dropout: return dropout(x)
    case let x as LeakyRelu:
      let slope = Float(x.slope)
      guard (try? LeakyRelu(nearest: Double(slope))) == x else { return nil }
      return StandardForm("LeakyRelu", [.float("alpha", slope)])
    case let x as Clip: return clip(x)
    case let x as Arithmetic: return StandardForm(name(x.function))
    case let x as Dense where x.accumulation == .exact:
      guard operands[1].rank == 2 else { return nil }
      if operands.count == 2 { return StandardForm("MatMul") }
      guard operands[0].rank == 2 else { return nil }
      return StandardForm(
        "Gemm",
        [.float("alpha", 1), .float("beta", 1), .flag("transA", false), .flag("transB", false)])
    case let x as Convolution where x.accumulation == .exact && x.layout == .channelsFirst:
      return StandardForm("Conv", [.integer("group", x.groups)] + attributes(x.window))
    case let x as ConvolutionTranspose:
      let extra =
        x.outputPadding.isEmpty ? [] : [Onnx_AttributeProto.integers("output_padding", x.outputPadding)]
      return StandardForm("ConvTranspose", [.integer("group", x.groups)] + attributes(x.window) + extra)
    case is MatrixProduct: return operands[1].rank > 2 ? StandardForm("MatMul") : nil
    case let x as Pool where x.layout == .channelsFirst: return pool(x)
    case let x as Reduce: return reduce(x, opset: opset)
    default: return nil
    }
  }

  private static func name(_ function: Arithmetic.Function) -> String {
    switch function {
    case .add: "Add"
    case .subtract: "Sub"
    case .multiply: "Mul"
    case .maximum: "Max"
    case .minimum: "Min"
    }
  }

  private static func attributes(_ window: SlidingWindow) -> [Onnx_AttributeProto] {
    [
      .integers("kernel_shape", window.kernel), .integers("strides", window.strides),
      .integers("pads", window.padding), .integers("dilations", window.dilations),
    ]
  }

  static func integers(_ label: String, _ values: [Int]) -> Parameter {
    Parameter(label: label, tensor: Tensor([values.count], .integer(values.map { Int64($0) })))
  }

  private static func reshape(_ x: Reshape) -> StandardForm {
    StandardForm("Reshape", [], [integers("shape", x.shape)])
  }

  private static func slice(_ x: Slice) -> StandardForm {
    StandardForm(
      "Slice", [],
      [
        integers("starts", x.starts), integers("ends", x.ends), integers("axes", x.axes),
        integers("steps", x.steps),
      ])
  }

  private static func pad(_ x: Pad) -> StandardForm {
    StandardForm("Pad", [.string("mode", "constant")], [integers("pads", x.padding)])
  }

  private static func comparison(_ x: Comparison) -> StandardForm {
    let name =
      switch x.relation {
      case .less: "Less"
      case .lessOrEqual: "LessOrEqual"
      case .greater: "Greater"
      case .greaterOrEqual: "GreaterOrEqual"
      case .equal: "Equal"
      }
    var form = StandardForm(name)
    form.wire = .bool
    return form
  }

  private static func clip(_ x: Clip) -> StandardForm? {
    var parameters: [Parameter?] = []
    for (label, bound) in [("low", x.low), ("high", x.high)] {
      guard let bound else {
        parameters.append(nil)
        continue
      }
      let float = Float(bound)
      guard Double(float) == bound, float.magnitude < .greatestFiniteMagnitude else { return nil }
      parameters.append(Parameter(label: label, tensor: Tensor([], .float32([float]))))
    }
    // Without bounds there is nothing to say but the inputs' names.
    while let last = parameters.last, last == nil { parameters.removeLast() }
    return StandardForm("Clip", [], parameters)
  }

  private static func pool(_ x: Pool) -> StandardForm? {
    switch x.function {
    case .maximum: return x.countsPadding ? nil : StandardForm("MaxPool", attributes(x.window))
    case .average:
      // Dilated averages came with version 19.
      guard x.window.dilations.allSatisfy({ $0 == 1 }) else { return nil }
      return StandardForm(
        "AveragePool",
        attributes(x.window).filter { $0.name != "dilations" } + [.flag("count_include_pad", x.countsPadding)]
      )
    }
  }

  /// Axes are an input of sums from version 13, of the others from 18.
  private static func reduce(_ x: Reduce, opset: Int) -> StandardForm {
    let keeps = Onnx_AttributeProto.flag("keepdims", x.keepsAxes)
    let name =
      switch x.function {
      case .sum: "ReduceSum"
      case .mean: "ReduceMean"
      case .maximum: "ReduceMax"
      case .minimum: "ReduceMin"
      }
    if x.function == .sum || opset >= 18 {
      return StandardForm(name, [keeps], x.axes.isEmpty ? [] : [integers("axes", x.axes)])
    }
    return StandardForm(name, [keeps] + (x.axes.isEmpty ? [] : [.integers("axes", x.axes)]))
  }

  // MARK: QONNX

  private static let domain = "qonnx.custom_op.general"

  private static func scale(_ fraction: Int) -> Float {
    Float(sign: .plus, exponent: -fraction, significand: 1)
  }

  static func scalar(_ label: String, _ value: Float) -> Parameter {
    Parameter(label: label, tensor: Tensor([], .float32([value])))
  }

  private static func name(_ rounding: RoundingMode) -> String? {
    switch rounding {
    case .nearestToEven: "ROUND"
    case .truncate: "FLOOR"
    case .truncateToZero: "DOWN"
    case .nearestToInfinity: "HALF_UP"
    case .nearestToZero: "HALF_DOWN"
    case .nearest, .nearestToMinusInfinity: nil
    }
  }

  private static func quantize(_ x: Quantize, rank: Int) -> StandardForm? {
    let type = x.types[0]
    guard let rounding = name(type.rounding), x.shape.count <= rank,
      x.types.count <= 1 << 16,
      x.types.allSatisfy({
        $0.isSigned == type.isSigned && $0.rounding == type.rounding && $0.overflow == type.overflow
          // One signed bit is a sign in QONNX; a scale must be an ordinary float.
          && $0.width >= (type.isSigned ? 2 : 0) && (-126...126).contains($0.fraction)
      })
    else { return nil }
    let isNarrow = type.overflow == .saturateSymmetrically
    guard type.overflow == .saturate || (isNarrow && type.isSigned) else { return nil }
    let scales = x.types.map { scale($0.fraction) }
    let widths = x.types.map { Float($0.width) }
    var form = StandardForm(
      "Quant",
      [.flag("signed", type.isSigned), .flag("narrow", isNarrow), .string("rounding_mode", rounding)],
      [
        Parameter(label: "scale", tensor: Tensor(x.shape, .float32(scales))),
        scalar("zero_point", 0),
        // One width may stand for all.
        Set(widths).count == 1
          ? scalar("bit_width", widths[0])
          : Parameter(label: "bit_width", tensor: Tensor(x.shape, .float32(widths))),
      ])
    form.domain = domain
    return form
  }

  private static func bipolar(_ x: BipolarQuantize) -> StandardForm? {
    guard (-126...126).contains(x.fraction) else { return nil }
    var form = StandardForm("BipolarQuant", [], [scalar("scale", scale(x.fraction))])
    form.domain = domain
    return form
  }

  private static func truncate(_ x: Truncate) -> StandardForm? {
    guard let rounding = name(x.rounding), (-126...126).contains(x.fraction) else { return nil }
    // Only the difference of the widths counts.
    var form = StandardForm(
      "Trunc", [.string("rounding_mode", rounding)],
      [
        scalar("scale", scale(x.fraction)), scalar("zero_point", 0), scalar("input_bit_width", 64),
        scalar("output_bit_width", Float(64 - x.bits)),
      ])
    form.domain = domain
    return form
  }
}
