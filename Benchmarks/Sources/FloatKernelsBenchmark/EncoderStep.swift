import CWinnowFloatKernels

/// The kernels that one training step of the autoencoder 57-32-16-3-16-32-57 calls: batch
/// normalisation with a leaky rectifier behind every hidden layer, mean squared error, Adam.
@safe
final class EncoderStep {
  static let widths = [57, 32, 16, 3, 16, 32, 57]
  static let rows = 1024

  private struct Layer {
    let inner, columns: Int
    let isHidden: Bool
    let w, dw, b, db, z, dz, y, dy, mean, squares, inverse, factor, sum, projection: Floats
  }

  private let kernels: UnsafePointer<winnow_float_kernels>
  private let layers: [Layer]
  private let x, scratch, parameters, gradients, first, second: Floats

  init(_ kernels: UnsafePointer<winnow_float_kernels>) {
    unsafe self.kernels = unsafe kernels
    let rows = Self.rows
    layers = zip(Self.widths, Self.widths.dropFirst()).enumerated().map { index, sizes in
      let (inner, columns) = sizes
      func row(_ value: Float) -> Floats { Floats(repeating: value, columns) }
      return Layer(
        inner: inner, columns: columns, isHidden: index < Self.widths.count - 2,
        w: Floats(inner * columns), dw: Floats(inner * columns), b: row(0), db: row(0),
        z: Floats(rows * columns), dz: Floats(rows * columns), y: Floats(rows * columns),
        dy: Floats(rows * columns), mean: row(0), squares: row(0), inverse: row(1),
        factor: row(1), sum: row(0), projection: row(0))
    }
    x = Floats(rows * Self.widths[0])
    scratch = Floats(winnow_float_product_scratch(rows, 57, 57))
    let count = layers.reduce(0) { $0 + $1.w.count + 3 * $1.columns }
    parameters = Floats(count)
    gradients = Floats(count)
    first = Floats(count)
    second = Floats(repeating: 1, count)
  }

  func run() {
    let m = Self.rows
    let slope = 0.3
    let k = unsafe kernels.pointee
    var input = x
    for layer in layers {
      let (inner, columns) = (layer.inner, layer.columns)
      unsafe k.product(
        input.start, inner, layer.w.start, columns, layer.z.start, columns, m, inner, columns,
        layer.b.start, 0, winnow_epilogue_none, 0, scratch.start)
      input = layer.z
      guard layer.isHidden else { continue }
      unsafe k.channel_statistics(
        layer.z.start, m, columns, 1, layer.mean.start, layer.squares.start)
      unsafe k.channel_normalize(
        layer.z.start, layer.y.start, m, columns, 1, layer.mean.start, layer.factor.start,
        layer.b.start, slope)
      input = layer.y
    }
    let last = layers[layers.count - 1]
    unsafe k.binary(
      winnow_binary_subtract, last.z.start, x.start, winnow_broadcast_none, last.dz.start, 1,
      last.z.count, 0)
    _ = unsafe k.sum(last.dz.start, last.dz.start, last.dz.count)
    for (index, layer) in layers.enumerated().reversed() {
      let (inner, columns) = (layer.inner, layer.columns)
      if layer.isHidden {
        unsafe k.channel_pull_sums(
          layer.dy.start, layer.z.start, m, columns, 1, layer.mean.start, layer.inverse.start,
          layer.factor.start, layer.b.start, slope, layer.sum.start, layer.projection.start)
        unsafe k.channel_pull(
          layer.dy.start, layer.z.start, layer.dz.start, m, columns, 1, layer.mean.start,
          layer.inverse.start, layer.factor.start, layer.b.start, layer.sum.start,
          layer.projection.start, slope, Double(m), 0)
      }
      let before = index == 0 ? x : layers[index - 1].y
      unsafe k.product_transposed_left(
        before.start, inner, layer.dz.start, columns, layer.dw.start, columns, m, inner, columns,
        0, scratch.start)
      unsafe k.column_sums(layer.dz.start, nil, layer.db.start, m, columns, 1, 0)
      if index > 0 {
        unsafe k.product_transposed_right(
          layer.dz.start, columns, layer.w.start, columns, layers[index - 1].dy.start, inner, m,
          inner, columns, 0, scratch.start)
      }
    }
    var step = winnow_adam(
      rate: 1e-3, beta1: 0.9, beta2: 0.999, root_scale: 1, epsilon: 1e-7, keep: 1, penalty: 0,
      gradient_scale: 1)
    unsafe k.adam(
      &step, parameters.start, gradients.start, first.start, second.start, nil, parameters.count)
  }
}
