#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowTensors

/// Draws log-normal variates of a given mean and variance.
///
/// With the relative variance v, `ln x` has the variance `s² = ln(1 + v)` and the mean
/// `ln(mean) − s²/2`, so `x = mean / √(1 + v) · exp(s g)` for a standard normal g. `ln(1 + v)` comes
/// from a table over `v/(1 + v)`, read by linear interpolation: its error of at most
/// `w²/(8 (1 + w/2 − u)²)` with the step w = 1/1024 stays below 3e-5 up to v = 15, and larger v are
/// computed.
struct LogNormalSpread: Sendable {
  private static let steps = 1024
  private let logarithm: [Double]
  private let normal = Ziggurat()

  init() {
    let steps = LogNormalSpread.steps
    logarithm = (0..<steps).map { -log1p(-Double($0) / Double(steps)) }
  }

  @inline(__always)
  func draw(mean: Double, relativeVariance: Double, _ stream: inout RandomStream) -> Double {
    let inverse = 1 / (1 + relativeVariance)
    let place = relativeVariance * inverse * Double(LogNormalSpread.steps)
    let cell = Int(place)
    let square: Double
    if cell < LogNormalSpread.steps * 15 / 16 {
      let low = logarithm[cell]
      square = low + (logarithm[cell + 1] - low) * (place - Double(cell))
    } else {
      square = log1p(relativeVariance)
    }
    return mean * inverse.squareRoot() * exp(square.squareRoot() * normal.draw(&stream))
  }
}
