public import WinnowFixedPoint

/// Drops the low bits of an integer and keeps its step: `y = round(x / 2^bits)` on mantissas.
///
/// QONNX's `Trunc` (version 1): the value shrinks by `2^bits`.
public struct Truncate: Operator {
  public static let name = "Truncate"

  /// The step `2^−fraction` of input and output.
  public var fraction: Int
  /// Bits that fall off.
  public var bits: Int
  public var rounding: RoundingMode

  public init(fraction: Int, bits: Int, rounding: RoundingMode) {
    self.fraction = fraction
    self.bits = bits
    self.rounding = rounding
  }

  /// First to whole steps, halves to even, as QONNX does; then by `bits`.
  private var steps: (whole: FixedPointType, dropped: FixedPointType) {
    func wide(_ fraction: Int, _ mode: RoundingMode) -> FixedPointType {
      FixedPointType(
        signed: true, width: 120, integer: 120 - fraction, rounding: mode, overflow: .saturate)
    }
    return (wide(fraction, .nearestToEven), wide(fraction - bits, rounding))
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    guard (0...63).contains(bits), fraction.magnitude <= 256 else {
      throw NetworkError("drops \(bits) bits of a value with step 2^\(-fraction); 0 to 63 are possible")
    }
    return [TensorType(inputs[0].shape, .fixed(fraction: fraction))]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    guard let (values, from) = inputs[0].exactlyFixed?.mantissas else {
      throw NetworkError("takes numbers that are exact in 64 bits")
    }
    let result = values.map {
      steps.dropped.convert(steps.whole.convert($0, fraction: from), fraction: fraction)
    }
    return [Tensor(inputs[0].shape, .fixed(result, fraction: fraction))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    var scalars: [Scalar] = []
    for scalar in inputs[0].scalars {
      let whole = try program.convert(scalar, to: steps.whole)
      let dropped = try program.convert(whole, to: steps.dropped)
      scalars.append(try program.scale(dropped, byPowerOfTwo: -bits))
    }
    return [ScalarTensor(inputs[0].shape, scalars)]
  }
}
