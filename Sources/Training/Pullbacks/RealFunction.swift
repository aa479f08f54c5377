import CWinnowFloatKernels
import Foundation
public import WinnowNetworkIR

extension RealFunction: Differentiable {
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    if let kernel { return KernelFunctionPullback(kernel, site) }
    return ElementwisePullback(site, value: { self($0) }, slope: slope)
  }

  /// The common ones have kernels.
  private var kernel: winnow_unary? {
    switch function {
    case .exp: winnow_unary_exp
    case .tanh: winnow_unary_tanh
    case .sigmoid: winnow_unary_sigmoid
    case .logarithm: winnow_unary_log
    case .squareRoot: winnow_unary_sqrt
    case .reciprocal: winnow_unary_reciprocal
    case .errorFunction: winnow_unary_erf
    case .softplus: winnow_unary_softplus
    case .gelu: winnow_unary_gelu
    case .geluTanh: winnow_unary_gelu_tanh
    case .silu: winnow_unary_silu
    case .sine, .cosine, .softsign, .selu, .mish: nil
    }
  }

  /// `dy/dx` from x and y, of those without kernel.
  private var slope: (_ x: Double, _ y: Double) -> Double {
    switch function {
    case .sine: { x, _ in cos(x) }
    case .cosine: { x, _ in -sin(x) }
    case .softsign: { x, _ in 1 / ((1 + abs(x)) * (1 + abs(x))) }
    case .selu: { x, _ in Self.seluScale * (x > 0 ? 1 : Self.seluAlpha * exp(x)) }
    case .mish:
      { x, _ in
        let t = tanh(max(x, 0) + log1p(exp(-abs(x))))
        return t + x * (1 - t * t) / (1 + exp(-x))
      }
    default: { _, _ in .nan }
    }
  }
}
