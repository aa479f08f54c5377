import WinnowNetworkIR

/// A convolution with what follows it, as the image kernels compute it: one or two spatial axes,
/// no dilation or groups, then a rectifier, then a maximum over cells that do not overlap.
struct ImageStage {
  var product: ConvolutionStage.Product
  var window: SlidingWindow
  var channels: (input: Int, output: Int)
  /// Rows and columns; one axis counts as columns.
  var input: (rows: Int, columns: Int)
  var convolved: (rows: Int, columns: Int)
  var pool: (rows: Int, columns: Int) = (1, 1)

  var kernel: (rows: Int, columns: Int) { axes(window.kernel, 1) }
  var strides: (rows: Int, columns: Int) { axes(window.strides, 1) }
  /// Zeros before the first row and column, and behind the last.
  var before: (rows: Int, columns: Int) { axes(Array(window.padding[..<window.kernel.count]), 0) }
  var after: (rows: Int, columns: Int) { axes(Array(window.padding[window.kernel.count...]), 0) }
  /// After the pool.
  var output: (rows: Int, columns: Int) {
    (convolved.rows / pool.rows, convolved.columns / pool.columns)
  }

  private func axes(_ values: [Int], _ one: Int) -> (rows: Int, columns: Int) {
    values.count == 1 ? (one, values[0]) : (values[0], values[1])
  }

  /// The stages of a chain that the image kernels can run as a whole; `nil` if one cannot.
  static func stages(of chain: [ConvolutionStage]) -> [ImageStage]? {
    var result: [ImageStage] = []
    for (place, stage) in chain.enumerated() {
      switch stage.function {
      case .product(let product):
        guard let image = ImageStage(stage, product) else { return nil }
        result.append(image)
      case .maximum:
        guard place > 0, var last = result.popLast(), last.pool == (1, 1),
          let cell = stage.cell, cell.rows <= 2, cell.columns <= 2,
          (last.convolved.rows, last.convolved.columns) == stage.axes(stage.extents.input)
        else { return nil }
        last.pool = cell
        result.append(last)
      case .combination: return nil
      }
    }
    return result
  }

  private init?(_ stage: ConvolutionStage, _ product: ConvolutionStage.Product) {
    guard let window = product.window, product.groups == 1, (1...2).contains(window.kernel.count),
      window.dilations.allSatisfy({ $0 == 1 })
    else { return nil }
    self.product = product
    self.window = window
    channels = stage.channels
    input = stage.axes(stage.extents.input)
    convolved = stage.axes(stage.extents.output)
  }
}

extension ConvolutionStage {
  /// Rows and columns of one or two extents.
  fileprivate func axes(_ extents: [Int]) -> (rows: Int, columns: Int) {
    extents.count == 1 ? (1, extents[0]) : (extents[0], extents[1])
  }

  /// The window of a maximum whose windows tile the image from its corner.
  fileprivate var cell: (rows: Int, columns: Int)? {
    guard (1...2).contains(extents.input.count), let pool, pool.kernel == pool.strides,
      pool.padding.allSatisfy({ $0 == 0 }), pool.dilations.allSatisfy({ $0 == 1 })
    else { return nil }
    return axes(pool.kernel)
  }
}
