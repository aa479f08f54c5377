/// Positions of an image, each standing for a position of a stored image or for a zero: how padding
/// and repetition reach a window without a copy.
struct PositionMap {
  var extents: [Int]
  /// Row-major; −1 where the image is zero whatever the input.
  var sources: [Int]
  /// Positions of the stored image.
  var stored: Int

  init(_ extents: [Int]) {
    self.extents = extents
    stored = extents.reduce(1, *)
    sources = Array(0..<stored)
  }

  /// Whether the stored image is the mapped one; a position that is always zero is stored as such.
  var isStored: Bool {
    sources.count == stored && sources.indices.allSatisfy { [$0, -1].contains(sources[$0]) }
  }

  /// With zeros around it.
  func padded(before: [Int], after: [Int]) -> PositionMap {
    mapped(extents.indices.map { before[$0] + extents[$0] + after[$0] }) { axis, place in
      let inner = place - before[axis]
      return inner >= 0 && inner < extents[axis] ? inner : nil
    }
  }

  /// With every position repeated along each axis.
  func repeated(_ factors: [Int]) -> PositionMap {
    mapped(extents.indices.map { extents[$0] * factors[$0] }) { axis, place in place / factors[axis] }
  }

  private func mapped(_ wanted: [Int], _ place: (Int, Int) -> Int?) -> PositionMap {
    var result: [Int?] = [0]
    for axis in extents.indices {
      result = result.flatMap { base in
        (0..<wanted[axis]).map { at -> Int? in
          guard let base, let inner = place(axis, at) else { return nil }
          return base * extents[axis] + inner
        }
      }
    }
    var map = self
    map.extents = wanted
    map.sources = result.map { $0.map { sources[$0] } ?? -1 }
    return map
  }
}
