/// Points of the y–φ cylinder in cells at least a cone wide: a cone's points are in the nine cells
/// about its centre.
struct ConeGrid {
  /// Sorted by cell.
  private(set) var y: [Double]
  private(set) var eta: [Double]
  private(set) var phi: [Double]
  /// What a point adds to a sum at distance 1.
  private(set) var strength: [Double]
  /// Its place in the arrays given.
  private(set) var place: [Int32]

  private let radius: Double
  private let columns: Int
  private var starts: [Int]

  /// Rows lie within |y| < 6; the outermost hold what is beyond, so that neighbours stay adjacent.
  private static let reach = 6.0
  private let rows: Int

  /// - Parameters:
  ///   - points: φ in (−π, π].
  ///   - radius: of the cones, above 0.
  init(radius: Double, points: [(y: Double, eta: Double, phi: Double, strength: Double)]) {
    self.radius = radius
    let rows = max(1, Int(2 * ConeGrid.reach / radius))
    let columns = max(1, Int(2 * Double.pi / radius))
    (self.rows, self.columns) = (rows, columns)
    let cells = points.map { ConeGrid.cell(y: $0.y, phi: $0.phi, rows: rows, columns: columns) }
    starts = [Int](repeating: 0, count: rows * columns + 1)
    for cell in cells { starts[cell + 1] += 1 }
    for cell in 0..<rows * columns { starts[cell + 1] += starts[cell] }
    let zeros = [Double](repeating: 0, count: points.count)
    (y, eta, phi, strength) = (zeros, zeros, zeros, zeros)
    place = [Int32](repeating: 0, count: points.count)
    var next = starts
    for (index, point) in points.enumerated() {
      let to = next[cells[index]]
      next[cells[index]] += 1
      (y[to], eta[to], phi[to], strength[to]) = (point.y, point.eta, point.phi, point.strength)
      place[to] = Int32(index)
    }
  }

  private static func row(_ y: Double, _ rows: Int) -> Int {
    let row = (y + reach) / (2 * reach) * Double(rows)
    return row <= 0 ? 0 : row >= Double(rows) ? rows - 1 : Int(row)
  }

  private static func column(_ phi: Double, _ columns: Int) -> Int {
    min(max(Int((phi / (2 * .pi) + 0.5) * Double(columns)), 0), columns - 1)
  }

  private static func cell(y: Double, phi: Double, rows: Int, columns: Int) -> Int {
    row(y, rows) * columns + column(phi, columns)
  }

  /// Calls `body` with each run of sorted points that the cone about (y, φ) may touch.
  @inline(__always)
  func forEachRun(y: Double, phi: Double, _ body: (Range<Int>) -> Void) {
    let row = ConeGrid.row(y, rows)
    let column = ConeGrid.column(phi, columns)
    for line in max(row - 1, 0)...min(row + 1, rows - 1) {
      let first = line * columns
      if columns < 3 {
        body(starts[first]..<starts[first + columns])
      } else if column == 0 {
        body(starts[first]..<starts[first + 2])
        body(starts[first + columns - 1]..<starts[first + columns])
      } else if column == columns - 1 {
        body(starts[first]..<starts[first + 1])
        body(starts[first + column - 1]..<starts[first + columns])
      } else {
        body(starts[first + column - 1]..<starts[first + column + 2])
      }
    }
  }
}

/// |a − b| on the circle, for angles in (−π, π].
@inline(__always)
func angleBetween(_ a: Double, _ b: Double) -> Double {
  let difference = abs(a - b)
  return difference > .pi ? 2 * .pi - difference : difference
}
