public import WinnowNetworkIR

extension BatchNormalization: Differentiable {
  public var parameterInputs: [Int] { [1, 2] }
  public var stateInputs: [Int] { [3, 4] }
  public func isDifferentiable(input: Int) -> Bool { input <= 2 }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    site.isTraining
      ? BatchNormalizationPullback(epsilon: epsilon, slope: 1, site)
      : FrozenNormalizationPullback(epsilon: epsilon, slope: 1, site)
  }
}

/// What the tiles of a batch normalisation share.
private final class BatchStatistics<Scalar: TrainingScalar> {
  /// `[tile][2][channels]`: mean and sum of squared differences, then the backward pass's sums.
  let sums: Buffer<Scalar>
  /// `[shard][5][channels]`: what the first tile of each shard works out for the others.
  private let combined: Buffer<Scalar>
  private let channels: Int

  init(_ site: Site<Scalar>, channels: Int) {
    sums = site.allocate(2 * site.shards * channels)
    combined = site.allocate(5 * site.owners * channels)
    self.channels = channels
  }

  func part(_ tile: Int, _ which: Int) -> Buffer<Scalar> {
    sums.part((tile * 2 + which) * channels..<(tile * 2 + which + 1) * channels)
  }

  func combined(_ shard: Int, _ which: Int) -> Buffer<Scalar> {
    combined.part((shard * 5 + which) * channels..<(shard * 5 + which + 1) * channels)
  }
}

/// Normalises by the batch's own mean and variance, and moves the averages; a leaky rectifier after
/// it costs no further pass.
///
/// Each tile forms its own mean and sum of squared differences in two passes (no cancellation);
/// then the first tile of each shard combines all tiles' in order.
///
/// - Reference: S. Ioffe and C. Szegedy, arXiv 1502.03167, algorithm 1 and section 3; combination:
///   T. F. Chan, G. H. Golub and R. J. LeVeque, The American Statistician 37 (1983) 242, eq. 2.1.
final class BatchNormalizationPullback<Scalar: TrainingScalar>: Pullback {
  private let epsilon: Scalar
  private let site: Site<Scalar>
  private let x, scale, bias, y: Operand<Scalar>
  private let shape: ChannelShape
  private let sums: Buffer<Scalar>
  /// This tile's parts of the sums.
  private let own: (first: Buffer<Scalar>, second: Buffer<Scalar>)
  /// Of the whole batch, as its shard's first tile has worked them out.
  private let factors: ChannelFactors<Scalar>
  private let first, second: Buffer<Scalar>
  private let total: Int

  var forwardPhases: Int { 2 }
  var backwardPhases: Int { 2 }

  /// - Parameter slope: of the rectifier for negative values; 1 for none.
  init(epsilon: Double, slope: Double, _ site: Site<Scalar>) {
    self.epsilon = Scalar(epsilon)
    self.site = site
    (x, scale, bias, y) = (site.inputs[0], site.inputs[1], site.inputs[2], site.outputs[0])
    let shape = ChannelShape(x.shape)
    self.shape = shape
    let statistics = site.shared.object { BatchStatistics(site, channels: shape.channels) }
    sums = statistics.sums
    own = (statistics.part(site.shard, 0), statistics.part(site.shard, 1))
    let owner = site.owner
    factors = ChannelFactors(
      mean: statistics.combined(owner, 0), inverse: statistics.combined(owner, 1),
      factor: statistics.combined(owner, 2), bias: bias.values, slope: Scalar(slope))
    first = statistics.combined(owner, 3)
    second = statistics.combined(owner, 4)
    total = site.batchRows * shape.inner
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    if phase == 0 {
      return channelStatistics(x.values, shape, mean: own.first, squares: own.second)
    }
    if site.isFirstOfOwner { combine() }
    normalize(
      x.values, y.values, shape, mean: factors.mean, factor: factors.factor, bias: factors.bias,
      slope: factors.slope)
  }

  private func combine() {
    combineStatistics(
      sums, parts: site.shards, rows: site.batchRows, inner: shape.inner, mean: factors.mean,
      squares: second)
    standardize(
      squares: second, count: Scalar(total), epsilon: epsilon, scale: scale.values,
      inverse: factors.inverse, factor: factors.factor)
    if site.shard == 0, !site.clock.isRecomputing {
      let options = site.options
      moveAverages(
        mean: factors.mean, squares: second, count: total,
        momentum: Scalar(options.normalizationMomentum),
        unbiased: options.unbiasedMovingVariance, site.inputs[3].values, site.inputs[4].values)
    }
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if phase == 0 {
      channelPullSums(dy, x.values, shape, factors, into: own.first, own.second)
      // Each tile's own part is its part of the parameters' gradients.
      bias.addGradient(own.first)
      scale.addGradient(own.second)
      return
    }
    guard let dx = x.gradient else { return }
    if site.isFirstOfOwner { sumStatistics(sums, parts: site.shards, first, second) }
    pullNormalization(
      dy, x.values, dx, shape, factors, sum: first, projection: second, total: Scalar(total),
      accumulates: x.accumulates)
  }
}

extension Operand {
  /// Adds to the gradient, or sets it, as the plan asks.
  func addGradient(_ part: Buffer<Scalar>) {
    guard let gradient else { return }
    if accumulates { add(part, to: gradient) } else { gradient.copy(from: part) }
  }
}

/// With given averages: a factor and an offset per channel.
final class FrozenNormalizationPullback<Scalar: TrainingScalar>: Pullback {
  private let epsilon, slope: Scalar
  private let inputs: [Operand<Scalar>]
  private let y: Operand<Scalar>
  private let shape: ChannelShape
  private let inverse, factor, sum, projection: Buffer<Scalar>

  init(epsilon: Double, slope: Double, _ site: Site<Scalar>) {
    self.epsilon = Scalar(epsilon)
    self.slope = Scalar(slope)
    inputs = site.inputs
    y = site.outputs[0]
    shape = ChannelShape(y.shape)
    inverse = site.allocate(shape.channels)
    factor = site.allocate(shape.channels)
    sum = site.allocate(shape.channels)
    projection = site.allocate(shape.channels)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    for channel in 0..<shape.channels {
      inverse[channel] = 1 / (inputs[4].values[channel] + epsilon).squareRoot()
      factor[channel] = inputs[1].values[channel] * inverse[channel]
    }
    normalize(
      inputs[0].values, y.values, shape, mean: inputs[3].values, factor: factor,
      bias: inputs[2].values, slope: slope)
  }

  private var factors: ChannelFactors<Scalar> {
    ChannelFactors(
      mean: inputs[3].values, inverse: inverse, factor: factor, bias: inputs[2].values,
      slope: slope)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if inputs[1].gradient != nil || inputs[2].gradient != nil {
      channelPullSums(dy, inputs[0].values, shape, factors, into: sum, projection)
      inputs[2].addGradient(sum)
      inputs[1].addGradient(projection)
    }
    guard let dx = inputs[0].gradient else { return }
    sum.fill(0)
    projection.fill(0)
    pullNormalization(
      dy, inputs[0].values, dx, shape, factors, sum: sum, projection: projection, total: 1,
      accumulates: inputs[0].accumulates)
  }
}
