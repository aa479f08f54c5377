#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import Testing

@testable import WinnowDetectors

/// The quantiles against Landau's own integral for the density,
/// `(1/π) ∫ exp(−t ln t − λt) sin πt dt` (J. Phys. USSR 8 (1944) 201), which is built otherwise.
@Suite struct LandauVariateTests {
  private static func density(_ lambda: Double) -> Double {
    let step = 0.002
    return (1...20_000).reduce(0) { sum, node in
      let t = Double(node) * step
      return sum + exp(-t * log(t) - lambda * t) * sin(.pi * t)
    } * step / .pi
  }

  /// F of the table at λ, by bisection over the draw.
  private static func level(_ lambda: Double, _ landau: LandauVariate) -> Double {
    var (low, high) = (0.0, 1 - 1e-12)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if landau.value(middle) < lambda { low = middle } else { high = middle }
    }
    return low
  }

  @Test func agreesWithTheDensity() {
    let landau = LandauVariate()
    for (a, b) in [(-2.0, -1.0), (-1.0, 0.0), (0.0, 2.0), (2.0, 5.0), (5.0, 15.0), (15.0, 60.0)] {
      let steps = 200
      let width = (b - a) / Double(steps)
      // Midpoint rule: its error is f″ width²/24, below 10⁻⁴ of the sums here.
      let expected =
        (0..<steps).reduce(0) { $0 + Self.density(a + (Double($1) + 0.5) * width) } * width
      let found = Self.level(b, landau) - Self.level(a, landau)
      // Straight lines between grid points 0.01 (1 + |λ|) apart: below 10⁻³ of a part.
      #expect(abs(found / expected - 1) < 2e-3, "\(a) to \(b)")
    }
  }

  /// The numbers that every table of the distribution gives: mode −0.22278, median 1.35580.
  @Test func modeAndMedian() {
    let landau = LandauVariate()
    #expect(abs(landau.value(0.5) - 1.355_80) < 1e-3)
    let mode = LandauVariate.mode
    let top = Self.density(mode)
    #expect(top > Self.density(mode - 0.05) && top > Self.density(mode + 0.05))
  }

  /// Rising to the end, where 1 − F is 1/λ.
  @Test func rises() {
    let landau = LandauVariate()
    let draws = (0..<100_000).map { Double($0) / 100_000 } + [1 - 1e-6, 1 - 1e-9]
    #expect(zip(draws, draws.dropFirst()).allSatisfy { landau.value($0) <= landau.value($1) })
    #expect(landau.value(1 - 1e-6) == 1 / (1 - (1 - 1e-6)))
  }
}
