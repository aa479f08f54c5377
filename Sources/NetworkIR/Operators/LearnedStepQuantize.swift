public import WinnowFixedPoint

/// Converts to numbers of a fixed width whose step is a number of the graph: learned while training.
///
/// Inputs: x and the step s > 0, real, of a shape that broadcasts to x. `y = s · clip(round(x / s))`,
/// halves to even, with signed mantissas from −2^(W−1) or unsigned ones from 0. A free step is no
/// fixed point: before compiling, it is rounded to a power of two.
/// - Reference: S. K. Esser et al., arXiv:1902.08153 (LSQ).
public struct LearnedStepQuantize: Operator {
  public static let name = "LearnedStepQuantize"

  public var isSigned: Bool
  public var width: Int

  public init(isSigned: Bool, width: Int) {
    self.isSigned = isSigned
    self.width = width
  }

  /// Smallest and largest mantissa.
  public var bounds: (low: Double, high: Double) {
    let format = FixedPointFormat(signed: isSigned, width: width, integer: width)
    return (Double(format.minimum), Double(format.maximum))
  }

  /// The type whose step is the power of two nearest to a step, in the exponent.
  public func type(step: Double) -> FixedPointType {
    let exponent = step > 0 && step.isFinite ? binaryLogarithm(step) : 0
    return FixedPointType(
      signed: isSigned, width: width, integer: width + exponent, rounding: .nearestToEven,
      overflow: .saturate)
  }

  /// `log2`, rounded: the significand's square tells whether it is beyond √2.
  private func binaryLogarithm(_ step: Double) -> Int {
    let bounded = min(max(step, 0x1p-64), 0x1p64)
    return Int(bounded.exponent) + (bounded.significand * bounded.significand > 2 ? 1 : 0)
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(2...2, inputs.count)
    guard width <= 24, width >= (isSigned ? 2 : 1) else {
      throw NetworkError(
        "learns the step of \(width)-bit numbers; \(isSigned ? "2" : "1") to 24 bits are possible")
    }
    guard inputs[1].element.isFloat,
      try broadcast(inputs[0].shape, inputs[1].shape) == inputs[0].shape
    else { throw NetworkError("its steps \(inputs[1]) do not fit the input \(inputs[0])") }
    let element = inputs[0].element
    return [TensorType(inputs[0].shape, element.isFloat ? element : .float64)]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let steps = inputs[1].elements.doubles
    guard steps.allSatisfy({ $0 > 0 }) else { throw NetworkError("has a step that is not above 0") }
    let (low, high) = bounds
    let places = try broadcastOffsets(from: inputs[1].shape, to: x.shape)
    let values = zip(x.elements.doubles, places).map { value, place in
      let mantissa = (value * (1 / steps[place])).rounded(.toNearestOrEven)
      return min(max(mantissa, low), high) * steps[place] + 0
    }
    return [
      Tensor(
        x.shape, x.elementType == .float32 ? .float32(values.map(Float.init)) : .float64(values))
    ]
  }
}
