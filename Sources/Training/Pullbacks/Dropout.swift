public import WinnowNetworkIR
import WinnowTensors

extension Dropout: Differentiable {
  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    site.isTraining && rate > 0
      ? DropoutPullback(site, rate: rate)
      : CopyPullback(site, [CopyRuns(site, contiguous: site.inputs[0].count)])
  }
}

/// Leaves elements out at random, the others scaled by `1 / (1 − rate)`.
///
/// Whether element `e` of row `r` stays depends on the seed, the node's name, the step, and the
/// element's place in the whole batch: the same for any number of shards and threads.
private final class DropoutPullback<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let clock: PlanClock
  private let stream: RandomStream
  private let first: UInt64
  /// Words below this leave the element out.
  private let threshold: UInt64
  private let scale: Scalar
  /// What each element is multiplied by.
  private let factors: Buffer<Scalar>

  init(_ site: Site<Scalar>, rate: Double) {
    (x, y) = (site.inputs[0], site.outputs[0])
    clock = site.clock
    stream = RandomStream(seed: site.clock.seed, label: "dropout").child(site.node)
    first = UInt64(site.firstRow * site.inputs[0].rowCount)
    threshold = UInt64(rate * 0x1p32)
    scale = Scalar(1 / (1 - rate))
    factors = site.allocate(site.inputs[0].count)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    let words = CounterStream(stream.child(clock.step))
    drop(x.values, y.values, factors, words, first: first, threshold: threshold, scale: scale)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient, let dx = x.gradient else { return }
    pullFactors(factors, dy, dx, accumulates: x.accumulates)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func drop<Scalar: TrainingScalar>(
  _ x: Buffer<Scalar>, _ y: Buffer<Scalar>, _ factors: Buffer<Scalar>, _ words: CounterStream,
  first: UInt64, threshold: UInt64, scale: Scalar
) {
  for place in 0..<y.count {
    let stays = words[first &+ UInt64(place)] &>> 32 >= threshold
    let factor: Scalar = stays ? scale : 0
    unsafe factors.base[place] = factor
    unsafe y.base[place] = x.base[place] * factor
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func pullFactors<Scalar: TrainingScalar>(
  _ factors: Buffer<Scalar>, _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>, accumulates: Bool
) {
  for place in 0..<dx.count {
    let pulled = unsafe factors.base[place] * dy.base[place]
    unsafe dx.base[place] = accumulates ? dx.base[place] + pulled : pulled
  }
}
