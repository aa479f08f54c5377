public import WinnowFixedPoint

/// Converts to fixed point with widths that are numbers of the graph: learned while training.
///
/// Inputs: x, bits behind the point f, and bits before it i without the sign, both real, rounded to
/// whole numbers (halves to even) where they are used, of one shape that broadcasts to x. The type is
/// `fixed<1 + i + f, 1 + i>` or `ufixed<i + f, i>`; where no bit is left, the result is 0: pruned. It
/// does not lower: give it fixed types first.
/// - Reference: C. Sun et al., arXiv:2405.00645 (HGQ).
public struct LearnedQuantize: Operator {
  public static let name = "LearnedQuantize"

  public var isSigned: Bool
  public var rounding: RoundingMode
  public var overflow: OverflowMode

  public init(
    isSigned: Bool, rounding: RoundingMode = .nearest, overflow: OverflowMode = .saturate
  ) {
    self.isSigned = isSigned
    self.rounding = rounding
    self.overflow = overflow
  }

  /// The type of rounded widths; of width 0 where no bit is left.
  public func type(fraction: Double, integer: Double) -> FixedPointType {
    let limit = 64.0
    let f = Int(min(max(fraction.rounded(.toNearestOrEven), -limit), limit))
    let i = Int(min(max(integer.rounded(.toNearestOrEven), -limit), limit))
    let sign = isSigned ? 1 : 0
    var width = max(0, min(sign + i + f, FixedPointFormat.maximumWidth))
    // A sign alone has no two numbers that are symmetric.
    if isSigned, width == 1, overflow == .saturateSymmetrically { width = 0 }
    return FixedPointType(
      signed: isSigned, width: width, integer: width == 0 ? 0 : width - f, rounding: rounding,
      overflow: overflow)
  }

  /// A type for every place of the widths' shape.
  public func types(fraction: Tensor, integer: Tensor) -> [FixedPointType] {
    zip(fraction.elements.doubles, integer.elements.doubles).map {
      type(fraction: $0, integer: $1)
    }
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(3...3, inputs.count)
    guard inputs[1].shape == inputs[2].shape, inputs[1].element.isFloat, inputs[2].element.isFloat
    else {
      throw NetworkError(
        "has widths \(inputs[1]) behind and \(inputs[2]) before the point; give two float tensors of one shape"
      )
    }
    guard try broadcast(inputs[0].shape, inputs[1].shape) == inputs[0].shape else {
      throw NetworkError("its widths' shape \(inputs[1]) does not fit the input \(inputs[0])")
    }
    let element = inputs[0].element
    return [TensorType(inputs[0].shape, element.isFloat ? element : .float64)]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let x = inputs[0]
    let types = types(fraction: inputs[1], integer: inputs[2])
    let places = try broadcastOffsets(from: inputs[1].shape, to: x.shape)
    let values = try zip(x.elements.doubles, places).map { value, place in
      guard let mantissa = types[place].convert(value) else { throw NetworkError("quantises a NaN") }
      return mantissa.scaled(byPowerOfTwo: -types[place].fraction)
    }
    return [
      Tensor(
        x.shape, x.elementType == .float32 ? .float32(values.map(Float.init)) : .float64(values))
    ]
  }
}
