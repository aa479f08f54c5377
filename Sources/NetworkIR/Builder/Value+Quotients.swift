public import WinnowFixedPoint

/// Formats of what lies between the logits and the probabilities of an exact softmax.
public struct SoftmaxFormats: Sendable, Hashable {
  /// Of `x − max x`, never positive: the argument of the table of exp.
  public var difference: FixedPointType
  /// Of `e^(x − max x)`, at most 1.
  public var exponential: FixedPointType
  /// Of the sum: the argument of the table of reciprocals, at most 16 bits.
  public var sum: FixedPointType
  public var reciprocal: FixedPointType
  public var probability: FixedPointType

  public init(
    difference: FixedPointType, exponential: FixedPointType, sum: FixedPointType,
    reciprocal: FixedPointType, probability: FixedPointType
  ) {
    self.difference = difference
    self.exponential = exponential
    self.sum = sum
    self.reciprocal = reciprocal
    self.probability = probability
  }
}

extension NetworkBuilder.Value {
  /// This divided by another value, as a product with a table of its reciprocals.
  ///
  /// - Parameters:
  ///   - divisor: fixed point of at most 16 bits; 0 gives the largest reciprocal of a saturating type.
  ///   - reciprocal: the table's format.
  public func divided(
    by divisor: Self, reciprocal: FixedPointType, name: String = "quotient"
  ) -> Self {
    let inverse = divisor.applying(.reciprocal, name: "\(name)_reciprocal")
      .quantized(reciprocal, name: "\(name)_table")
    return combined(.multiply, with: inverse, name: name)
  }

  /// Softmax by tables with the largest entry taken off first, so that nothing overflows: what hls4ml
  /// calls its stable implementation, with every format given.
  public func softmax(
    formats: SoftmaxFormats, axis: Int = -1, name: String = "softmax"
  ) -> Self {
    let most = reduced(.maximum, axes: [axis], keepsAxes: true, name: "\(name)_maximum")
    let exponentials = combined(.subtract, with: most, name: "\(name)_difference")
      .quantized(formats.difference, name: "\(name)_argument")
      .exp(name: "\(name)_exp").quantized(formats.exponential, name: "\(name)_exponentials")
    let sum = exponentials.reduced(.sum, axes: [axis], keepsAxes: true, name: "\(name)_total")
      .quantized(formats.sum, name: "\(name)_sum")
    return
      exponentials
      .divided(by: sum, reciprocal: formats.reciprocal, name: "\(name)_quotient")
      .quantized(formats.probability, name: name)
  }
}
