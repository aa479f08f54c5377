import CWinnowConvolutionKernels

/// A chain of convolutions on one image after the other, channels in vector lanes.
///
/// Forward and backward, an image passes the whole chain before the next, so that what a stage
/// writes is still in cache when the next reads it. Of an output only the pooled cells are kept.
@safe
final class ImageConvolutions: Pullback {
  private let steps: [ImageStep]
  private let inputs: [Operand<Float>]
  private let output: Operand<Float>
  private let rows: Int
  private let kernels: UnsafePointer<winnow_image_kernels>
  /// Stage inputs of every image, then the last stage's outputs.
  private let values: [Buffer<Float>]
  private let layouts: [ImageMemory]
  /// One image's gradients of the same.
  private let gradients: [Buffer<Float>]

  init(
    _ stages: [ImageStage], _ site: Site<Float>, set: ConvolutionKernelSet = .best
  ) {
    unsafe kernels = winnow_image_kernels_of(set.row)
    inputs = site.inputs
    output = site.outputs[0]
    let rows = site.outputs[0].shape[0]
    self.rows = rows
    let isTrained = output.gradient != nil
    let layouts =
      stages.enumerated().map { $1.inputLayout(isFirst: $0 == 0) } + [stages.last!.outputLayout]
    self.layouts = layouts
    let kernels = unsafe self.kernels
    let wantsInput = site.inputs[0].gradient != nil
    let steps = stages.enumerated().map { place, stage in
      unsafe ImageStep(
        stage, layouts[place], layouts[place + 1], kernels, isTrained: isTrained,
        wantsInput: place > 0 || wantsInput, site)
    }
    self.steps = steps
    let slacks = steps.map(\.slack) + [0]
    values = zip(layouts, slacks).map { site.allocate($0.count * rows + $1) }
    gradients = zip(layouts, slacks).map { site.allocate(isTrained ? $0.count + $1 : 0) }
  }

  private func image(_ place: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
    unsafe values[place].base + row * layouts[place].count
  }

  func forward(phase: Int) {
    for step in steps { step.pack(inputs) }
    let (first, last) = (layouts[0], layouts[steps.count])
    let (features, results) = (inputs[0].rowCount, output.rowCount)
    for row in 0..<rows {
      unsafe kernels.pointee.from_planes(
        Int32(first.channels), Int32(first.extents.rows), Int32(first.extents.columns),
        inputs[0].values.base + row * features, image(0, row) + first.origin, Int32(first.row),
        Int32(first.pixel))
      for (place, step) in steps.enumerated() {
        unsafe step.forward(
          row, image(place, row), image(place + 1, row) + layouts[place + 1].origin)
      }
      unsafe kernels.pointee.to_planes(
        Int32(last.channels), Int32(last.extents.rows), Int32(last.extents.columns),
        image(steps.count, row), Int32(last.row), Int32(last.pixel),
        output.values.base + row * results, 0)
    }
  }

  func backward(phase: Int) {
    guard let dy = output.gradient else { return }
    for step in steps { step.clear() }
    let (first, last) = (layouts[0], layouts[steps.count])
    let (features, results) = (inputs[0].rowCount, output.rowCount)
    for row in 0..<rows {
      unsafe kernels.pointee.from_planes(
        Int32(last.channels), Int32(last.extents.rows), Int32(last.extents.columns),
        dy.base + row * results, gradients[steps.count].base, Int32(last.row), Int32(last.pixel))
      for (place, step) in steps.enumerated().reversed() {
        unsafe step.backward(
          row, image(place, row), gradients[place + 1].base + layouts[place + 1].origin,
          gradients[place])
      }
      guard let dx = inputs[0].gradient else { continue }
      unsafe kernels.pointee.to_planes(
        Int32(first.channels), Int32(first.extents.rows), Int32(first.extents.columns),
        gradients[0].base + first.origin, Int32(first.row), Int32(first.pixel),
        dx.base + row * features, inputs[0].accumulates ? 1 : 0)
    }
    for step in steps { step.addGradients(inputs) }
  }
}
