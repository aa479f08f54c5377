public import WinnowNetworkIR

extension SegmentSoftmax: Differentiable {
  public func isDifferentiable(input: Int) -> Bool { input == 0 }
  public func scope(_ inputs: [TensorType]) -> Scope { .segments(inputs) }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    SegmentSoftmaxPullback(self, site)
  }
}

/// Each shard takes its own segments both ways: `dx = y · (dy − Σ y·dy)` within a segment. Cost: a few
/// passes over the entries, and O(E + V) when the ids changed.
private final class SegmentSoftmaxPullback<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let source: IndexSource<Scalar>
  private let index: SegmentIndex
  private let site: Site<Scalar>
  private let isCollective: Bool

  init(_ operation: SegmentSoftmax, _ site: Site<Scalar>) {
    self.site = site
    (x, y) = (site.inputs[0], site.outputs[0])
    let third = site.inputs.count == 3 ? site.inputs[2] : nil
    isCollective = x.isBatched && site.inputs[1].isBatched && third?.isBatched == true
    let source = IndexSource.shared(site.inputs[1], site)
    self.source = source
    index = SegmentIndex.shared(
      site, source, segments: operation.segments ?? third?.rows ?? 0, fromEnd: false)
  }

  var forwardPhases: Int { 2 }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    if phase == 0 {
      if site.shard > 0 { return }
      source.update()
      return index.update(source.indices)
    }
    if index.strays > 0 {
      if site.shard == 0 { y.values.fill(.nan) }
      return
    }
    softmax(
      x.values, index, y.values, width: x.rowCount,
      site.part(of: index.segments, isCollective: isCollective))
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient, let dx = x.gradient else { return }
    pullSoftmax(
      y.values, dy, index, dx, width: x.rowCount,
      site.part(of: index.segments, isCollective: isCollective), accumulates: x.accumulates)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func softmax<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ index: SegmentIndex, _ y: Buffer<Scalar>, width: Int,
  _ segments: Range<Int>
) {
  for segment in segments {
    let range = index.range(segment)
    for column in 0..<width {
      var most = -Scalar.infinity
      for entry in range {
        let value = unsafe x.base[Int(index.entries.base[entry]) * width + column]
        most = value <= most ? most : value
      }
      var sum: Scalar = 0
      for entry in range {
        let place = unsafe Int(index.entries.base[entry]) * width + column
        let weight = unsafe exponential(x.base[place] - most)
        unsafe y.base[place] = weight
        sum += weight
      }
      for entry in range {
        unsafe y.base[Int(index.entries.base[entry]) * width + column] /= sum
      }
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullSoftmax<Scalar: TrainingScalar>(
  _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ index: SegmentIndex, _ dx: Buffer<Scalar>,
  width: Int, _ segments: Range<Int>, accumulates: Bool
) {
  for segment in segments {
    let range = index.range(segment)
    for column in 0..<width {
      var mean: Scalar = 0
      for entry in range {
        let place = unsafe Int(index.entries.base[entry]) * width + column
        unsafe mean += y.base[place] * dy.base[place]
      }
      for entry in range {
        let place = unsafe Int(index.entries.base[entry]) * width + column
        let pulled = unsafe y.base[place] * (dy.base[place] - mean)
        unsafe dx.base[place] = accumulates ? dx.base[place] + pulled : pulled
      }
    }
  }
}
