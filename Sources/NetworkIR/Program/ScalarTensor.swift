/// One scalar while a network is being lowered.
public enum Scalar: Sendable {
  case constant(Int128, fraction: Int)
  case value(FixedPointProgram.Value)
  /// An element of a graph input that no `Quantize` has seen yet.
  case raw(port: Int, element: Int)
  /// A real function of one value, which a later `Quantize` turns into a table.
  case real(of: FixedPointProgram.Value, @Sendable (Double) -> Double)
  case realConstant(Double)
}

extension Scalar {
  /// Whether both are the same exact number.
  func isSame(as other: Scalar) -> Bool {
    switch (self, other) {
    case (.value(let a), .value(let b)): a == b
    case (.constant(let a, let f), .constant(let b, let g)):
      a == 0 && b == 0 || f == g && a == b
        || f < g && g - f < 127 && a << (g - f) == b && b >> (g - f) == a
        || g < f && f - g < 127 && b << (f - g) == a && a >> (f - g) == b
    default: false
    }
  }
}

extension Scalar {
  /// The same scalar; a folded constant that counts in a finer step than it needs counts in
  /// `2^−fraction`.
  func counted(inStepsOf fraction: Int) -> Scalar {
    guard case .constant(let mantissa, let finer) = self, finer > fraction,
      mantissa == 0 || mantissa.trailingZeroBitCount >= finer - fraction
    else { return self }
    return .constant(mantissa >> (finer - fraction), fraction: fraction)
  }
}

/// A tensor of scalars, row-major.
public struct ScalarTensor: Sendable {
  public var shape: [Int]
  public var scalars: [Scalar]

  public init(_ shape: [Int], _ scalars: [Scalar]) {
    self.shape = shape
    self.scalars = scalars
  }

  public init(_ constant: Tensor) {
    shape = constant.shape
    if let (mantissas, fraction) = constant.mantissas {
      scalars = mantissas.map { .constant($0, fraction: fraction) }
    } else {
      scalars = constant.elements.doubles.map(Scalar.realConstant)
    }
  }

  func gathered(_ indices: [Int], shape: [Int]) -> ScalarTensor {
    ScalarTensor(shape, indices.map { scalars[$0] })
  }

  /// Mantissas and fraction bits, counted in the finest step, when every scalar is an exact constant.
  func constantMantissas() throws -> (values: [Int128], fraction: Int)? {
    var constants: [(mantissa: Int128, fraction: Int)] = []
    for scalar in scalars {
      guard case .constant(let mantissa, let fraction) = scalar else { return nil }
      constants.append((mantissa, fraction))
    }
    let finest = constants.lazy.filter { $0.mantissa != 0 }.map(\.fraction).max() ?? 0
    let values = try constants.map { mantissa, fraction in
      try Exact.shiftLeft(mantissa, finest - fraction)
    }
    return (values, finest)
  }
}
