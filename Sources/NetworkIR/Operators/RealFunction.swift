import Foundation

/// A real function of each element, computed in double precision.
///
/// Its result is no fixed-point number; a `Quantize` after it makes a table in the integer engine
/// and in firmware, with exactly these values.
public struct RealFunction: Operator {
  public static let name = "RealFunction"

  public enum Function: String, Sendable, Hashable, Codable, CaseIterable {
    case exp, tanh, sigmoid
    case logarithm, squareRoot, reciprocal
    case sine, cosine
    /// `2/√π ∫₀ˣ e^(−t²) dt`.
    case errorFunction
    /// `ln(1 + eˣ)`.
    case softplus
    /// `x / (1 + |x|)`.
    case softsign
    /// `x Φ(x) = x (1 + erf(x/√2)) / 2`; D. Hendrycks and K. Gimpel, arXiv 1606.08415, section 2.
    case gelu
    /// The approximation of GELU by `x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2`; same paper.
    case geluTanh
    /// `x sigmoid(x)`, also called swish; P. Ramachandran et al., arXiv 1710.05941.
    case silu
    /// `λ x` where x > 0, `λ α (eˣ − 1)` below, α = 1.6733 and λ = 1.0507 as in G. Klambauer et
    /// al., arXiv 1706.02515, equation 2.
    case selu
    /// `x tanh(softplus(x))`; D. Misra, arXiv 1908.08681.
    case mish
  }

  public var function: Function

  public init(_ function: Function) { self.function = function }

  /// α and λ of SELU.
  public static let seluAlpha = 1.6732632423543772
  public static let seluScale = 1.0507009873554805

  public func callAsFunction(_ x: Double) -> Double {
    switch function {
    case .exp: Foundation.exp(x)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: 1 / (1 + Foundation.exp(-x))
    case .logarithm: Foundation.log(x)
    case .squareRoot: x.squareRoot()
    case .reciprocal: 1 / x
    case .sine: Foundation.sin(x)
    case .cosine: Foundation.cos(x)
    case .errorFunction: Foundation.erf(x)
    case .softplus: Self.softplus(x)
    case .softsign: x / (1 + abs(x))
    // The complement keeps all digits of the left tail.
    case .gelu: x * (0.5 * Foundation.erfc(-x * 0.5.squareRoot()))
    case .geluTanh:
      x * (0.5 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))))
    case .silu: x / (1 + Foundation.exp(-x))
    case .selu: Self.seluScale * (x > 0 ? x : Self.seluAlpha * Foundation.expm1(x))
    case .mish: x * Foundation.tanh(Self.softplus(x))
    }
  }

  /// Without overflow for large x.
  private static func softplus(_ x: Double) -> Double {
    max(x, 0) + Foundation.log1p(Foundation.exp(-abs(x)))
  }

  public func infer(_ inputs: [TensorType]) throws -> [TensorType] {
    try requireInputs(1...1, inputs.count)
    return [inputs[0].real]
  }

  public func evaluate(_ inputs: [Tensor]) throws -> [Tensor] {
    [try inputs[0].mapped { self($0) }]
  }

  public func lower(
    _ inputs: [ScalarTensor], into program: inout ProgramBuilder
  ) throws -> [ScalarTensor] {
    [
      ScalarTensor(
        inputs[0].shape, try inputs[0].scalars.map { try program.apply({ self($0) }, to: $0) })
    ]
  }
}
