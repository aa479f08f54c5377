import WinnowONNXSchema
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

/// Transposed convolution.
extension GraphImport {
  mutating func convolutionTranspose(_ node: ImportedNode) throws {
    let operands = matchingExactness(try operands(node))
    guard operands.count >= 2, operands[1].rank >= 3, let weights = operands[1].type.sizes else {
      throw NetworkError("lacks weights [channels, filters, rows, …]")
    }
    let kernel = Array(weights[2...])
    if let stated = try node.integers("kernel_shape"), stated != kernel {
      throw NetworkError("has kernel_shape \(stated) and weights of shape \(weights)")
    }
    let extra = try node.integers("output_padding") ?? []
    let attributes = try WindowAttributes(
      transposed: node, kernel: kernel, input: operands[0].type, outputPadding: extra)
    try emit(
      node,
      ConvolutionTranspose(
        attributes.window, groups: try node.integer("group") ?? 1, outputPadding: extra), operands)
  }
}

/// `kernel_shape`, `strides`, `pads`, `dilations` and `auto_pad` of convolutions and pools.
struct WindowAttributes {
  private(set) var window: SlidingWindow
  private let extents: [Int]?

  private static let bounds = 1..<1 << 20

  /// Those of a transposed convolution: `auto_pad` and `output_shape` decide what is cut off.
  init(transposed node: ImportedNode, kernel: [Int], input: TensorType, outputPadding: [Int]) throws {
    let automatic = try node.string("auto_pad") ?? "NOTSET"
    var plain = node.proto
    plain.attribute.removeAll { $0.name == "auto_pad" }
    try self.init(ImportedNode(plain, name: node.name, opset: node.opset), kernel: kernel, input: input)
    let rank = kernel.count
    var shape = try node.integers("output_shape").map { Array($0.suffix(rank)) }
    guard outputPadding.allSatisfy({ $0 == 0 || Self.bounds.contains($0) }),
      shape?.allSatisfy(Self.bounds.contains) ?? true
    else {
      throw NetworkError("has an output_padding or output_shape out of the range to 2^20")
    }
    switch automatic {
    case "NOTSET", "VALID": break
    case "SAME_UPPER", "SAME_LOWER":
      if shape == nil, let extents { shape = zip(extents, window.strides).map { $0 * $1 } }
      guard shape != nil else {
        throw NetworkError("needs known sizes for auto_pad; export with fixed shapes")
      }
    case let other: throw NetworkError("has auto_pad = '\(other.prefix(40))'")
    }
    guard let shape else { return }
    guard let extents, shape.count == rank else {
      throw NetworkError("has output_shape \(shape.prefix(8)) for the input \(input)")
    }
    for axis in 0..<rank {
      let span = (kernel[axis] - 1) * window.dilations[axis] + 1
      let extra = axis < outputPadding.count ? outputPadding[axis] : 0
      let total = (extents[axis] - 1) * window.strides[axis] + span + extra - shape[axis]
      guard Self.bounds.contains(total + 1) else {
        throw NetworkError(
          "would have to add rows to reach output_shape \(shape.prefix(8)); set output_padding")
      }
      window.padding[axis] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2
      window.padding[axis + rank] = total - window.padding[axis]
    }
  }

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
