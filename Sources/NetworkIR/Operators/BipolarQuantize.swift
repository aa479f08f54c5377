/// One bit: `+scale` where x ≥ 0, `−scale` below. QONNX's `BipolarQuant`.
public struct BipolarQuantize: Operator {
  public static let name = "BipolarQuantize"

  /// The scale is `2^−fraction`.
  public var fraction: Int

  public init(fraction: Int) { self.fraction = fraction }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    guard fraction.magnitude <= 256 else {
      throw NetworkError("has the scale 2^\(-fraction); 2^-256 to 2^256 are possible")
    }
    return [TensorType(inputs[0].shape, .fixed(fraction: fraction))]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    let signs: [Int128] =
      inputs[0].mantissas.map { $0.values.map { $0 >= 0 ? 1 : -1 } }
      ?? inputs[0].elements.doubles.map { $0 >= 0 ? 1 : -1 }
    return [Tensor(inputs[0].shape, .fixed(signs, fraction: fraction))]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    var scalars: [Scalar] = []
    for scalar in inputs[0].scalars {
      if case .realConstant(let value) = scalar {
        scalars.append(.constant(value >= 0 ? 1 : -1, fraction: fraction))
        continue
      }
      let negative = try program.isNegative(scalar)
      scalars.append(
        try program.linear(
          [(negative, -2)], coefficientFraction: fraction, constant: (1, fraction)))
    }
    return [ScalarTensor(inputs[0].shape, scalars)]
  }
}
