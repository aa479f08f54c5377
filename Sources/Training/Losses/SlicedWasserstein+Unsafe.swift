import WinnowTensors

/// The sliced Wasserstein distance of two sets of points, per event.
///
/// Both sets, of as many points, are projected onto random directions; on each line the distance is
/// that of the sorted projections:
///
///     mean over directions and ranks of |x_(i) − y_(i)|^order
///
/// which for order 2 is the squared distance. A row holds a set's points one after another; the
/// order of points does not matter. Directions are drawn once, from the seed.
///
/// - Complexity: O(directions · points · log points) per event; no allocation.
/// - Reference: N. Bonneel et al., J. Math. Imaging Vis. 51 (2015) 22, definition 7.
public struct SlicedWasserstein: Loss {
  public static let kind = LossKind.slicedWasserstein

  /// The coordinates of a point.
  public let dimensions: Int
  public let directionCount: Int
  /// 1 or 2.
  public let order: Int
  public let seed: UInt64
  /// Unit vectors, one after another.
  let directions: [Double]

  public init(dimensions: Int, directionCount: Int = 64, order: Int = 2, seed: UInt64) {
    let stream = RandomStream(seed: seed, label: "sliced Wasserstein")
    self.init(
      dimensions: dimensions, directionCount: directionCount, order: order, seed: seed,
      directions: (0..<max(directionCount, 0)).flatMap { index in
        direction(dimensions, stream.child(UInt64(index)))
      })
  }

  init(dimensions: Int, directionCount: Int, order: Int, seed: UInt64, directions: [Double]) {
    self.dimensions = dimensions
    self.directionCount = directionCount
    self.order = order
    self.seed = seed
    self.directions = directions
  }

