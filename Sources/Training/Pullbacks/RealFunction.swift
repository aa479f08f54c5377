import Foundation
public import WinnowNetworkIR

extension RealFunction: Differentiable {
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ElementwisePullback(site, value: { self($0) }, slope: slope)
  }

  /// `dy/dx` from x and y.
  var slope: (_ x: Double, _ y: Double) -> Double {
    switch function {
    case .exp: { _, y in y }
    case .tanh: { _, y in 1 - y * y }
    case .sigmoid: { _, y in y * (1 - y) }
    case .logarithm: { x, _ in 1 / x }
    case .squareRoot: { _, y in 0.5 / y }
    case .reciprocal: { _, y in -y * y }
    case .sine: { x, _ in cos(x) }
    case .cosine: { x, _ in -sin(x) }
    case .errorFunction: { x, _ in 2 / Double.pi.squareRoot() * exp(-x * x) }
    case .softplus: { x, _ in Self.logistic(x) }
    case .softsign: { x, _ in 1 / ((1 + abs(x)) * (1 + abs(x))) }
    // Φ(x) + x φ(x)
    case .gelu:
      { x, _ in
        0.5 * erfc(-x * 0.5.squareRoot()) + x * exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      }
    case .geluTanh: Self.geluTanhSlope
    case .silu:
      { x, _ in
        let s = Self.logistic(x)
        return s * (1 + x * (1 - s))
      }
    case .selu: { x, _ in Self.seluScale * (x > 0 ? 1 : Self.seluAlpha * exp(x)) }
    case .mish:
      { x, _ in
        let t = tanh(max(x, 0) + log1p(exp(-abs(x))))
        return t + x * Self.logistic(x) * (1 - t * t)
      }
    }
  }

  private static func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// Of `x (1 + tanh u) / 2` with `u = √(2/π) (x + 0.044715 x³)`.
  private static func geluTanhSlope(_ x: Double, _ y: Double) -> Double {
    let root = (2 / Double.pi).squareRoot()
    let t = tanh(root * (x + 0.044715 * x * x * x))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * root * (1 + 3 * 0.044715 * x * x)
  }
}
