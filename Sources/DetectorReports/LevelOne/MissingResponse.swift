#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowMetrics

/// How the missing momentum answers to the transverse momentum that was not seen.
struct MissingResponse: Sendable {
  /// GeV.
  let threshold: Double
  private(set) var turnOn: TurnOn
  /// Found over true, by true missing momentum.
  private(set) var ratio: ResponseBins
  /// Found less true, x and y alike, by the scalar sum.
  private(set) var component: ResponseBins
  /// The same of all events.
  private(set) var all: Histogram

  init(threshold: Double) {
    self.threshold = threshold
    // Constant edges, which rise.
    turnOn = TurnOn(
      try! Binning(edges: Array(stride(from: 0, to: 100, by: 5)) + [100, 110, 125, 150, 200]))
    ratio = ResponseBins(
      try! Binning(edges: [20, 30, 40, 50, 60, 80, 100, 130, 170, 250]), values: 0...3)
    component = ResponseBins(
      try! Binning(edges: [
        0, 25, 50, 75, 100, 150, 200, 250, 300, 350, 400, 500, 600, 700, 800, 1000, 1250, 1500, 2000,
      ]), values: -200...200, cells: 1600)
    all = Histogram(try! Binning(1600, from: -200, to: 200))
  }

  mutating func add(_ truth: GeneratedObjects, pt: Double, phi: Double) {
    turnOn.fill(truth.missing, passes: pt >= threshold)
    if truth.missing > 0 { ratio.fill(truth.missing, pt / truth.missing) }
    for residual in [pt * cos(phi) - truth.missingX, pt * sin(phi) - truth.missingY] {
      component.fill(truth.sum, residual)
      all.fill(residual)
    }
  }
}
