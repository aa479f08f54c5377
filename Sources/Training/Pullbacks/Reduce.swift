public import WinnowNetworkIR

extension Reduce: Differentiable {
  public func scope(_ inputs: [TensorType]) -> Scope {
    let rank = inputs[0].shape.count
    return axes.isEmpty || axes.contains { resolved($0, rank: rank) == 0 } ? .whole : .rows
  }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ReducePullback(self, site)
  }
}

/// Sum, mean, maximum, minimum along axes. Elements that share a maximum share its gradient in equal
/// parts, as in PyTorch's `amax` and TensorFlow's `reduce_max`.
private final class ReducePullback<Scalar: TrainingScalar>: Pullback {
  private let function: Reduce.Function
  private let x, y: Operand<Scalar>
  /// Operands: y, x.
  private let runs: StridedRuns
  private let factor: Scalar
  /// How many elements share an extremum.
  private let ties: Buffer<Scalar>
  /// A sum over the last axes, which has a kernel.
  private let isRowSum: Bool

  init(_ operation: Reduce, _ site: Site<Scalar>) {
    function = operation.function
    (x, y) = (site.inputs[0], site.outputs[0])
    let rank = x.shape.count
    let axes =
      operation.axes.isEmpty
      ? Set(0..<rank) : Set(operation.axes.map { resolved($0, rank: rank) })
    let kept = x.shape.enumerated().map { axes.contains($0) ? 1 : $1 }
    runs = StridedRuns(site, broadcasting: [kept, x.shape], to: x.shape)
    let count = axes.reduce(1) { $0 * site.inputs[0].shape[$1] }
    factor = function == .mean ? 1 / Scalar(count) : 1
    let isExtremum = function == .maximum || function == .minimum
    isRowSum = !isExtremum && axes == Set(rank - axes.count..<rank)
    ties = site.allocate(isExtremum ? y.count : 0)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    guard isRowSum, y.count > 0 else {
      return reduce(function, runs, x.values, y.values, factor: factor)
    }
    unsafe Scalar.rowSums(
      x.values.base, into: y.values.base, rows: y.count, columns: x.count / y.count,
      factor: Double(factor), accumulate: false)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient, let dx = x.gradient else { return }
    switch function {
    case .sum, .mean: spread(runs, dy, dx, factor: factor, accumulates: x.accumulates)
    case .maximum, .minimum:
      pullExtremum(runs, x.values, y.values, dy, dx, ties, accumulates: x.accumulates)
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func reduce<Scalar: TrainingScalar>(
  _ function: Reduce.Function, _ runs: StridedRuns, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>,
  factor: Scalar
) {
  let (length, steps) = (runs.length, runs.steps)
  switch function {
  case .sum, .mean:
    y.fill(0)
    runs.forEachRun { i, j, _, _ in
      let (r, p) = unsafe (y.base + i, x.base + j)
      if steps.0 == 0 {
        var sum: Scalar = unsafe r[0]
        for n in 0..<length { unsafe sum += p[n * steps.1] }
        unsafe r[0] = sum
      } else {
        for n in 0..<length { unsafe r[n * steps.0] += p[n * steps.1] }
      }
    }
    if factor != 1 { for place in 0..<y.count { unsafe y.base[place] *= factor } }
  case .maximum:
    y.fill(-.infinity)
    runs.forEachRun { i, j, _, _ in
      for n in 0..<length {
        let (place, value) = unsafe (i + n * steps.0, x.base[j + n * steps.1])
        // In this order a NaN stays.
        unsafe y.base[place] = value <= y.base[place] ? y.base[place] : value
      }
    }
  case .minimum:
    y.fill(.infinity)
    runs.forEachRun { i, j, _, _ in
      for n in 0..<length {
        let (place, value) = unsafe (i + n * steps.0, x.base[j + n * steps.1])
        unsafe y.base[place] = value >= y.base[place] ? y.base[place] : value
      }
    }
  }
}

/// `dx = factor · dy`, repeated along the axes that were reduced; operands: y, x.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func spread<Scalar: TrainingScalar>(
  _ runs: StridedRuns, _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>, factor: Scalar,
  accumulates: Bool
) {
  let (length, steps) = (runs.length, runs.steps)
  runs.forEachRun { i, j, _, _ in
    for n in 0..<length {
      let pulled = unsafe dy.base[i + n * steps.0] * factor
      let place = j + n * steps.1
      unsafe dx.base[place] = accumulates ? dx.base[place] + pulled : pulled
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullExtremum<Scalar: TrainingScalar>(
  _ runs: StridedRuns, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>,
  _ dx: Buffer<Scalar>, _ ties: Buffer<Scalar>, accumulates: Bool
) {
  let (length, steps) = (runs.length, runs.steps)
  ties.fill(0)
  runs.forEachRun { i, j, _, _ in
    for n in 0..<length {
      let place = i + n * steps.0
      if unsafe x.base[j + n * steps.1] == y.base[place] { unsafe ties.base[place] += 1 }
    }
  }
  runs.forEachRun { i, j, _, _ in
    for n in 0..<length {
      let (from, to) = (i + n * steps.0, j + n * steps.1)
      let pulled: Scalar =
        unsafe x.base[to] == y.base[from] ? dy.base[from] / ties.base[from] : 0
      unsafe dx.base[to] = accumulates ? dx.base[to] + pulled : pulled
    }
  }
}
