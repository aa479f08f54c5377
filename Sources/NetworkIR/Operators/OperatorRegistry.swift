/// Every operator by name: one line each, for reading and writing graphs.
public enum OperatorRegistry {
  public static let all: [any Operator.Type] = [
    Absolute.self,
    ArgMax.self,
    Arithmetic.self,
    BatchNormalization.self,
    BipolarQuantize.self,
    Clip.self,
    Comparison.self,
    Concatenate.self,
    Convolution.self,
    ConvolutionTranspose.self,
    Dense.self,
    Dot.self,
    Dropout.self,
    Elu.self,
    Gather.self,
    GroupNormalization.self,
    LayerNormalization.self,
    LeakyRelu.self,
    LearnedQuantize.self,
    LogSoftmax.self,
    MatrixProduct.self,
    OffsetShift.self,
    Pad.self,
    Pool.self,
    Quantize.self,
    RealFunction.self,
    Reduce.self,
    Relu.self,
    Reshape.self,
    Scatter.self,
    SegmentReduce.self,
    SegmentSoftmax.self,
    SigmoidTable.self,
    Slice.self,
    Softmax.self,
    SoftmaxTable.self,
    Sort.self,
    SumOfSquares.self,
    TopK.self,
    Transpose.self,
    Truncate.self,
    TypedAveragePool.self,
    Upsample.self,
    Where.self,
  ]

  /// The operator of a name; `nil` if Winnow lacks it.
  public static func type(named name: String) -> (any Operator.Type)? {
    all.first { $0.name == name }
  }
}
