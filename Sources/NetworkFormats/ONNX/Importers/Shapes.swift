import WinnowONNXSchema
import WinnowNetworkIR

/// Operators that rearrange elements.
extension GraphImport {
  mutating func concatenate(_ node: ImportedNode) throws {
    guard let axis = try node.integer("axis") else { throw NetworkError("lacks the attribute 'axis'") }
    try emit(node, Concatenate(axis: axis), matchingExactness(try operands(node)))
  }

  mutating func transpose(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    try emit(node, Transpose(try node.integers("perm") ?? (0..<x.rank).reversed()), [x])
  }

  /// Attributes before version 10, inputs after.
  mutating func slice(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    let slice: Slice
    if node.opset < 10 {
      guard let starts = try node.integers("starts"), let ends = try node.integers("ends") else {
        throw NetworkError("lacks 'starts' or 'ends'")
      }
      slice = Slice(starts: starts, ends: ends, axes: try node.integers("axes"))
    } else {
      guard let starts = try integers(node, 1, "starts"), let ends = try integers(node, 2, "ends")
      else { throw NetworkError("lacks 'starts' or 'ends'") }
      slice = Slice(
        starts: starts, ends: ends, axes: try integers(node, 3, "axes"),
        steps: try integers(node, 4, "steps"))
    }
    try emit(node, slice, [x])
  }

  mutating func pad(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    guard try node.string("mode") ?? "constant" == "constant" else {
      throw NetworkError("pads in another mode than 'constant'; zeros are possible")
    }
    var value = Double(try node.float("value") ?? 0)
    var pads = try node.integers("pads")
    if node.opset >= 11 {
      pads = try integers(node, 1, "padding")
      if let constant = try optionalParameter(node, 2, "padding value") {
        value = constant.elements.doubles.first ?? 0
      }
    }
    guard value == 0 else { throw NetworkError("pads with \(value); zeros are possible") }
    guard var padding = pads else { throw NetworkError("lacks its padding") }
    if let axes = try integers(node, 3, "axes") {
      guard padding.count == 2 * axes.count else {
        throw NetworkError("has \(padding.count) paddings for \(axes.count) axes")
      }
      var whole = Array(repeating: 0, count: 2 * x.rank)
      for (index, axis) in try resolve(axes, rank: x.rank).enumerated() {
        whole[axis] = padding[index]
        whole[axis + x.rank] = padding[index + axes.count]
      }
      padding = whole
    }
    try emit(node, Pad(padding), [x])
  }

  mutating func reshape(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    guard let shape = try node.opset < 5 ? node.integers("shape") : integers(node, 1, "shape") else {
      throw NetworkError("lacks its shape")
    }
    guard try !node.flag("allowzero") || !shape.contains(0) else {
      throw NetworkError("makes an empty tensor (allowzero with an extent of 0)")
    }
    try emit(node, Reshape(shape), [x])
  }

  /// Two axes: everything before `axis`, and the rest.
  mutating func flatten(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    let axis = try node.integer("axis") ?? 1
    guard axis >= -x.rank, axis <= x.rank else { throw NetworkError("has the axis \(axis) for \(x.type)") }
    let split = axis < 0 ? axis + x.rank : axis
    let shape: [Int]
    if split == 1 {
      shape = [0, -1]
    } else if let sizes = x.type.sizes {
      shape = [sizes[..<split].reduce(1, *), sizes[split...].reduce(1, *)]
    } else {
      shape = [split == 0 ? 1 : -1, split == x.rank ? 1 : -1]
    }
    guard !shape.contains(0) || split == 1 else { throw NetworkError("flattens an empty tensor") }
    try emit(node, Reshape(shape), [x])
  }

