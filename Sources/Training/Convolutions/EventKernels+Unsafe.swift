import CWinnowConvolutionKernels

/// The kernels with events in vector lanes; blocks of 16, 32 or 64 events.
@safe
struct EventKernels: BlockKernels {
  // The tables are constant and static.
  private let table: UnsafePointer<winnow_event_kernels>

  init(_ set: ConvolutionKernelSet = .best) { unsafe table = winnow_event_kernels_of(set.row) }

  func fromRows(
    _ rows: Buffer<Float>, count: Int, features: Int, events: Int, _ block: Buffer<Float>
  ) {
    unsafe table.pointee.from_rows(
      rows.base, features, Int32(count), Int32(features), Int32(events), block.base)
  }

  func toRows(
    _ block: Buffer<Float>, features: Int, events: Int, _ rows: Buffer<Float>, count: Int,
    accumulates: Bool
  ) {
    unsafe table.pointee.to_rows(
      block.base, Int32(features), Int32(events), rows.base, features, Int32(count),
      accumulates ? 1 : 0)
  }

  private func channels(_ product: ChannelProduct, slope: Double?) -> winnow_event_product {
    winnow_event_product(
      groups: Int32(product.groups), outputs: Int32(product.outputs), inputs: Int32(product.inputs),
      group_stride: Int32(product.groupStride), output_stride: Int32(product.outputStride),
      input_stride: Int32(product.inputStride), rectified: slope == nil ? 0 : 1,
      slope: Float(slope ?? 1))
  }

  func product(
    _ product: ChannelProduct, _ window: TapTable, events: Int, _ x: Buffer<Float>,
    weights: Buffer<Float>, bias: Buffer<Float>?, slope: Double?, _ y: Buffer<Float>
  ) {
    var channels = channels(product, slope: slope)
    var window = window.kernelTable
    unsafe table.pointee.product(
      &channels, &window, Int32(events), x.base, weights.base, bias?.base, y.base)
  }

  func pullWeights(
    _ product: ChannelProduct, _ places: PlaceTaps, events: Int, _ x: Buffer<Float>,
    _ dy: Buffer<Float>, _ gradient: Buffer<Float>
  ) {
    var channels = channels(product, slope: nil)
    var places = places.kernelTable
    unsafe table.pointee.weight_gradient(
      &channels, &places, Int32(events), x.base, dy.base, gradient.base)
  }

  func pullBias(
    channels: Int, positions: Int, events: Int, _ dy: Buffer<Float>, _ gradient: Buffer<Float>
  ) {
    unsafe table.pointee.bias_gradient(
      Int32(channels), Int32(positions), Int32(events), dy.base, gradient.base)
  }

  func pullRectifier(slope: Double, _ y: Buffer<Float>, _ dy: Buffer<Float>, count: Int) {
    unsafe table.pointee.rectifier_gradient(count, Float(slope), y.base, dy.base)
  }

  func combine(
    channels: Int, _ window: TapTable, _ factors: Buffer<Float>, events: Int,
    _ x: Buffer<Float>, _ y: Buffer<Float>
  ) {
    var window = window.kernelTable
    unsafe table.pointee.combine(
      Int32(channels), &window, factors.base, Int32(events), x.base, y.base)
  }

  func pullCombination(
    channels: Int, _ window: TapTable, _ factors: Buffer<Float>, events: Int,
    _ dy: Buffer<Float>, _ dx: Buffer<Float>
  ) {
    var window = window.kernelTable
    unsafe table.pointee.combine_gradient(
      Int32(channels), &window, factors.base, Int32(events), dy.base, dx.base)
  }

  func maximum(
    channels: Int, _ window: TapTable, events: Int, _ x: Buffer<Float>, _ y: Buffer<Float>
  ) {
    var window = window.kernelTable
    unsafe table.pointee.maximum(Int32(channels), &window, Int32(events), x.base, y.base)
  }

  func pullMaximum(
    channels: Int, _ window: TapTable, events: Int, _ x: Buffer<Float>, _ y: Buffer<Float>,
    _ dy: Buffer<Float>, _ dx: Buffer<Float>
  ) {
    var window = window.kernelTable
    unsafe table.pointee.maximum_gradient(
      Int32(channels), &window, Int32(events), x.base, y.base, dy.base, dx.base)
  }
}
