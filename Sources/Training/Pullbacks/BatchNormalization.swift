public import WinnowNetworkIR

extension BatchNormalization: Differentiable {
  public var parameterInputs: [Int] { [1, 2] }
  public var stateInputs: [Int] { [3, 4] }
  public func isDifferentiable(input: Int) -> Bool { input <= 2 }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    site.isTraining
      ? BatchNormalizationPullback(self, site) : FrozenNormalizationPullback(self, site)
  }
}

/// Sums over the whole batch, gathered shard by shard and added in the order of the shards.
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

/// Normalises by the batch's own mean and variance, and moves the averages.
///
/// Mean first, then the sum of squared differences: no cancellation. Each shard adds all shards'
/// sums itself, in order.
///
/// - Reference: S. Ioffe and C. Szegedy, arXiv 1502.03167, algorithm 1 and section 3.
private final class BatchNormalizationPullback<Scalar: TrainingScalar>: Pullback {
  private let operation: BatchNormalization
  private let site: Site<Scalar>
  private let x, scale, bias, y: Operand<Scalar>
  private let shape: ChannelShape
  private let statistics: BatchStatistics<Scalar>
  private let mean, inverse, first, second: Buffer<Scalar>
  private let total: Int

  var forwardPhases: Int { 3 }
  var backwardPhases: Int { 2 }

  init(_ operation: BatchNormalization, _ site: Site<Scalar>) {
    self.operation = operation
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

  private func gather(_ which: Int, into sum: Buffer<Scalar>) {
    sum.fill(0)
    for shard in 0..<site.shards { add(statistics.part(shard, which), to: sum) }
  }

  func forward(phase: Int) {
    let channels = shape.channels
    switch phase {
    case 0:
      channelSums(x.values, shape, shift: nil, into: statistics.part(site.shard, 0))
    case 1:
      gather(0, into: mean)
      for channel in 0..<channels { mean[channel] /= Scalar(total) }
      channelSums(x.values, shape, shift: mean, into: statistics.part(site.shard, 1))
    default:
      gather(1, into: second)
      for channel in 0..<channels {
        let variance = second[channel] / Scalar(total)
        inverse[channel] = 1 / (variance + Scalar(operation.epsilon)).squareRoot()
        first[channel] = scale.values[channel] * inverse[channel]
        if site.shard == 0 { move(channel, variance) }
      }
      normalize(x.values, y.values, shape, mean: mean, factor: first, bias: bias.values)
    }
  }

  private func move(_ channel: Int, _ variance: Scalar) {
    let momentum = Scalar(site.options.normalizationMomentum)
    var variance = variance
    if site.options.unbiasedMovingVariance, total > 1 {
      variance *= Scalar(total) / Scalar(total - 1)
    }
    let (oldMean, oldVariance) = (site.inputs[3].values, site.inputs[4].values)
    oldMean[channel] = oldMean[channel] * momentum + mean[channel] * (1 - momentum)
    oldVariance[channel] = oldVariance[channel] * momentum + variance * (1 - momentum)
  }

  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if phase == 0 {
      channelPullSums(
        dy, x.values, shape, mean: mean, inverse: inverse,
        into: statistics.part(site.shard, 0), statistics.part(site.shard, 1))
      // Each shard's own part is its part of the parameters' gradients.
      accumulate(statistics.part(site.shard, 0), bias)
      accumulate(statistics.part(site.shard, 1), scale)
      return
    }
    guard let dx = x.gradient else { return }
    gather(0, into: first)
    gather(1, into: second)
    pullNormalization(
      dy, x.values, dx, shape, mean: mean, inverse: inverse, scale: scale.values, sum: first,
      projection: second, total: Scalar(total), accumulates: x.accumulates)
  }

  private func accumulate(_ part: Buffer<Scalar>, _ parameter: Operand<Scalar>) {
    guard let gradient = parameter.gradient else { return }
    if parameter.accumulates { add(part, to: gradient) } else { gradient.copy(from: part) }
  }
}

/// With given averages: a factor and an offset per channel.
private final class FrozenNormalizationPullback<Scalar: TrainingScalar>: Pullback {
  private let operation: BatchNormalization
  private let inputs: [Operand<Scalar>]
  private let y: Operand<Scalar>
  private let shape: ChannelShape
  private let inverse, factor, sum, projection: Buffer<Scalar>

  init(_ operation: BatchNormalization, _ site: Site<Scalar>) {
    self.operation = operation
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
      inverse[channel] =
        1 / (inputs[4].values[channel] + Scalar(operation.epsilon)).squareRoot()
      factor[channel] = inputs[1].values[channel] * inverse[channel]
    }
    normalize(
      inputs[0].values, y.values, shape, mean: inputs[3].values, factor: factor,
      bias: inputs[2].values)
  }

  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if inputs[1].gradient != nil || inputs[2].gradient != nil {
      channelPullSums(
        dy, inputs[0].values, shape, mean: inputs[3].values, inverse: inverse, into: sum, projection)
      for (part, parameter) in [(sum, inputs[2]), (projection, inputs[1])] {
        guard let gradient = parameter.gradient else { continue }
        if parameter.accumulates { add(part, to: gradient) } else { gradient.copy(from: part) }
      }
    }
    guard let dx = inputs[0].gradient else { return }
    sum.fill(0)
    projection.fill(0)
    pullNormalization(
      dy, inputs[0].values, dx, shape, mean: inputs[3].values, inverse: inverse,
      scale: inputs[1].values, sum: sum, projection: projection, total: 1,
      accumulates: inputs[0].accumulates)
  }
}
