public import WinnowNetworkIR

extension Scatter: Differentiable {
  public func isDifferentiable(input: Int) -> Bool { input != 1 }

  public func scope(_ inputs: [TensorType]) -> Scope {
    inputs.allSatisfy(\.isBatched) ? .collective : .whole
  }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ScatterPullback(self, site)
  }
}

/// Each shard writes its own rows, entries in order, through a ``SegmentIndex``.
///
/// Without reduction the last entry gets the row's gradient and the others none; of those that share
/// a maximum, the row of data among them, each gets an equal part. An index out of range makes
/// everything NaN.
private final class ScatterPullback<Scalar: TrainingScalar>: Pullback {
  private let reduction: Scatter.Reduction
  private let data, updates, y: Operand<Scalar>
  private let source: IndexSource<Scalar>
  private let index: SegmentIndex
  private let site: Site<Scalar>
  private let isCollective: Bool

  init(_ operation: Scatter, _ site: Site<Scalar>) {
    reduction = operation.reduction
    self.site = site
    (data, updates, y) = (site.inputs[0], site.inputs[2], site.outputs[0])
    isCollective = site.inputs.allSatisfy(\.isBatched)
    let source = IndexSource.shared(site.inputs[1], site)
    self.source = source
    index = SegmentIndex.shared(site, source, segments: data.rows, fromEnd: true)
  }

  var forwardPhases: Int { 2 }
  /// Data first, then updates: they may be one value.
  var backwardPhases: Int { 2 }

  private var rows: Range<Int> { site.part(of: data.rows, isCollective: isCollective) }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    if phase == 0 {
      if site.shard > 0 { return }
      source.update()
      return index.update(source.indices)
    }
    if index.strays > 0 {
      let width = y.rowCount
      return y.values.part(rows.lowerBound * width..<rows.upperBound * width).fill(.nan)
    }
    scatter(reduction, data.values, updates.values, y.values, index, width: y.rowCount, rows)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if phase == 0, let gradient = data.gradient {
      pullData(
        reduction, data.values, updates.values, y.values, dy, gradient, index, width: y.rowCount,
        rows, accumulates: data.accumulates)
    }
    if phase == 1, let gradient = updates.gradient {
      pullUpdates(
        reduction, data.values, updates.values, y.values, dy, gradient, index, width: y.rowCount,
        rows, accumulates: updates.accumulates)
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func scatter<Scalar: TrainingScalar>(
  _ reduction: Scatter.Reduction, _ data: Buffer<Scalar>, _ updates: Buffer<Scalar>,
  _ y: Buffer<Scalar>, _ index: SegmentIndex, width: Int, _ rows: Range<Int>
) {
  for row in rows {
    let to = unsafe y.base + row * width
    for n in 0..<width { unsafe to[n] = data.base[row * width + n] }
    for entry in index.range(row) {
      let from = unsafe updates.base + Int(index.entries.base[entry]) * width
      switch reduction {
      case .none: for n in 0..<width { unsafe to[n] = from[n] }
      case .add: for n in 0..<width { unsafe to[n] += from[n] }
      case .maximum: for n in 0..<width { unsafe to[n] = from[n] <= to[n] ? to[n] : from[n] }
      case .minimum: for n in 0..<width { unsafe to[n] = from[n] >= to[n] ? to[n] : from[n] }
      }
    }
  }
}

/// How much of a row's gradient goes to a contribution that equals the result: a part for each.
@inline(__always)
private func share<Scalar: TrainingScalar>(
  _ data: Buffer<Scalar>, _ updates: Buffer<Scalar>, _ y: Buffer<Scalar>, _ index: SegmentIndex,
  width: Int, row: Int, column: Int
) -> Scalar {
  let result = unsafe y.base[row * width + column]
  var ties: Scalar = unsafe data.base[row * width + column] == result ? 1 : 0
  for entry in index.range(row)
  where unsafe updates.base[Int(index.entries.base[entry]) * width + column] == result {
    ties += 1
  }
  return ties > 0 ? 1 / ties : 0
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullData<Scalar: TrainingScalar>(
  _ reduction: Scatter.Reduction, _ data: Buffer<Scalar>, _ updates: Buffer<Scalar>,
  _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ gradient: Buffer<Scalar>, _ index: SegmentIndex,
  width: Int, _ rows: Range<Int>, accumulates: Bool
) {
  for row in rows {
    let isKept = index.range(row).isEmpty || reduction == .add
    for n in 0..<width {
      let place = row * width + n
      var pulled: Scalar = 0
      if isKept {
        pulled = unsafe dy.base[place]
      } else if reduction != .none, unsafe data.base[place] == y.base[place] {
        pulled =
          unsafe dy.base[place]
          * share(data, updates, y, index, width: width, row: row, column: n)
      }
      unsafe gradient.base[place] = accumulates ? gradient.base[place] + pulled : pulled
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullUpdates<Scalar: TrainingScalar>(
  _ reduction: Scatter.Reduction, _ data: Buffer<Scalar>, _ updates: Buffer<Scalar>,
  _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ gradient: Buffer<Scalar>, _ index: SegmentIndex,
  width: Int, _ rows: Range<Int>, accumulates: Bool
) {
  for row in rows {
    let range = index.range(row)
    for entry in range {
      let start = unsafe Int(index.entries.base[entry]) * width
      for n in 0..<width {
        let (from, to) = (row * width + n, start + n)
        var pulled: Scalar = 0
        switch reduction {
        case .add: pulled = unsafe dy.base[from]
        case .none: pulled = unsafe entry == range.upperBound - 1 ? dy.base[from] : 0
        case .maximum, .minimum:
          if unsafe updates.base[to] == y.base[from] {
            pulled =
              unsafe dy.base[from]
              * share(data, updates, y, index, width: width, row: row, column: n)
          }
        }
        unsafe gradient.base[to] = accumulates ? gradient.base[to] + pulled : pulled
      }
    }
  }
}
