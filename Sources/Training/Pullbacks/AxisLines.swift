/// A value as lines along one axis: `[outer, extent, inner]`.
struct AxisLines: Sendable {
  let outer, extent, inner: Int

  init(_ shape: [Int], axis: Int) {
    let axis = resolved(axis, rank: shape.count)
    outer = shape[..<axis].reduce(1, *)
    extent = shape[axis]
    inner = shape[(axis + 1)...].reduce(1, *)
  }

  /// Calls the body with the place of every line's first element; neighbours are `inner` apart.
  @inline(__always)
  func forEachLine(_ body: (Int) -> Void) {
    for block in 0..<outer {
      for offset in 0..<inner { body(block * extent * inner + offset) }
    }
  }
}
