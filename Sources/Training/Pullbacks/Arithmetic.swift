public import WinnowNetworkIR

extension Arithmetic: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope { .broadcasting(inputs) }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    let (a, b, y) = (site.inputs[0], site.inputs[1], site.outputs[0])
    if function != .maximum, function != .minimum, y.count > 0 {
      if let way = KernelBroadcast(b.shape, to: y.shape), a.count == y.count {
        return KernelArithmeticPullback(function, site, way, isSwapped: false)
      }
      if let way = KernelBroadcast(a.shape, to: y.shape), b.count == y.count {
        return KernelArithmeticPullback(function, site, way, isSwapped: true)
      }
    }
    return ArithmeticPullback(function, site)
  }
}

/// Of two operands with broadcasting; where a maximum or minimum is reached by both, each gets half
/// of the gradient, as in PyTorch.
private final class ArithmeticPullback<Scalar: TrainingScalar>: Pullback {
  private let function: Arithmetic.Function
  private let a, b, y: Operand<Scalar>
  private let runs, swapped: StridedRuns

  init(_ function: Arithmetic.Function, _ site: Site<Scalar>) {
    self.function = function
    (a, b, y) = (site.inputs[0], site.inputs[1], site.outputs[0])
    runs = StridedRuns(site, broadcasting: [a.shape, b.shape, y.shape], to: y.shape)
    swapped = StridedRuns(site, broadcasting: [b.shape, a.shape, y.shape], to: y.shape)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) { compute(function, runs, a.values, b.values, y.values) }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if let da = a.gradient {
      pull(function, sign: 1, runs, a.values, b.values, dy, da, accumulates: a.accumulates)
    }
    if let db = b.gradient {
      let sign: Scalar = function == .subtract ? -1 : 1
      pull(function, sign: sign, swapped, b.values, a.values, dy, db, accumulates: b.accumulates)
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func compute<Scalar: TrainingScalar>(
  _ function: Arithmetic.Function, _ runs: StridedRuns, _ a: Buffer<Scalar>, _ b: Buffer<Scalar>,
  _ y: Buffer<Scalar>
) {
  switch function {
  case .add: combine(runs, a, b, y) { $0 + $1 }
  case .subtract: combine(runs, a, b, y) { $0 - $1 }
  case .multiply: combine(runs, a, b, y) { $0 * $1 }
  case .maximum: combine(runs, a, b, y) { $1 >= $0 ? $1 : $0 }
  case .minimum: combine(runs, a, b, y) { $1 < $0 ? $1 : $0 }
  }
}

/// The gradient of one operand, `first`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pull<Scalar: TrainingScalar>(
  _ function: Arithmetic.Function, sign: Scalar, _ runs: StridedRuns, _ first: Buffer<Scalar>,
  _ second: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ gradient: Buffer<Scalar>, accumulates: Bool
) {
  switch function {
  case .add, .subtract:
    pullFirst(runs, first, second, dy, gradient, accumulates: accumulates) { g, _, _ in sign * g }
  case .multiply:
    pullFirst(runs, first, second, dy, gradient, accumulates: accumulates) { g, _, other in
      g * other
    }
  case .maximum:
    pullFirst(runs, first, second, dy, gradient, accumulates: accumulates) { g, own, other in
      own > other ? g : own == other ? g / 2 : 0
    }
  case .minimum:
    pullFirst(runs, first, second, dy, gradient, accumulates: accumulates) { g, own, other in
      own < other ? g : own == other ? g / 2 : 0
    }
  }
}
