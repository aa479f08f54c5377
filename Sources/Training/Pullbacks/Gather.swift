public import WinnowNetworkIR

extension Gather: Differentiable {
  /// A table of embeddings is trained.
  public var parameterInputs: [Int] { [0] }
  public func isDifferentiable(input: Int) -> Bool { input == 0 }

  public func scope(_ inputs: [TensorType]) -> Scope {
    let axis = resolved(axis, rank: inputs[0].shape.count)
    switch (inputs[0].isBatched, inputs[1].isBatched) {
    // Rows of nodes for edges: any edge may read any node.
    case (true, true): return axis == 0 ? .collective : .whole
    case (false, true): return axis == 0 ? .rows : .whole
    case (true, false): return axis == 0 ? .whole : .rows
    case (false, false): return .whole
    }
  }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    GatherPullback(self, site)
  }
}

/// Copies slices; the gradient of a slice is the sum over all that copied it, in their order.
///
/// Where edges gather from nodes, each shard copies for its edges, and backward sums for its own
/// nodes through a ``SegmentIndex``: no atomics, the same bits for any number of shards. Cost: one
/// pass over the result each way, and O(E + V) when the edges changed.
///
/// An index out of range gives NaN, which training reports as a loss that is no number.
private final class GatherPullback<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let source: IndexSource<Scalar>
  private let site: Site<Scalar>
  /// x is `[outer, extent, inner]`.
  private let outer, extent, inner: Int
  private let isCollective: Bool
  private let index: SegmentIndex?

  init(_ operation: Gather, _ site: Site<Scalar>) {
    self.site = site
    (x, y) = (site.inputs[0], site.outputs[0])
    let axis = resolved(operation.axis, rank: x.shape.count)
    source = IndexSource.shared(site.inputs[1], site)
    outer = x.shape[..<axis].reduce(1, *)
    extent = x.shape[axis]
    inner = x.shape[(axis + 1)...].reduce(1, *)
    let isInteger = y.indices.count > 0
    isCollective = !isInteger && axis == 0 && x.isBatched && site.inputs[1].isBatched
    index =
      isCollective && x.gradient != nil
      ? SegmentIndex.shared(site, source, segments: x.shape[axis], fromEnd: true) : nil
  }

  var forwardPhases: Int { isCollective ? 2 : 1 }
  var backwardPhases: Int { isCollective ? 2 : 1 }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    if phase == 0 {
      if site.shard == 0 || !isCollective { source.update() }
      if isCollective { return }
    }
    let entries = site.part(of: source.indices.count, isCollective: isCollective)
    gather(x.values, source.indices, y.values, (outer, extent, inner), entries)
    guard y.indices.count > 0 else { return }
    gatherIntegers(x.indices, source.indices, y.indices, (outer, extent, inner))
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient, let dx = x.gradient else { return }
    guard let index else {
      if !x.accumulates { dx.fill(0) }
      return scatter(dy, source.indices, dx, (outer, extent, inner))
    }
    if phase == 0 {
      if site.shard == 0 { index.update(source.indices) }
      return
    }
    sumSegments(
      dy, index, dx, width: inner, site.part(of: extent), factor: nil, accumulates: x.accumulates)
  }
}

/// The place along an axis; −1 if there is none.
@inline(__always)
func place(_ index: Int32, _ extent: Int) -> Int {
  let place = index < 0 ? Int(index) + extent : Int(index)
  return place >= 0 && place < extent ? place : -1
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func gather<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ indices: Buffer<Int32>, _ y: Buffer<Scalar>,
  _ shape: (outer: Int, extent: Int, inner: Int), _ entries: Range<Int>
) {
  let inner = shape.inner
  for outer in 0..<shape.outer {
    for entry in entries {
      let row = unsafe place(indices.base[entry], shape.extent)
      let to = unsafe y.base + (outer * indices.count + entry) * inner
      if row < 0 {
        for n in 0..<inner { unsafe to[n] = .nan }
        continue
      }
      let from = unsafe x.base + (outer * shape.extent + row) * inner
      for n in 0..<inner { unsafe to[n] = from[n] }
    }
  }
}

private func gatherIntegers(
  _ x: Buffer<Int32>, _ indices: Buffer<Int32>, _ y: Buffer<Int32>,
  _ shape: (outer: Int, extent: Int, inner: Int)
) {
  for outer in 0..<shape.outer {
    for entry in 0..<indices.count {
      let row = place(indices[entry], shape.extent)
      let (to, from) = (
        (outer * indices.count + entry) * shape.inner, (outer * shape.extent + row) * shape.inner
      )
      for n in 0..<shape.inner { y[to + n] = row < 0 ? .min : x[from + n] }
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func scatter<Scalar: TrainingScalar>(
  _ dy: Buffer<Scalar>, _ indices: Buffer<Int32>, _ dx: Buffer<Scalar>,
  _ shape: (outer: Int, extent: Int, inner: Int)
) {
  let inner = shape.inner
  for outer in 0..<shape.outer {
    for entry in 0..<indices.count {
      let row = unsafe place(indices.base[entry], shape.extent)
      if row < 0 { continue }
      let from = unsafe dy.base + (outer * indices.count + entry) * inner
      let to = unsafe dx.base + (outer * shape.extent + row) * inner
      for n in 0..<inner { unsafe to[n] += from[n] }
    }
  }
}

/// `y[s] = factor[s] · Σ x[e]` over the entries of each segment of a range.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func sumSegments<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ index: SegmentIndex, _ y: Buffer<Scalar>, width: Int,
  _ segments: Range<Int>, factor: Buffer<Scalar>?, accumulates: Bool
) {
  for segment in segments {
    let to = unsafe y.base + segment * width
    if !accumulates { for n in 0..<width { unsafe to[n] = 0 } }
    for entry in index.range(segment) {
      let from = unsafe x.base + Int(index.entries.base[entry]) * width
      for n in 0..<width { unsafe to[n] += from[n] }
    }
    guard let factor else { continue }
    let scale = unsafe factor.base[segment]
    for n in 0..<width { unsafe to[n] *= scale }
  }
}
