public import WinnowFixedPoint

/// hls4ml's global average pooling in one dimension: sums in the accumulator type, divides towards
/// zero, casts to the accumulator type and then to the average's. Input `[positions, channels]`,
/// output `[channels]`.
public struct TypedAveragePool: Operator {
  public static let name = "TypedAveragePool"

  public var accumulator: FixedPointType
  /// Older hls4ml returns the input's type here.
  public var average: FixedPointType

  public init(accumulator: FixedPointType, average: FixedPointType) {
    self.accumulator = accumulator
    self.average = average
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    try accumulator.format.validate()
    try average.format.validate()
    guard inputs[0].shape.count == 2, let positions = inputs[0].shape[0].size, positions > 0,
      case .fixed = inputs[0].arithmetic.element
    else {
      throw NetworkError("takes fixed point of [positions, channels], not \(inputs[0])")
    }
    return [TensorType([inputs[0].shape[1]], .fixed(fraction: average.fraction))]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let (x, fraction) = try inputs[0].exactMantissas()
    let (positions, channels) = (inputs[0].shape[0], inputs[0].shape[1])
    let common = max(fraction, accumulator.fraction)
    let result = try (0..<channels).map { channel in
      var total: Int128 = 0
      for position in 0..<positions {
        let sum = try Exact.add(
          Exact.shiftLeft(total, common - accumulator.fraction),
          Exact.shiftLeft(x[position * channels + channel], common - fraction))
        total = accumulator.convert(sum, fraction: common)
      }
      let mean = accumulator.convert(
        divideTowardZero(total, by: Int128(positions)), fraction: accumulator.fraction)
      return average.convert(mean, fraction: accumulator.fraction)
    }
    return [Tensor([channels], .fixed(result, fraction: average.fraction))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let x = inputs[0]
    let (positions, channels) = (x.shape[0], x.shape[1])
    var scalars: [Scalar] = []
    for channel in 0..<channels {
      let sum = try Accumulation(accumulator: accumulator).lower(
        (0..<positions).map { (x.scalars[$0 * channels + channel], 1) }, weightFraction: 0,
        bias: nil, into: &program)
      // The division works on the accumulator's own mantissa: its step, not a coarser one.
      let range = try program.range(sum)
      let coarser = accumulator.fraction - range.fraction
      let divisor = Int128(positions)
      let shared = min(coarser, divisor.trailingZeroBitCount)
      let scaled = try program.refined(sum, to: accumulator.fraction - shared)
      var mean = try program.divide(scaled, by: divisor >> shared)
      mean = try program.scale(mean, byPowerOfTwo: -shared)
      scalars.append(
        try program.convert(program.convert(mean, to: accumulator), to: average))
    }
    return [ScalarTensor([channels], scalars)]
  }
}