  private enum CodingKeys: CodingKey { case dimensions, directionCount, order, seed }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      dimensions: try values.decode(Int.self, forKey: .dimensions),
      directionCount: try values.decode(Int.self, forKey: .directionCount),
      order: try values.decode(Int.self, forKey: .order),
      seed: try values.decode(UInt64.self, forKey: .seed))
  }

  public var inputNames: [String] { ["prediction"] }
  public var target: LossTarget { .values }

  public func validate(widths: [Int]) throws(HyperparameterError) {
    try checkWidths(widths)
    try HyperparameterError.require(
      dimensions > 0 && directionCount > 0 && (order == 1 || order == 2)
        && widths[0] % dimensions == 0,
      "a sliced Wasserstein distance of order \(order) along \(directionCount) directions does not "
        + "fit rows of \(widths[0]) numbers in \(dimensions) dimensions; give whole points, a "
        + "direction at least and order 1 or 2")
  }

  public func scratchByteCount(widths: [Int]) -> Int {
    // Projections and their order, of both sets; a scalar takes 8 bytes at most.
    let points = widths[0] / max(dimensions, 1)
    return 2 * points * (8 + MemoryLayout<Int>.size)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, losses: UnsafeMutablePointer<Scalar>
  ) {
    guard let target = unsafe data.target, let slices = unsafe Slices(data, dimensions) else {
      return
    }
    let width = unsafe data.widths.0
    unsafe directions.withUnsafeBufferPointer { directions in
      for row in rows {
        var sum: Scalar = 0
        for index in 0..<directionCount {
          let direction = unsafe directions.baseAddress! + index * dimensions
          unsafe slices.project(data.first + row * width, target + row * width, direction)
          for rank in unsafe 0..<slices.points {
            let difference = unsafe slices.difference(rank)
            sum += order == 1 ? abs(difference) : difference * difference
          }
        }
        unsafe losses[row] = sum / Scalar(directionCount * slices.points)
      }
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: RealScalar>(
    _ data: LossData<Scalar>, rows: Range<Int>, seeds: UnsafePointer<Scalar>,
    gradients: LossGradients<Scalar>
  ) {
    guard let target = unsafe data.target, let gradient = unsafe gradients.first,
      let slices = unsafe Slices(data, dimensions)
    else { return }
    let width = unsafe data.widths.0
    unsafe directions.withUnsafeBufferPointer { directions in
      for row in rows {
        let g = unsafe gradient + row * width
        for k in 0..<width { unsafe g[k] = 0 }
        let scale = unsafe seeds[row] / Scalar(directionCount * slices.points)
        for index in 0..<directionCount {
          let direction = unsafe directions.baseAddress! + index * dimensions
          unsafe slices.project(data.first + row * width, target + row * width, direction)
          for rank in unsafe 0..<slices.points {
            let difference = unsafe slices.difference(rank)
            let sign: Scalar = difference > 0 ? 1 : (difference < 0 ? -1 : 0)
            let slope = scale * (order == 1 ? sign : 2 * difference)
            let point = unsafe g + slices.first.order[rank] * dimensions
            for d in 0..<dimensions { unsafe point[d] += slope * Scalar(direction[d]) }
          }
        }
      }
    }
  }
}

/// A direction, equally likely anywhere on the sphere.
private func direction(_ dimensions: Int, _ stream: RandomStream) -> [Double] {
  var stream = stream
  let vector = (0..<max(dimensions, 0)).map { _ in stream.gaussian() }
  let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  return vector.map { $0 / norm }
}

/// The sorted projections of two sets onto one direction, in working memory.
@unsafe private struct Slices<Scalar: RealScalar> {
  let points: Int
  let dimensions: Int
  let first: SortedProjections<Scalar>
  let second: SortedProjections<Scalar>

  @inline(__always)
  init?(_ data: LossData<Scalar>, _ dimensions: Int) {
    guard let scratch = unsafe data.scratch else { return nil }
    let count = unsafe data.widths.0 / dimensions
    unsafe points = count
    unsafe self.dimensions = dimensions
    let order = unsafe scratch.assumingMemoryBound(to: Int.self)
    let values = unsafe (scratch + 2 * count * MemoryLayout<Int>.stride)
      .assumingMemoryBound(to: Scalar.self)
    unsafe first = SortedProjections(order: order, values: values)
    unsafe second = SortedProjections(order: order + count, values: values + count)
  }

  @inline(__always)
  func project(
    _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ direction: UnsafePointer<Double>
  ) {
    for point in unsafe 0..<points {
      var (x, y) = (Scalar.zero, Scalar.zero)
      for d in unsafe 0..<dimensions {
        let component = unsafe Scalar(direction[d])
        unsafe x += component * a[point * dimensions + d]
        unsafe y += component * b[point * dimensions + d]
      }
      unsafe first.set(point, x)
      unsafe second.set(point, y)
    }
    unsafe first.sort(points)
    unsafe second.sort(points)
  }

  @inline(__always)
  func difference(_ rank: Int) -> Scalar {
    unsafe first.values[first.order[rank]] - second.values[second.order[rank]]
  }
}

/// Values and the permutation that sorts them.
@unsafe private struct SortedProjections<Scalar: RealScalar> {
  let order: UnsafeMutablePointer<Int>
  let values: UnsafeMutablePointer<Scalar>

  @inline(__always)
  func set(_ point: Int, _ value: Scalar) {
    unsafe values[point] = value
    unsafe order[point] = point
  }

  /// Equal values keep the order of their points.
  @inline(__always)
  private func isBefore(_ a: Int, _ b: Int) -> Bool {
    let (x, y) = unsafe (values[a], values[b])
    return x < y || (x == y && a < b)
  }

  /// Heap sort: in place, and never slower than n log n.
  func sort(_ count: Int) {
    var start = count / 2
    while start > 0 {
      start -= 1
      unsafe sift(start, count)
    }
    var end = count
    while end > 1 {
      end -= 1
      (unsafe order[0], unsafe order[end]) = (unsafe order[end], unsafe order[0])
      unsafe sift(0, end)
    }
  }

  @inline(__always)
  private func sift(_ start: Int, _ end: Int) {
    var root = start
    while 2 * root + 1 < end {
      var child = 2 * root + 1
      if child + 1 < end, unsafe isBefore(order[child], order[child + 1]) { child += 1 }
      guard unsafe isBefore(order[root], order[child]) else { return }
      (unsafe order[root], unsafe order[child]) = (unsafe order[child], unsafe order[root])
      root = child
    }
  }
}
