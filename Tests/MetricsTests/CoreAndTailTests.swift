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

  @Test func refusesNaN() {
    var metrics = CoreAndTail(core: 1, tail: 2)
    #expect(throws: MetricError.self) { try metrics.add(.nan) }
    #expect(metrics.count == 0 && metrics.rootMeanSquare.isNaN)
  }
}
