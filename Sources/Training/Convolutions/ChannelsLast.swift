import WinnowNetworkIR

/// A convolution or pool on one image with its channels last, as hls4ml lays it out: turned to
/// channels first, computed, and turned back.
///
/// Such networks carry no batch, so this serves the checks of imported networks, not speed.
final class ChannelsLast<Scalar: TrainingScalar>: Pullback {
  private let x, y: Operand<Scalar>
  private let turnedX, turnedY: Operand<Scalar>
  private let inner: any Pullback

  init(_ link: ConvolutionLink, _ site: Site<Scalar>) throws {
    (x, y) = (site.inputs[0], site.outputs[0])
    turnedX = Self.turned(x, site)
    turnedY = Self.turned(y, site)
    let turnedSite = Site(
      node: site.node, inputs: [turnedX] + site.inputs.dropFirst(), outputs: [turnedY],
      isTraining: site.isTraining, options: site.options, shard: site.shard, shards: site.shards,
      owner: site.owner, owners: site.owners, isFirstOfOwner: site.isFirstOfOwner,
      firstRow: 0, batchRows: 1, shared: site.shared, clock: site.clock, storage: site.storage,
      scratch: site.scratch)
    let hasBias = link.isConvolution ? [site.inputs.count == 3] : []
    inner = try ConvolutionChain(links: [link], hasBias: hasBias).pullback(turnedSite)
  }

  /// The same value as a batch of one image with its channels first.
  private static func turned(_ operand: Operand<Scalar>, _ site: Site<Scalar>) -> Operand<Scalar> {
    Operand(
      name: operand.name, shape: [1, operand.columns] + operand.shape.dropLast(),
      values: site.allocate(operand.count), indices: operand.indices,
      gradient: operand.gradient.map { _ in site.allocate(operand.count) }, accumulates: false,
      isBatched: true)
  }

  private func turn(
    _ image: Buffer<Scalar>, channels: Int, to planes: Buffer<Scalar>
  ) {
    PlainKernels().fromRows(
      image, count: image.count / channels, features: channels, events: image.count / channels, planes)
  }

  private func turnBack(
    _ planes: Buffer<Scalar>, channels: Int, to image: Buffer<Scalar>, accumulates: Bool
  ) {
    let positions = planes.count / channels
    PlainKernels().toRows(
      planes, features: channels, events: positions, image, count: positions,
      accumulates: accumulates)
  }

  @specialized(where Scalar == Float)
  func forward(phase: Int) {
    turn(x.values, channels: x.columns, to: turnedX.values)
    inner.forward(phase: 0)
    turnBack(turnedY.values, channels: y.columns, to: y.values, accumulates: false)
  }

  @specialized(where Scalar == Float)
  func backward(phase: Int) {
    guard let dy = y.gradient, let turned = turnedY.gradient else { return }
    turn(dy, channels: y.columns, to: turned)
    inner.backward(phase: 0)
    guard let dx = x.gradient, let gradient = turnedX.gradient else { return }
    turnBack(gradient, channels: x.columns, to: dx, accumulates: x.accumulates)
  }
}
