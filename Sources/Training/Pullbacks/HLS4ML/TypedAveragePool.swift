public import WinnowNetworkIR

extension TypedAveragePool: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .whole }

  /// Each position gets its part, as if nothing were rounded.
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ReferencePullback(self, site) { inputs, output in
      guard let dy = output.gradient else { return }
      let (positions, channels) = (inputs[0].shape[0], inputs[0].shape[1])
      for place in 0..<inputs[0].count {
        inputs[0].pull(place, Double(dy[place % channels]) / Double(positions))
      }
    }
  }
}
