#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Draws of Landau's distribution from a table of its quantiles.
///
/// With V even over ±π/2, `F(λ) = ⟨exp(−exp(a(V) − λ))⟩`,
/// `a(V) = (π/2 + V) tan V − ln(cos V/(π/2 + V))`.
///
/// - Reference: J. M. Chambers, C. L. Mallows, B. W. Stuck, J. Am. Stat. Assoc. 71 (1976) 340, for
///   the stable law of index 1 and skewness 1, of which Landau's has the width π/2.
struct LandauVariate: Sendable {
  /// Where the density is largest, and the median.
  static let mode = -0.222_782_98
  static let median = 1.355_780

  /// λ at even steps of F up to 1, and of the last thirty-second once more; F = 1 is infinite, where
  /// the last step of the second ends at the tail's own quantile, 1/(1 − F).
  private let body, tail: [Double]
  private static let steps = 2048
  private static let tailPart = 32.0

  init() {
    // F on a grid of λ that begins where it is 10⁻¹⁰ and grows with λ.
    let angles = 600
    let shifts = (0..<angles).map { step -> Double in
      let v = Double.pi * ((Double(step) + 0.5) / Double(angles) - 0.5)
      let arm = Double.pi / 2 + v
      return arm * tan(v) - log(cos(v) / arm)
    }
    var grid: [(x: Double, f: Double)] = []
    var x = -4.2
    while grid.last?.f ?? 0 < 1 - 0.5 / Double(Self.steps) / Self.tailPart {
      let f = shifts.reduce(0) { $0 + exp(-exp($1 - x)) } / Double(angles)
      grid.append((x, f))
      x += 0.01 + 0.01 * abs(x + 1)
    }
    var place = 1
    func quantile(_ level: Double) -> Double {
      while place < grid.count - 1 && grid[place].f < level { place += 1 }
      let (a, b) = (grid[place - 1], grid[place])
      return a.x + (b.x - a.x) * min(max((level - a.f) / (b.f - a.f), 0), 1)
    }
    let steps = Self.steps
    body = (0...steps).map { quantile(Double($0) / Double(steps)) }
    place = 1
    tail = (0...steps).map {
      quantile(1 - (1 - Double($0) / Double(steps)) / Self.tailPart)
    }
  }

  /// λ for an even draw in 0..<1.
  @inline(__always)
  func value(_ draw: Double) -> Double {
    let above = draw - (1 - 1 / Self.tailPart)
    if above >= 0 {
      let place = above * Self.tailPart * Double(Self.steps)
      let node = Int(place)
      if node == Self.steps - 1 { return 1 / (1 - draw) }
      return tail[node] + (place - Double(node)) * (tail[node + 1] - tail[node])
    }
    let place = draw * Double(Self.steps)
    let node = Int(place)
    return body[node] + (place - Double(node)) * (body[node + 1] - body[node])
  }
}
