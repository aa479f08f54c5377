public import WinnowNetworkIR

extension SumOfSquares: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .whole }

  /// `dx = 2 x · dy`, as if nothing were rounded.
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ReferencePullback(self, site) { inputs, output in
      guard let dy = output.gradient.map({ Double($0[0]) }) else { return }
      for place in 0..<inputs[0].count {
        inputs[0].pull(place, 2 * Double(inputs[0].values[place]) * dy)
      }
    }
  }
}
