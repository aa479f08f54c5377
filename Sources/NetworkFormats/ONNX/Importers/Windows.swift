import WinnowNetworkIR

/// Pooling, and the attributes that slide windows.
extension GraphImport {
  mutating func pool(_ node: ImportedNode, _ function: Pool.Function) throws {
    let x = try operand(node, 0)
    guard let kernel = try node.integers("kernel_shape") else {
      throw NetworkError("lacks the attribute 'kernel_shape'")
    }
    let countsPadding = try function == .average && node.flag("count_include_pad")
    var window = try WindowAttributes(node, kernel: kernel, input: x.type)
    if try node.flag("ceil_mode") { try window.roundUp(countsPadding: countsPadding) }
    try emit(node, Pool(function, window.window, countsPadding: countsPadding), [x])
  }

  /// Over all positions: the spatial axes become 1.
  mutating func globalPool(_ node: ImportedNode, _ function: Reduce.Function) throws {
    let x = try operand(node, 0)
    guard x.rank >= 3 else { throw NetworkError("takes [batch, channel, rows, …], not \(x.type)") }
    try emit(node, Reduce(function, axes: Array(2..<x.rank), keepsAxes: true), [x])
  }
}

/// `kernel_shape`, `strides`, `pads`, `dilations` and `auto_pad` of convolutions and pools.
struct WindowAttributes {
  private(set) var window: SlidingWindow
  private let extents: [Int]?

  private static let bounds = 1..<1 << 20

  /// - Throws: ``NetworkError`` when a number is out of bounds or missing for `auto_pad`.
  init(_ node: ImportedNode, kernel: [Int], input: TensorType) throws {
    let rank = input.shape.count - 2
    window = SlidingWindow(
      kernel: kernel, strides: try node.integers("strides"), padding: nil,
      dilations: try node.integers("dilations"))
    guard rank >= 1, kernel.count == rank, window.strides.count == rank, window.dilations.count == rank
    else {
      throw NetworkError(
        "has a kernel \(kernel.prefix(8)), strides \(window.strides.prefix(8)) and dilations \(window.dilations.prefix(8)) for the input \(input)"
      )
    }
    guard (kernel + window.strides + window.dilations).allSatisfy(Self.bounds.contains) else {
      throw NetworkError("has a kernel, stride or dilation out of the range 1 to 2^20")
    }
    extents = TensorType(Array(input.shape.dropFirst(2)), input.element).sizes
    switch try node.string("auto_pad") ?? "NOTSET" {
    case "NOTSET":
      guard let padding = try node.integers("pads") else { break }
      guard padding.count == 2 * rank, padding.allSatisfy({ $0 == 0 || Self.bounds.contains($0) }) else {
        throw NetworkError("has the padding \(padding.prefix(8)); \(2 * rank) numbers from 0 are possible")
      }
      window.padding = padding
    case "VALID": break
    case "SAME_UPPER": try padToSame(lower: false)
    case "SAME_LOWER": try padToSame(lower: true)
    case let other: throw NetworkError("has auto_pad = '\(other.prefix(40))'")
    }
  }

  /// Padding that makes outputs ⌈extent / stride⌉ long.
  private mutating func padToSame(lower: Bool) throws {
    guard let extents else { throw NetworkError("needs known sizes for auto_pad; export with fixed shapes") }
    for axis in extents.indices {
      let stride = window.strides[axis]
      let span = (window.kernel[axis] - 1) * window.dilations[axis] + 1
      let outputs = (extents[axis] + stride - 1) / stride
      let total = max(0, (outputs - 1) * stride + span - extents[axis])
      window.padding[axis] = lower ? total - total / 2 : total / 2
      window.padding[axis + extents.count] = total - window.padding[axis]
    }
  }

  /// ONNX's `ceil_mode`: a last window that sticks out, as padding at the end, unless it starts there.
  mutating func roundUp(countsPadding: Bool) throws {
    guard let extents else { throw NetworkError("needs known sizes for ceil_mode; export with fixed shapes") }
    for axis in extents.indices {
      let span = (window.kernel[axis] - 1) * window.dilations[axis] + 1
      let stride = window.strides[axis]
      let before = window.padding[axis]
      let free = extents[axis] + before + window.padding[axis + extents.count] - span
      guard free >= 0, free % stride != 0 else { continue }
      guard (free / stride + 1) * stride < extents[axis] + before else { continue }
      guard !countsPadding else {
        throw NetworkError(
          "has ceil_mode with count_include_pad and a window that sticks out; pad explicitly")
      }
      window.padding[axis + extents.count] += stride - free % stride
    }
  }
}
