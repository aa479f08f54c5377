/// Padding of windows over images.
public enum ImagePadding: Sendable, Hashable {
  /// None.
  case valid
  /// As Keras: ⌈extent / stride⌉ outputs, the odd row at the end.
  case same
  /// All beginnings, then all ends, one per spatial axis.
  case explicit([Int])

  /// The window over an image `[batch, channels, rows, …]`.
  func window(
    _ kernel: [Int], _ strides: [Int]?, _ dilations: [Int]?, over type: TensorType
  ) throws -> SlidingWindow {
    var window = SlidingWindow(kernel: kernel, strides: strides, dilations: dilations)
    let extents = Array(type.shape.dropFirst(2))
    try window.validate(spatialRank: extents.count)
    switch self {
    case .valid: break
    case .explicit(let padding): window.padding = padding
    case .same:
      for (axis, extent) in extents.enumerated() {
        guard let extent = extent.size else {
          throw NetworkError("needs a known size of the axis '\(extent)' for the padding 'same'")
        }
        let outputs = (extent + window.strides[axis] - 1) / window.strides[axis]
        let total = max(0, (outputs - 1) * window.strides[axis] + window.span(axis) - extent)
        window.padding[axis] = total / 2
        window.padding[axis + extents.count] = total - total / 2
      }
    }
    return window
  }

  /// The window of a transposed convolution, and its output padding.
  func transposedWindow(
    _ kernel: [Int], _ strides: [Int]?, _ dilations: [Int]?, _ outputPadding: [Int]
  ) throws -> (SlidingWindow, outputPadding: [Int]) {
    var window = SlidingWindow(kernel: kernel, strides: strides, dilations: dilations)
    try window.validate(spatialRank: kernel.count)
    switch self {
    case .valid: return (window, outputPadding)
    case .explicit(let padding):
      window.padding = padding
      return (window, outputPadding)
    case .same:
      guard outputPadding.isEmpty else {
        throw NetworkError("has an output padding, which the padding 'same' decides itself")
      }
      var extra = Array(repeating: 0, count: kernel.count)
      for axis in kernel.indices {
        let total = window.span(axis) - window.strides[axis]
        window.padding[axis] = max(0, total) / 2
        window.padding[axis + kernel.count] = max(0, total) - max(0, total) / 2
        extra[axis] = max(0, -total)
      }
      return (window, extra.allSatisfy { $0 == 0 } ? [] : extra)
    }
  }
}

extension SlidingWindow {
  /// Rows from the first entry of the kernel to the last.
  fileprivate func span(_ axis: Int) -> Int { (kernel[axis] - 1) * dilations[axis] + 1 }
}
