import WinnowFixedPoint

/// `x` where x ≥ 0, `slope · x` below; on fixed point the slope is an exact constant of few bits.
///
/// A file's decimal slope (0.3) has no short exact form: readers round it to
/// ``importedFractionBits`` bits, and `inspect` shows the slope in use.
public struct LeakyRelu: Operator {
  public static let name = "LeakyRelu"

  /// Fraction bits that a slope read from a file is rounded to, unless fewer hold it exactly.
  public static let importedFractionBits = 10

  /// The slope is `mantissa · 2^−fraction`.
  public var mantissa: Int
  public var fraction: Int

  public init(mantissa: Int, fraction: Int) {
    self.mantissa = mantissa
    self.fraction = fraction
  }

  /// The nearest slope of ``importedFractionBits`` bits.
  ///
  /// - Throws: ``NetworkError`` if the slope is not finite or beyond ±1024.
  public init(nearest slope: Double) throws {
    guard slope.isFinite, slope.magnitude <= 1024 else {
      throw NetworkError("has the slope \(slope); between −1024 and 1024 is possible")
    }
    mantissa = Int((slope * Double(1 << Self.importedFractionBits)).rounded())
    fraction = Self.importedFractionBits
    while fraction > 0, mantissa & 1 == 0 {
      mantissa >>= 1
      fraction -= 1
    }
  }

  /// A slope that is taken as it stands, for real numbers; one that needs more than 62 fraction bits is
  /// rounded as by ``init(nearest:)``.
  ///
  /// - Throws: ``NetworkError`` if it is not finite or beyond 2^20.
  public init(exactly slope: Double) throws {
    let (mantissa, fraction) = dyadic(slope) ?? (0, 0)
    guard slope.isFinite, let narrow = Int(exactly: mantissa), fraction <= 62 else {
      try self.init(nearest: slope)
      return
    }
    // A slope that is a large power of two has a negative fraction.
    guard fraction >= 0 || fraction > -20 else { throw NetworkError("has the slope \(slope)") }
    self.init(mantissa: fraction < 0 ? narrow << -fraction : narrow, fraction: max(fraction, 0))
  }

  /// The nearest slope of so many fraction bits; itself where fewer hold it.
  public func rounded(toFraction bits: Int) -> LeakyRelu {
    guard fraction > bits else { return self }
    var result = LeakyRelu(
      mantissa: Int((slope * Double(sign: .plus, exponent: bits, significand: 1)).rounded()),
      fraction: bits)
    while result.fraction > 0, result.mantissa & 1 == 0 {
      result.mantissa >>= 1
      result.fraction -= 1
    }
    return result
  }

  public var slope: Double { Double(mantissa) * Double(sign: .plus, exponent: -fraction, significand: 1) }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    guard (0...62).contains(fraction) else {
      throw NetworkError("has a slope with \(fraction) fraction bits; 0 to 62 are possible")
    }
    if case .fixed(let bits) = inputs[0].arithmetic.element {
      return [TensorType(inputs[0].shape, .fixed(fraction: bits + fraction))]
    }
    return [inputs[0]]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    if let (values, bits) = inputs[0].mantissas {
      let result = try values.map {
        try $0 >= 0 ? Exact.shiftLeft($0, fraction) : Exact.multiply($0, Int128(mantissa))
      }
      return [Tensor(inputs[0].shape, .fixed(result, fraction: bits + fraction))]
    }
    return [try inputs[0].mapped { $0 >= 0 ? $0 : $0 * slope }]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    let slope = slope
    return [
      try inputs[0].mapped(&program, real: { $0 >= 0 ? $0 : $0 * slope }) { program, x in
        if try program.range(x).low >= 0 { return x }
        let below = try program.linear(
          [(x, Int128(mantissa))], coefficientFraction: fraction)
        // For a slope from 0 to 1 the larger of x and slope · x is the answer on both sides.
        if mantissa >= 0, mantissa <= 1 << fraction { return try program.maximum(x, below) }
        return try program.select(program.isNegative(x), below, x)
      }
    ]
  }
}
