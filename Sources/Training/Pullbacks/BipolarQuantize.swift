public import WinnowNetworkIR

extension BipolarQuantize: Differentiable {
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    BipolarPullback(site, scale: Scalar(sign: .plus, exponent: Scalar.Exponent(-fraction), significand: 1))
  }
}

/// The sign, times a scale; backward the hard tanh's derivative times the scale: 1 for |x| ≤ 1.
///
/// - Reference: M. Courbariaux et al., arXiv 1602.02830, equation 4.
private final class BipolarPullback<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let scale: Scalar

  init(_ site: Site<Scalar>, scale: Scalar) {
    (x, y) = (site.inputs[0], site.outputs[0])
    self.scale = scale
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) { sign(x.values, y.values, scale) }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dx = x.gradient, let dy = y.gradient else { return }
    pullInside(x.values, dy, dx, -1, 1, slope: scale, accumulates: x.accumulates)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func sign<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ scale: Scalar
) {
  for place in 0..<y.count { unsafe y.base[place] = x.base[place] < 0 ? -scale : scale }
}
