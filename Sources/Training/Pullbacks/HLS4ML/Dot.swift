public import WinnowNetworkIR

extension Dot: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .whole }

  /// `da = dy · b`, `db = dy · a`, as if nothing were rounded.
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ReferencePullback(self, site) { inputs, output in
      guard let dy = output.gradient.map({ Double($0[0]) }) else { return }
      for (own, other) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
        for place in 0..<own.count { own.pull(place, dy * Double(other.values[place])) }
      }
    }
  }
}
