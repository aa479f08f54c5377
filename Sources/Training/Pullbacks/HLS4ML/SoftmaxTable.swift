import WinnowFixedPoint
public import WinnowNetworkIR

extension SoftmaxTable: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .whole }

  /// The softmax's derivative at the table's own result: `dx = y · (dy − Σ y·dy)`.
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ReferencePullback(self, site, fraction: input.fraction) { inputs, output in
      guard let dy = output.gradient else { return }
      let y = output.values
      let mean = (0..<y.count).reduce(0.0) { $0 + Double(y[$1]) * Double(dy[$1]) }
      for place in 0..<y.count {
        inputs[0].pull(place, Double(y[place]) * (Double(dy[place]) - mean))
      }
    }
  }
}
