import WinnowFixedPoint

/// Clips to constant bounds, `min(max(x, low), high)`: ONNX's `Clip`, the clipped ReLU.
public struct Clip: Operator {
  public static let name = "Clip"

  /// Exact bounds; a missing one does not bind.
  public var low: Double?
  public var high: Double?

  public init(low: Double? = nil, high: Double? = nil) {
    self.low = low
    self.high = high
  }

  private func bound(_ value: Double?) -> (mantissa: Int128, fraction: Int)? {
    value.map { dyadic($0) ?? (0, 0) }
  }

  private func resultFraction(_ fraction: Int) -> Int {
    [low, high].compactMap { bound($0)?.fraction }.reduce(fraction, max)
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    guard (low ?? 0).isFinite, (high ?? 0).isFinite, (low ?? -.infinity) <= (high ?? .infinity) else {
      throw NetworkError(
        "clips to \(low ?? -.infinity)…\(high ?? .infinity); the bounds must be finite and in order")
    }
    if case .fixed(let fraction) = inputs[0].arithmetic.element {
      return [TensorType(inputs[0].shape, .fixed(fraction: resultFraction(fraction)))]
    }
    return [inputs[0]]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    if let (values, bits) = inputs[0].mantissas {
      let fraction = resultFraction(bits)
      var result = try Exact.align(values, from: bits, to: fraction)
      if let low = bound(low) {
        let least = try Exact.shiftLeft(low.mantissa, fraction - low.fraction)
        result = result.map { max($0, least) }
      }
      if let high = bound(high) {
        let most = try Exact.shiftLeft(high.mantissa, fraction - high.fraction)
        result = result.map { min($0, most) }
      }
      return [Tensor(inputs[0].shape, .fixed(result, fraction: fraction))]
    }
    return [
      try inputs[0].mapped { min(max($0, low ?? -.infinity), high ?? .infinity) }
    ]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let (low, high) = (low, high)
    return [
      try inputs[0].mapped(
        &program, real: { min(max($0, low ?? -.infinity), high ?? .infinity) }
      ) { program, x in
        var x = x
        if let (mantissa, fraction) = bound(low) {
          x = try program.maximum(x, .constant(mantissa, fraction: fraction))
        }
        if let (mantissa, fraction) = bound(high) {
          x = try program.minimum(x, .constant(mantissa, fraction: fraction))
        }
        return x
      }
    ]
  }
}
