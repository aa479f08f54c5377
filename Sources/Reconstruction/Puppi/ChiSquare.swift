#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The χ² distribution with one degree of freedom.
enum ChiSquare {
  /// The probability of less than `x`.
  static func cumulative(_ x: Double) -> Double { x <= 0 ? 0 : erf((x / 2).squareRoot()) }

  /// The `x` below which the probability is `p`, in 0 ..< 1; exact to a few units in the last place.
  static func quantile(_ p: Double) -> Double {
    if p <= 0 { return 0 }
    // erf⁻¹: Winitzki's start (within 0.4 %), then Newton's steps with the second derivative.
    let a = 0.147
    let logarithm = log((1 - p) * (1 + p))
    let half = 2 / (Double.pi * a) + logarithm / 2
    var x = ((half * half - logarithm / a).squareRoot() - half).squareRoot()
    for _ in 0..<3 {
      // Near 1 the complement keeps the digits.
      let excess = p < 0.5 ? erf(x) - p : (1 - p) - erfc(x)
      let step = excess * Double.pi.squareRoot() / 2 * exp(x * x)
      x -= step / (1 + x * step)
    }
    return 2 * x * x
  }
}
