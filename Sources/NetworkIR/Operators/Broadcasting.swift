/// ONNX's multidirectional broadcasting: shapes are aligned at the right, extents of one repeat.
func broadcast(_ a: [Dimension], _ b: [Dimension]) throws -> [Dimension] {
  let rank = max(a.count, b.count)
  let first = Array(repeating: Dimension.fixed(1), count: rank - a.count) + a
  let second = Array(repeating: Dimension.fixed(1), count: rank - b.count) + b
  return try zip(first, second).map { x, y in
    if x == y || y == .fixed(1) { return x }
    if x == .fixed(1) { return y }
    throw NetworkError(
      "shapes [\(a.map(\.description).joined(separator: ", "))] and [\(b.map(\.description).joined(separator: ", "))] do not broadcast"
    )
  }
}

func broadcast(_ a: [Int], _ b: [Int]) throws -> [Int] {
  try broadcast(a.map(Dimension.fixed), b.map(Dimension.fixed)).map { $0.size! }
}

/// For each element of the shape `target`, in order, the place of the element of `source` that it reads.
///
/// - Throws: ``NetworkError`` when `source` does not broadcast to exactly `target`.
func broadcastOffsets(from source: [Int], to target: [Int]) throws -> [Int] {
  guard try source.count <= target.count && broadcast(source, target) == target else {
    throw NetworkError("shape \(source) does not broadcast to \(target)")
  }
  if source == target { return Array(0..<target.reduce(1, *)) }
  var strides = Array(repeating: 0, count: target.count)
  var stride = 1
  for axis in source.indices.reversed() {
    strides[axis + target.count - source.count] = source[axis] == 1 ? 0 : stride
    stride *= source[axis]
  }
  return stridedOffsets(shape: target, strides: strides)
}

/// Offsets of all elements of a shape, row-major, under the given strides.
func stridedOffsets(shape: [Int], strides: [Int], start: Int = 0) -> [Int] {
  var offsets = [start]
  for (extent, stride) in zip(shape, strides) {
    var next: [Int] = []
    next.reserveCapacity(offsets.count * extent)
    for offset in offsets {
      for index in 0..<extent { next.append(offset + index * stride) }
    }
    offsets = next
  }
  return offsets
}

/// Row-major strides.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var strides = Array(repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() {
    strides[axis] = strides[axis + 1] * shape[axis + 1]
  }
  return strides
}

/// An axis counted from the end when negative.
///
/// - Throws: ``NetworkError`` when out of range.
func resolveAxis(_ axis: Int, rank: Int) throws -> Int {
  guard axis >= -rank, axis < rank else {
    throw NetworkError("axis \(axis) is out of range for a tensor of \(rank) dimensions")
  }
  return axis < 0 ? axis + rank : axis
}
