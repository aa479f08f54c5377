public import WinnowNetworkIR

extension ConvolutionTranspose: Differentiable {
  public var parameterInputs: [Int] { [1, 2] }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    ConvolutionTransposePullback(self, site)
  }
}

/// Term by term: the reference. Forward is a convolution's gradient, and the other way round.
private final class ConvolutionTransposePullback<Scalar: TrainingScalar>: Pullback {
  private let x, w, y: Operand<Scalar>
  private let b: Operand<Scalar>?
  private let product: WindowProduct

  init(_ operation: ConvolutionTranspose, _ site: Site<Scalar>) {
    (x, w, y) = (site.inputs[0], site.inputs[1], site.outputs[0])
    b = site.inputs.count == 3 ? site.inputs[2] : nil
    let (narrow, wide) = (
      ImageLayout(x.shape, .channelsFirst), ImageLayout(y.shape, .channelsFirst)
    )
    product = WindowProduct(
      narrow: narrow, wide: wide,
      table: WindowTable(
        site, operation.window, inputs: wide.extents, outputs: narrow.extents),
      groups: operation.groups)
  }

  func forward(phase: Int) {
    fillChannels(product.wide, b?.values, y.values)
    scatterWindows(product, w.values, x.values, y.values)
  }

  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if let dx = x.openGradient { gatherWindows(product, w.values, dy, dx) }
    if let dw = w.openGradient { pairWindows(product, x.values, dy, dw) }
    if let db = b?.openGradient { addChannels(product.wide, dy, db) }
  }
}
