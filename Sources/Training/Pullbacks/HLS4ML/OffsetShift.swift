public import WinnowNetworkIR

extension OffsetShift: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .whole }

  /// `dx = dy · 2^−shift`, as if nothing were rounded.
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ReferencePullback(self, site) { inputs, output in
      guard let dy = output.gradient else { return }
      for place in 0..<inputs[0].count {
        let factor = Double(sign: .plus, exponent: -shifts[place], significand: 1)
        inputs[0].pull(place, Double(dy[place]) * factor)
      }
    }
  }
}
