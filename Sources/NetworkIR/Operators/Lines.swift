/// The lines of a tensor along one axis: softmax, sorting and the largest entry work line by line.
struct Lines {
  /// Elements of a line, and the distance of neighbours.
  let extent: Int
  let stride: Int
  /// Places of the lines' first elements, in row-major order of the other axes.
  let starts: [Int]

  /// - Throws: ``NetworkError`` when the axis is out of range.
  init(_ shape: [Int], axis: Int) throws {
    let axis = try resolveAxis(axis, rank: shape.count)
    let inner = shape[(axis + 1)...].reduce(1, *)
    extent = shape[axis]
    stride = inner
    let block = extent * inner
    starts = (0..<shape[..<axis].reduce(1, *)).flatMap { outer in
      (0..<inner).map { outer * block + $0 }
    }
  }

  /// The places of a line's elements.
  func places(_ start: Int) -> [Int] { (0..<extent).map { start + $0 * stride } }

  /// A function of each line of real numbers, in place.
  func mapped(_ values: [Double], _ function: ([Double]) -> [Double]) -> [Double] {
    var result = values
    for start in starts {
      let places = places(start)
      for (place, value) in zip(places, function(places.map { values[$0] })) { result[place] = value }
    }
    return result
  }
}
