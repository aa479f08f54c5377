public import WinnowNetworkIR

extension Convolution: Differentiable {
  public var parameterInputs: [Int] { [1, 2] }

  public func scope(_ inputs: [TensorType]) -> Scope {
    layout == .channelsFirst ? .rows : .whole
  }

  public func pullback<Scalar>(_ site: Site<Scalar>) throws -> any Pullback {
    guard accumulation == .exact else {
      throw NetworkError(
        "has product or accumulator types, which rounds inside a sum; train it without them and compile the result"
      )
    }
    return ConvolutionPullback(self, site)
  }
}

/// Term by term: the reference.
private final class ConvolutionPullback<Scalar: TrainingScalar>: Pullback {
  private let x, w, y: Operand<Scalar>
  private let b: Operand<Scalar>?
  private let product: WindowProduct

  init(_ operation: Convolution, _ site: Site<Scalar>) {
    (x, w, y) = (site.inputs[0], site.inputs[1], site.outputs[0])
    b = site.inputs.count == 3 ? site.inputs[2] : nil
    let (wide, narrow) = (
      ImageLayout(x.shape, operation.layout), ImageLayout(y.shape, operation.layout)
    )
    product = WindowProduct(
      narrow: narrow, wide: wide,
      table: WindowTable(
        site, operation.window, inputs: wide.extents, outputs: narrow.extents),
      groups: operation.groups)
  }

  func forward(phase: Int) {
    fillChannels(product.narrow, b?.values, y.values)
    gatherWindows(product, w.values, x.values, y.values)
  }

  func backward(phase: Int) {
    guard let dy = y.gradient else { return }
    if let dx = x.openGradient { scatterWindows(product, w.values, dy, dx) }
    if let dw = w.openGradient { pairWindows(product, dy, x.values, dw) }
    if let db = b?.openGradient { addChannels(product.narrow, dy, db) }
  }
}
