#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import Testing
import WinnowMetrics
import WinnowTensors

@Suite struct CoreAndTailTests {
  /// By hand: squares 0.01 + 0.04 + 0 + 1 = 1.05; edges belong to the core and not to the tails.
  @Test func byHand() throws {
    var metrics = CoreAndTail(core: 0.1, tail: 0.5)
    for residual in [0.1, -0.2, 0, 1] { try metrics.add(residual) }
    #expect(metrics.count == 4)
    #expect(abs(metrics.rootMeanSquare - (1.05 / 4).squareRoot()) < 1e-15)
    #expect(metrics.coreFraction == 0.5 && metrics.tailFraction == 0.25)
    try metrics.add(-0.5)
    #expect(metrics.tailFraction == 0.2)
  }

  /// A Gaussian of width σ holds erf(c/σ√2) within c and erfc(t/σ√2) beyond t.
  @Test func ofAGaussian() throws {
    var metrics = CoreAndTail(core: 0.01, tail: 0.15)
    var stream = RandomStream(seed: 17)
    let width = 0.1
    for _ in 0..<100_000 { try metrics.add(width * stream.gaussian()) }
    let core = erf(0.01 / width / 2.0.squareRoot()), tail = erfc(0.15 / width / 2.0.squareRoot())
    #expect(abs(metrics.coreFraction - core) < 5 * metrics.error(ofFraction: core))
    #expect(abs(metrics.tailFraction - tail) < 5 * metrics.error(ofFraction: tail))
    // σ of the RMS of a Gaussian is σ/√(2n).
    let error = width / 200_000.0.squareRoot()
    #expect(abs(metrics.rootMeanSquare - width) < 5 * error)
    #expect(abs(metrics.rootMeanSquareError / error - 1) < 0.05)
  }

  /// A weight of two is as two residuals in value; equal weights leave the errors as they are.
  @Test func weights() throws {
    var weighted = CoreAndTail(core: 0.1, tail: 0.5)
    var repeated = weighted, heavy = weighted, plain = weighted
    for (residual, weight) in [(0.05, 2.0), (0.3, 1), (-0.7, 3), (0, 1)] {
      try weighted.add(residual, weight: weight)
      for _ in 0..<Int(weight) { try repeated.add(residual) }
      try heavy.add(residual, weight: 7)
      try plain.add(residual)
    }
    #expect(abs(weighted.rootMeanSquare - repeated.rootMeanSquare) < 1e-15)
    #expect(weighted.coreFraction == repeated.coreFraction)
    #expect(weighted.tailFraction == repeated.tailFraction)
    // (2 + 1 + 3 + 1)²/(4 + 1 + 9 + 1).
    #expect(abs(weighted.effectiveCount - 49.0 / 15) < 1e-14)
    #expect(abs(heavy.rootMeanSquareError - plain.rootMeanSquareError) < 1e-15)
    #expect(heavy.error(ofFraction: 0.5) == plain.error(ofFraction: 0.5))
  }

  @Test func refusesNaN() {
    var metrics = CoreAndTail(core: 1, tail: 2)
    #expect(throws: MetricError.self) { try metrics.add(.nan) }
    #expect(throws: MetricError.self) { try metrics.add(0, weight: .infinity) }
    #expect(metrics.count == 0 && metrics.rootMeanSquare.isNaN)
  }
}
