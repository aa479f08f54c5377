public import WinnowNetworkIR

extension Comparison: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .broadcasting(inputs) }
  public func isDifferentiable(input: Int) -> Bool { false }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ComparisonPullback(relation, site)
  }
}

/// 1 where the relation holds, else 0; no gradient.
private final class ComparisonPullback<Scalar: TrainingScalar>: Pullback {
  private let relation: Comparison.Relation
  private let a, b, y: Operand<Scalar>
  private let runs: StridedRuns

  init(_ relation: Comparison.Relation, _ site: Site<Scalar>) {
    self.relation = relation
    (a, b, y) = (site.inputs[0], site.inputs[1], site.outputs[0])
    runs = StridedRuns(site, broadcasting: [a.shape, b.shape, y.shape], to: y.shape)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) { compare(relation, runs, a.values, b.values, y.values) }
  @specialized(where Scalar == Float)
  func backward(phase: Int) {}
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func compare<Scalar: TrainingScalar>(
  _ relation: Comparison.Relation, _ runs: StridedRuns, _ a: Buffer<Scalar>, _ b: Buffer<Scalar>,
  _ y: Buffer<Scalar>
) {
  switch relation {
  case .less: combine(runs, a, b, y) { $0 < $1 ? 1 : 0 }
  case .lessOrEqual: combine(runs, a, b, y) { $0 <= $1 ? 1 : 0 }
  case .greater: combine(runs, a, b, y) { $0 > $1 ? 1 : 0 }
  case .greaterOrEqual: combine(runs, a, b, y) { $0 >= $1 ? 1 : 0 }
  case .equal: combine(runs, a, b, y) { $0 == $1 ? 1 : 0 }
  }
}
