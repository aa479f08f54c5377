public import WinnowNetworkIR

extension SegmentReduce: Differentiable {
  public func isDifferentiable(input: Int) -> Bool { input == 0 }
  public func scope(_ inputs: [TensorType]) -> Scope { .segments(inputs) }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    SegmentReducePullback(self, site)
  }
}

extension Scope {
  /// Each shard reduces its own segments, if edges and nodes are both counted by symbols.
  static func segments(_ inputs: [TensorType]) -> Scope {
    inputs[0].isBatched && inputs[1].isBatched && (inputs.count < 3 || inputs[2].isBatched)
      ? (inputs.count == 3 ? .collective : .whole) : .whole
  }
}

/// Forward each shard reduces its own segments, entries in order; backward it spreads to its own
/// entries. Cost: one pass over the entries each way, and O(E + V) when the ids changed.
///
/// Entries that share a maximum share its gradient in equal parts. An id out of range makes
/// everything NaN, which training reports as a loss that is no number.
private final class SegmentReducePullback<Scalar: TrainingScalar>: Pullback {
  private let function: Reduce.Function
  private let x, y: Operand<Scalar>
  private let source: IndexSource<Scalar>
  private let index: SegmentIndex
  private let site: Site<Scalar>
  private let isCollective: Bool
  private let width: Int
  /// Of a mean: 1 / number of entries; of the extrema: 1 / number that share it, per column.
  private let shares: Buffer<Scalar>

  private final class Shares {
    let buffer: Buffer<Scalar>
    init(_ buffer: Buffer<Scalar>) { self.buffer = buffer }
  }

  init(_ operation: SegmentReduce, _ site: Site<Scalar>) {
    function = operation.function
    self.site = site
    (x, y) = (site.inputs[0], site.outputs[0])
    isCollective = x.isBatched && site.inputs[1].isBatched && y.isBatched
    width = y.rowCount
    let source = IndexSource.shared(site.inputs[1], site)
    self.source = source
    index = SegmentIndex.shared(site, source, segments: y.rows, fromEnd: false)
    let count = function == .sum ? 0 : function == .mean ? y.rows : y.count
    shares = site.shared.object { Shares(site.allocate(count)) }.buffer
  }

  var forwardPhases: Int { 2 }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    if phase == 0 {
      if site.shard > 0 { return }
      source.update()
      return index.update(source.indices)
    }
    let segments = site.part(of: y.rows, isCollective: isCollective)
    if index.strays > 0 {
      return y.values.part(segments.lowerBound * width..<segments.upperBound * width).fill(.nan)
    }
    switch function {
    case .sum, .mean:
      if function == .mean { reciprocals(index, shares, segments) }
      sumSegments(
        x.values, index, y.values, width: width, segments,
        factor: function == .mean ? shares : nil, accumulates: false)
    case .maximum, .minimum:
      extrema(
        x.values, index, y.values, shares, width: width, segments,
        sign: function == .maximum ? 1 : -1)
    }
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient, let dx = x.gradient else { return }
    let entries = site.part(of: source.indices.count, isCollective: isCollective)
    switch function {
    case .sum, .mean:
      spreadSegments(
        dy, source.indices, dx, width: width, entries, segments: y.rows,
        factor: function == .mean ? shares : nil, accumulates: x.accumulates)
    case .maximum, .minimum:
      pullExtrema(
        x.values, y.values, dy, source.indices, dx, shares, width: width, entries,
        accumulates: x.accumulates)
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func reciprocals<Scalar: TrainingScalar>(
  _ index: SegmentIndex, _ shares: Buffer<Scalar>, _ segments: Range<Int>
) {
  for segment in segments {
    unsafe shares.base[segment] = 1 / Scalar(max(index.range(segment).count, 1))
  }
}

/// Maximum (sign 1) or minimum (−1) and the reciprocal of how many entries reach it.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func extrema<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ index: SegmentIndex, _ y: Buffer<Scalar>, _ shares: Buffer<Scalar>,
  width: Int, _ segments: Range<Int>, sign: Scalar
) {
  for segment in segments {
    let range = index.range(segment)
    for column in 0..<width {
      let to = segment * width + column
      var extremum: Scalar = 0
      var ties: Scalar = 0
      for (rank, entry) in range.enumerated() {
        let value = unsafe x.base[Int(index.entries.base[entry]) * width + column]
        if rank == 0 || !(sign * value <= sign * extremum) {
          (extremum, ties) = (value, 1)
        } else if value == extremum {
          ties += 1
        }
      }
      unsafe y.base[to] = extremum
      unsafe shares.base[to] = ties > 0 ? 1 / ties : 0
    }
  }
}

/// `dx[e] = factor[ids[e]] · dy[ids[e]]`.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func spreadSegments<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ ids: Buffer<Int32>, _ dx: Buffer<Scalar>, width: Int,
  _ entries: Range<Int>, segments: Int, factor: Buffer<Scalar>?, accumulates: Bool
) {
  for entry in entries {
    let segment = unsafe Int(ids.base[entry])
    guard segment >= 0, segment < segments else { continue }
    let from = unsafe dy.base + segment * width
    let to = unsafe dx.base + entry * width
    let scale = unsafe factor?.base[segment] ?? 1
    if accumulates {
      for n in 0..<width { unsafe to[n] += from[n] * scale }
    } else {
      for n in 0..<width { unsafe to[n] = from[n] * scale }
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullExtrema<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ ids: Buffer<Int32>,
  _ dx: Buffer<Scalar>, _ shares: Buffer<Scalar>, width: Int, _ entries: Range<Int>,
  accumulates: Bool
) {
  let segments = width > 0 ? y.count / width : 0
  for entry in entries {
    let segment = unsafe Int(ids.base[entry])
    guard segment >= 0, segment < segments else { continue }
    for column in 0..<width {
      let (from, to) = (segment * width + column, entry * width + column)
      let pulled: Scalar = unsafe x.base[to] == y.base[from] ? dy.base[from] * shares.base[from] : 0
      unsafe dx.base[to] = accumulates ? dx.base[to] + pulled : pulled
    }
  }
}
