import WinnowONNXSchema
import WinnowNetworkIR

/// Functions of each element, and normalisations.
extension StandardForm {
  static func function(_ function: RealFunction.Function) -> StandardForm? {
    switch function {
    case .exp: StandardForm("Exp")
    case .tanh: StandardForm("Tanh")
    case .sigmoid: StandardForm("Sigmoid")
    case .logarithm: StandardForm("Log")
    case .squareRoot: StandardForm("Sqrt")
    case .reciprocal: StandardForm("Reciprocal")
    case .sine: StandardForm("Sin")
    case .cosine: StandardForm("Cos")
    case .errorFunction: StandardForm("Erf")
    case .softplus: StandardForm("Softplus")
    case .softsign: StandardForm("Softsign")
    case .selu: StandardForm("Selu")
    case .gelu: StandardForm("Gelu", [.string("approximate", "none")])
    case .geluTanh: StandardForm("Gelu", [.string("approximate", "tanh")])
    case .mish: StandardForm("Mish")
    case .silu: nil
    }
  }

  static func elu(_ x: Elu) -> StandardForm? {
    attribute("alpha", x.alpha).map { StandardForm("Elu", [$0]) }
  }

  static func dropout(_ x: Dropout) -> StandardForm? {
    let rate = Float(x.rate)
    guard Double("\(rate)") == x.rate else { return nil }
    return StandardForm("Dropout", [], [scalar("ratio", rate)])
  }

  static func normalization(_ operation: any Operator) -> StandardForm? {
    switch operation {
    case let x as BatchNormalization:
      attribute("epsilon", x.epsilon).map { StandardForm("BatchNormalization", [$0]) }
    case let x as LayerNormalization:
      attribute("epsilon", x.epsilon).map {
        StandardForm("LayerNormalization", [.integer("axis", x.axis), $0])
      }
    case let x as GroupNormalization:
      attribute("epsilon", x.epsilon).map {
        StandardForm("GroupNormalization", [.integer("num_groups", x.groups), $0])
      }
    case let x as Softmax: StandardForm("Softmax", [.integer("axis", x.axis)])
    case let x as LogSoftmax: StandardForm("LogSoftmax", [.integer("axis", x.axis)])
    default: nil
    }
  }

  /// A number that is the shortest decimal of its float, as the reader takes it.
  private static func attribute(_ name: String, _ value: Double) -> Onnx_AttributeProto? {
    let float = Float(value)
    return Double("\(float)") == value ? .float(name, float) : nil
  }
}
