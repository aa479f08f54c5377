public import WinnowNetworkIR

extension Where: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .broadcasting(inputs) }
  public func isDifferentiable(input: Int) -> Bool { input > 0 }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback { WherePullback(site) }
}

/// The gradient goes to the operand that was taken.
private final class WherePullback<Scalar: TrainingScalar>: Pullback {
  private let mask, a, b, y: Operand<Scalar>
  /// Operands: mask, a, b, y; and for the gradients: a or b, mask, y.
  private let runs, first, second: StridedRuns

  init(_ site: Site<Scalar>) {
    (mask, a, b, y) = (site.inputs[0], site.inputs[1], site.inputs[2], site.outputs[0])
    runs = StridedRuns(
      site, broadcasting: [mask.shape, a.shape, b.shape, y.shape], to: y.shape)
    first = StridedRuns(site, broadcasting: [a.shape, mask.shape, y.shape], to: y.shape)
    second = StridedRuns(site, broadcasting: [b.shape, mask.shape, y.shape], to: y.shape)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) { choose(runs, mask.values, a.values, b.values, y.values) }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if let da = a.gradient {
      pullChosen(first, mask.values, dy, da, holds: true, accumulates: a.accumulates)
    }
    if let db = b.gradient {
      pullChosen(second, mask.values, dy, db, holds: false, accumulates: b.accumulates)
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func choose<Scalar: TrainingScalar>(
  _ runs: StridedRuns, _ mask: Buffer<Scalar>, _ a: Buffer<Scalar>, _ b: Buffer<Scalar>,
  _ y: Buffer<Scalar>
) {
  let (length, steps) = (runs.length, runs.steps)
  runs.forEachRun { m, i, j, k in
    for n in 0..<length {
      unsafe y.base[k + n * steps.3] =
        mask.base[m + n * steps.0] != 0 ? a.base[i + n * steps.1] : b.base[j + n * steps.2]
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullChosen<Scalar: TrainingScalar>(
  _ runs: StridedRuns, _ mask: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ gradient: Buffer<Scalar>,
  holds: Bool, accumulates: Bool
) {
  // The operand's own values play no part; its gradient stands in for them.
  pullFirst(runs, gradient, mask, dy, gradient, accumulates: accumulates) { g, _, mask in
    (mask != 0) == holds ? g : 0
  }
}
