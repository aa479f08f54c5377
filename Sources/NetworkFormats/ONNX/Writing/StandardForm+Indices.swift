import WinnowONNXSchema
import WinnowNetworkIR

/// Operators whose operands or results are places in a tensor, and up-sampling.
extension StandardForm {
  /// The form of an operator whose operands have several types.
  static func indexed(_ node: Node, _ operands: [Operand], _ export: GraphExport) -> StandardForm? {
    switch node.operation {
    case let x as Gather where operands[1].wire == .int64:
      return StandardForm("Gather", [.integer("axis", x.axis)])
    case let x as Scatter:
      guard operands[1].wire == .int64, operands[1].rank == 2, operands[0].wire == operands[2].wire,
        x.reduction == .none || operands[0].wire.isReal,
        !export.losesFloats([node.inputs[0], node.inputs[2]])
      else { return nil }
      return StandardForm("ScatterND", [.string("reduction", name(x.reduction))])
    case is Where:
      guard operands[1].wire == operands[2].wire, !export.losesFloats(Array(node.inputs[1...])) else {
        return nil
      }
      var form = StandardForm("Where")
      form.wire = operands[1].wire
      return form
    case let x as TopK where operands[0].wire.isReal:
      return StandardForm(
        "TopK", [.integer("axis", x.axis), .flag("largest", x.largest), .flag("sorted", true)],
        [integers("k", [x.count])])
    case let x as ArgMax where operands[0].wire.isReal:
      return StandardForm("ArgMax", [.integer("axis", x.axis), .flag("keepdims", x.keepsAxis)])
    default: return nil
    }
  }

  private static func name(_ reduction: Scatter.Reduction) -> String {
    switch reduction {
    case .none: "none"
    case .add: "add"
    case .maximum: "max"
    case .minimum: "min"
    }
  }

  /// The region of interest, which this mode does not use, is left out.
  static func upsample(_ x: Upsample) -> StandardForm {
    StandardForm(
      "Resize",
      [
        .string("mode", "nearest"), .string("coordinate_transformation_mode", "asymmetric"),
        .string("nearest_mode", "floor"),
      ],
      [
        nil,
        Parameter(label: "scales", tensor: Tensor([x.factors.count], .float32(x.factors.map { Float($0) }))),
      ])
  }

  /// The version of ONNX's operators that first has the node's form.
  static func opset(of node: Node, _ types: [String: TensorType]) -> Int {
    switch node.operation {
    case is GroupNormalization: return 21
    case is LayerNormalization: return 17
    case let x as RealFunction:
      switch x.function {
      case .gelu, .geluTanh: return 20
      case .mish: return 18
      default: return ONNXWriter.opset
      }
    case let x as Scatter where types[node.inputs[1]]!.shape.count == 2:
      switch x.reduction {
      case .none: return ONNXWriter.opset
      case .add: return 16
      case .maximum, .minimum: return 18
      }
    default: return ONNXWriter.opset
    }
  }
}

extension Onnx_TensorProto.DataType {
  var isReal: Bool { self == .float || self == .double }
}
