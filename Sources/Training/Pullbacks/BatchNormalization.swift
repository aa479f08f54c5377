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

/// Mean and sum of squared differences of each shard, and sums of the backward pass.
private final class BatchStatistics<Scalar: TrainingScalar> {
  /// `[shard][2][channels]`
  let sums: Buffer<Scalar>
  let channels: Int
  init(_ sums: Buffer<Scalar>, channels: Int) {
    self.sums = sums
    self.channels = channels
  }
  func part(_ shard: Int, _ which: Int) -> Buffer<Scalar> {
    let start = (shard * 2 + which) * channels
    return sums.part(start..<start + channels)
  }
}

/// Normalises by the batch's own mean and variance, and moves the averages; a leaky rectifier after
/// it costs no further pass.
///
/// Each shard forms its own mean and sum of squared differences in two passes (no cancellation);
/// then each combines all shards' in order.
///
/// - Reference: S. Ioffe and C. Szegedy, arXiv 1502.03167, algorithm 1 and section 3; combination:
///   T. F. Chan, G. H. Golub and R. J. LeVeque, The American Statistician 37 (1983) 242, eq. 2.1.
final class BatchNormalizationPullback<Scalar: TrainingScalar>: Pullback {
  private let epsilon: Scalar
  private let slope: Scalar
  private let site: Site<Scalar>
  private let x, scale, bias, y: Operand<Scalar>
  private let shape: ChannelShape
  private let statistics: BatchStatistics<Scalar>
  private let mean, inverse, first, second: Buffer<Scalar>
  private let total: Int

  var forwardPhases: Int { 2 }
  var backwardPhases: Int { 2 }

  /// - Parameter slope: of the rectifier for negative values; 1 for none.
  init(epsilon: Double, slope: Double, _ site: Site<Scalar>) {
    self.epsilon = Scalar(epsilon)
    self.slope = Scalar(slope)
    self.site = site
    (x, scale, bias, y) = (site.inputs[0], site.inputs[1], site.inputs[2], site.outputs[0])
    shape = ChannelShape(x.shape)
    let channels = shape.channels
    statistics = site.shared.object {
      BatchStatistics(site.allocate(2 * site.shards * channels), channels: channels)
    }
    mean = site.allocate(channels)
    inverse = site.allocate(channels)
    first = site.allocate(channels)
    second = site.allocate(channels)
    total = site.batchRows * shape.inner
  }

  func forward(phase: Int) {
    if phase == 0 {
      channelStatistics(
        x.values, shape, mean: statistics.part(site.shard, 0),
        squares: statistics.part(site.shard, 1))
      return
    }
    combineStatistics(
      statistics.sums, parts: site.shards, rows: site.batchRows, inner: shape.inner, mean: mean,
      squares: second)
    standardize(
      squares: second, count: Scalar(total), epsilon: epsilon, scale: scale.values,
      inverse: inverse, factor: first)
    if site.shard == 0, !site.clock.isRecomputing {
      let options = site.options
      moveAverages(
        mean: mean, squares: second, count: total, momentum: Scalar(options.normalizationMomentum),
        unbiased: options.unbiasedMovingVariance, site.inputs[3].values, site.inputs[4].values)
    }
    normalize(
      x.values, y.values, shape, mean: mean, factor: first, bias: bias.values, slope: slope)
  }

  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if phase == 0 {
      let (sum, projection) = (statistics.part(site.shard, 0), statistics.part(site.shard, 1))
      channelPullSums(
        dy, x.values, y.values, shape, mean: mean, inverse: inverse, slope: slope, into: sum,
        projection)
      // Each shard's own part is its part of the parameters' gradients.
      bias.addGradient(sum)
      scale.addGradient(projection)
      return
    }
    guard let dx = x.gradient else { return }
    sumStatistics(statistics.sums, parts: site.shards, first, second)
    pullNormalization(
      dy, x.values, y.values, dx, shape, mean: mean, inverse: inverse, scale: scale.values,
      sum: first, projection: second, slope: slope, total: Scalar(total),
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

  func forward(phase: Int) {
    for channel in 0..<shape.channels {
      inverse[channel] = 1 / (inputs[4].values[channel] + epsilon).squareRoot()
      factor[channel] = inputs[1].values[channel] * inverse[channel]
    }
    normalize(
      inputs[0].values, y.values, shape, mean: inputs[3].values, factor: factor,
      bias: inputs[2].values, slope: slope)
  }

  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if inputs[1].gradient != nil || inputs[2].gradient != nil {
      channelPullSums(
        dy, inputs[0].values, y.values, shape, mean: inputs[3].values, inverse: inverse,
        slope: slope, into: sum, projection)
      inputs[2].addGradient(sum)
      inputs[1].addGradient(projection)
    }
    guard let dx = inputs[0].gradient else { return }
    sum.fill(0)
    projection.fill(0)
    pullNormalization(
      dy, inputs[0].values, y.values, dx, shape, mean: inputs[3].values, inverse: inverse,
      scale: inputs[1].values, sum: sum, projection: projection, slope: slope, total: 1,
      accumulates: inputs[0].accumulates)
  }
}
