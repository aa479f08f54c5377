/// Every operator by name: one line each, for reading and writing graphs.
public enum OperatorRegistry {
  public static let all: [any Operator.Type] = [
    Absolute.self,
    Arithmetic.self,
    BatchNormalization.self,
    BipolarQuantize.self,
    Clip.self,
    Comparison.self,
    Concatenate.self,
    Convolution.self,
    Dense.self,
    Dot.self,
    LeakyRelu.self,
    OffsetShift.self,
    Pad.self,
    Pool.self,
    Quantize.self,
    RealFunction.self,
    Reduce.self,
    Relu.self,
    Reshape.self,
    SigmoidTable.self,
    Slice.self,
    SoftmaxTable.self,
    SumOfSquares.self,
    Transpose.self,
    Truncate.self,
    TypedAveragePool.self,
  ]

  /// The operator of a name; `nil` if Winnow lacks it.
  public static func type(named name: String) -> (any Operator.Type)? {
    all.first { $0.name == name }
  }
}
