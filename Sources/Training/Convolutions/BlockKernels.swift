/// What a chain of convolutions is computed with: kernels on one block of events,
/// `[channel][position][event]`.
///
/// Buffers hold at least a block; nothing is allocated or checked.
protocol BlockKernels<Scalar> {
  associatedtype Scalar: TrainingScalar

  /// Rows `[event][feature]` into a block; the events that a block lacks become zero.
  func fromRows(
    _ rows: Buffer<Scalar>, count: Int, features: Int, events: Int, _ block: Buffer<Scalar>)

  func toRows(
    _ block: Buffer<Scalar>, features: Int, events: Int, _ rows: Buffer<Scalar>, count: Int,
    accumulates: Bool)

  /// `y[o][p] = bias[o] + Σ w·x`, then the rectifier.
  func product(
    _ product: ChannelProduct, _ window: TapTable, events: Int, _ x: Buffer<Scalar>,
    weights: Buffer<Scalar>, bias: Buffer<Scalar>?, slope: Double?, _ y: Buffer<Scalar>)

  /// Adds to the weights' gradient.
  func pullWeights(
    _ product: ChannelProduct, _ places: PlaceTaps, events: Int, _ x: Buffer<Scalar>,
    _ dy: Buffer<Scalar>, _ gradient: Buffer<Scalar>)

  /// Adds to the bias's gradient.
  func pullBias(
    channels: Int, positions: Int, events: Int, _ dy: Buffer<Scalar>, _ gradient: Buffer<Scalar>)

  /// Multiplies `dy` by the slope where `y` is not positive.
  func pullRectifier(slope: Double, _ y: Buffer<Scalar>, _ dy: Buffer<Scalar>, count: Int)

  func combine(
    channels: Int, _ window: TapTable, _ factors: Buffer<Scalar>, events: Int,
    _ x: Buffer<Scalar>, _ y: Buffer<Scalar>)

  func pullCombination(
    channels: Int, _ window: TapTable, _ factors: Buffer<Scalar>, events: Int,
    _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>)

  func maximum(
    channels: Int, _ window: TapTable, events: Int, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>)

  func pullMaximum(
    channels: Int, _ window: TapTable, events: Int, _ x: Buffer<Scalar>, _ y: Buffer<Scalar>,
    _ dy: Buffer<Scalar>, _ dx: Buffer<Scalar>)
}

/// Channels of a product and their steps in the weights; per group.
struct ChannelProduct: Sendable {
  var groups, outputs, inputs: Int
  var groupStride, outputStride, inputStride: Int

  init(_ product: ConvolutionStage.Product) {
    (groups, outputs, inputs) = (product.groups, product.outputs, product.inputs)
    groupStride = product.groupStride
    (outputStride, inputStride) = (product.outputStride, product.inputStride)
  }

  /// From the outputs back to the inputs.
  var transposed: ChannelProduct {
    var other = self
    (other.outputs, other.inputs) = (inputs, outputs)
    (other.outputStride, other.inputStride) = (inputStride, outputStride)
    return other
  }
}
