import CWinnowConvolutionKernels

/// One stage of a chain on images: its packed weights and the scratch of its backward pass.
@safe
final class ImageStep {
  private let stage: ImageStage
  private let x, y: ImageMemory
  private let kernels: UnsafePointer<winnow_image_kernels>
  private var convolution: winnow_image_convolution
  private let weights, backwardWeights, bias: Buffer<Float>
  private let weightGradient, biasGradient: Buffer<Float>
  private let places: Buffer<UInt8>
  private let lists: winnow_image_gradients
  private let wantsInput: Bool
  private let pulling: Pulling?
  /// Floats that windows may read behind an input.
  let slack: Int

  /// The convolution that pulls the gradient back to the input.
  private struct Pulling {
    var layout: ImageMemory
    var convolution: winnow_image_convolution
    var weights, gradient, bias: Buffer<Float>
    var places: Buffer<UInt8>
  }

  init(
    _ stage: ImageStage, _ x: ImageMemory, _ y: ImageMemory,
    _ kernels: UnsafePointer<winnow_image_kernels>, isTrained: Bool, wantsInput: Bool,
    _ site: Site<Float>
  ) {
    (self.stage, self.x, self.y, self.wantsInput) = (stage, x, y, wantsInput)
    unsafe self.kernels = unsafe kernels
    convolution = stage.convolution(x, y)
    var sizes = winnow_image_sizes()
    unsafe kernels.pointee.sizes(&convolution, &sizes)
    slack = sizes.slack
    let filters = ImageStage.padded(stage.channels.output)
    weights = site.allocate(sizes.forward_weights)
    bias = site.allocate(filters)
    places = site.allocate(
      stage.output.rows * stage.output.columns * filters * site.outputs[0].shape[0], of: UInt8.self)
    let backward = isTrained ? sizes.backward_weights : 0
    backwardWeights = site.allocate(backward)
    weightGradient = site.allocate(backward)
    biasGradient = site.allocate(filters)
    let entries = isTrained ? sizes.entries : 0
    unsafe lists = winnow_image_gradients(
      offsets: site.allocate(entries, of: Int32.self).base, values: site.allocate(entries).base,
      counts: site.allocate(filters, of: Int32.self).base)
    guard isTrained, wantsInput, stage.pullsByConvolution(x) else {
      pulling = nil
      return
    }
    let layout = stage.pulledLayout
    var pulling = stage.pullingConvolution(layout, x)
    unsafe kernels.pointee.sizes(&pulling, &sizes)
    self.pulling = Pulling(
      layout: layout, convolution: pulling, weights: site.allocate(sizes.forward_weights),
      gradient: site.allocate(layout.count + sizes.slack),
      bias: site.allocate(ImageStage.padded(stage.channels.input)),
      places: site.allocate(stage.input.rows * stage.input.columns * x.pixel, of: UInt8.self))
  }

  /// Brings the weights into the kernels' forms.
  func pack(_ inputs: [Operand<Float>]) {
    let source = inputs[stage.product.weights].values
    let usesLists = backwardWeights.count > 0 && wantsInput && pulling == nil
    unsafe kernels.pointee.pack(
      &convolution, Int32(stage.channels.input), source.base, weights.base,
      usesLists ? backwardWeights.base : nil)
    if let pulling {
      var convolution = pulling.convolution
      unsafe kernels.pointee.pack_turned(
        &convolution, Int32(stage.channels.output), source.base, pulling.weights.base)
    }
    if let place = stage.product.bias {
      bias.part(0..<stage.channels.output).copy(from: inputs[place].values)
    }
  }

  private func places(_ row: Int) -> UnsafeMutablePointer<UInt8> {
    unsafe places.base + row * stage.output.rows * stage.output.columns * y.pixel
  }

  func forward(
    _ row: Int, _ image: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>
  ) {
    unsafe kernels.pointee.forward(
      &convolution, image, weights.base, bias.base, result, places(row))
  }

  /// Starts new sums over images.
  func clear() {
    weightGradient.fill(0)
    biasGradient.fill(0)
  }

  func backward(
    _ row: Int, _ image: UnsafePointer<Float>, _ dy: UnsafeMutablePointer<Float>,
    _ dx: Buffer<Float>
  ) {
    let usesLists = wantsInput && pulling == nil
    if usesLists { dx.fill(0) }
    unsafe kernels.pointee.backward(
      &convolution, image, backwardWeights.base, dy, places(row), weightGradient.base,
      biasGradient.base, usesLists ? dx.base : nil, lists)
    guard let pulling else { return }
    let layout = pulling.layout
    for line in 0..<layout.extents.rows {
      let target = unsafe pulling.gradient.base + layout.origin + line * layout.row
      unsafe target.update(from: dy + line * y.row, count: layout.extents.columns * y.pixel)
    }
    var convolution = pulling.convolution
    unsafe kernels.pointee.forward(
      &convolution, pulling.gradient.base, pulling.weights.base, pulling.bias.base,
      dx.base + x.origin, pulling.places.base)
  }

  /// Adds the images' sums to the parameters' gradients, or sets them, as the plan asks.
  func addGradients(_ inputs: [Operand<Float>]) {
    let operand = inputs[stage.product.weights]
    if let gradient = operand.gradient {
      if !operand.accumulates { gradient.fill(0) }
      unsafe kernels.pointee.unpack(
        &convolution, Int32(stage.channels.input), weightGradient.base, gradient.base)
    }
    if let place = stage.product.bias {
      inputs[place].addGradient(biasGradient.part(0..<stage.channels.output))
    }
  }
}