  mutating func squeeze(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    let axes = try node.opset < 13 ? node.integers("axes") : integers(node, 1, "axes")
    let removed =
      try axes.map { Set(try resolve($0, rank: x.rank)) }
      ?? Set(x.type.shape.indices.filter { x.type.shape[$0] == 1 })
    for axis in removed.sorted() where x.type.shape[axis] != 1 {
      throw NetworkError("squeezes the axis \(axis) of \(x.type), which is not 1")
    }
    try reshape(node, x, to: x.type.shape.indices.filter { !removed.contains($0) }.map { x.type.shape[$0] })
  }

  mutating func unsqueeze(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    guard let axes = try node.opset < 13 ? node.integers("axes") : integers(node, 1, "axes") else {
      throw NetworkError("lacks its axes")
    }
    guard axes.count <= GraphInput.maximumRank else { throw NetworkError("adds \(axes.count) axes") }
    let rank = x.rank + axes.count
    let added = Set(try resolve(axes, rank: rank))
    guard added.count == axes.count else { throw NetworkError("adds an axis twice") }
    var rest = x.type.shape[...]
    try reshape(node, x, to: (0..<rank).map { added.contains($0) ? 1 : rest.removeFirst() })
  }

  /// One slice per output.
  mutating func split(_ node: ImportedNode) throws {
    let x = try operand(node, 0)
    let axis = try resolve([try node.integer("axis") ?? 0], rank: x.rank)[0]
    guard let extent = x.type.shape[axis].size else {
      throw NetworkError("splits the axis '\(x.type.shape[axis])', whose size is not known")
    }
    let parts = node.proto.output.count
    guard parts > 0 else { throw NetworkError("names no outputs") }
    var sizes = try node.opset < 13 ? node.integers("split") : integers(node, 1, "sizes")
    if sizes == nil {
      // Equal parts; from version 18 the last one may be smaller.
      let size = (extent + parts - 1) / parts
      guard extent % parts == 0 || (node.opset >= 18 && size * (parts - 1) < extent) else {
        throw NetworkError("splits \(extent) elements into \(parts) equal parts")
      }
      sizes = (0..<parts).map { min(size, extent - $0 * size) }
    }
    guard let sizes, sizes.count == parts, sizes.allSatisfy({ $0 >= 0 && $0 <= extent }),
      sizes.reduce(0, +) == extent
    else {
      throw NetworkError("splits \(extent) elements into parts of \(sizes?.prefix(8) ?? [])")
    }
    var start = 0
    for (index, size) in sizes.enumerated() {
      if !node.proto.output[index].isEmpty {
        try emit(
          node, output: index, Slice(starts: [start], ends: [start + size], axes: [axis]), [x])
      }
      start += size
    }
  }

  mutating func reduce(_ node: ImportedNode, _ function: Reduce.Function) throws {
    let x = try operand(node, 0)
    let fromInput = node.opset >= (function == .sum ? 13 : 18)
    let axes = try fromInput ? integers(node, 1, "axes") : node.integers("axes")
    if axes?.isEmpty ?? true, try node.flag("noop_with_empty_axes") { return try alias(node, x) }
    let reduce = Reduce(
      function, axes: axes ?? [], keepsAxes: try node.flag("keepdims", default: true))
    try emit(node, reduce, [x])
  }

  /// A reshape to known dimensions: numbers as they are, a symbol copied or left open.
  private mutating func reshape(_ node: ImportedNode, _ x: Operand, to shape: [Dimension]) throws {
    let extents = try shape.enumerated().map { axis, dimension in
      if let size = dimension.size, size > 0 { return size }
      if axis < x.rank, x.type.shape[axis] == dimension { return 0 }
      if dimension.size == nil { return -1 }
      throw NetworkError("reshapes an empty tensor")
    }
    try emit(node, Reshape(extents), [x])
  }

  private func resolve(_ axes: [Int], rank: Int) throws -> [Int] {
    try axes.map { axis in
      guard axis >= -rank, axis < rank else {
        throw NetworkError("has the axis \(axis) for a tensor of \(rank) dimensions")
      }
      return axis < 0 ? axis + rank : axis
    }
  }
}
