/// Elementary functions from `+ − × ÷` alone, which IEEE 754 rounds exactly: the same bits on every
/// machine, where the `log` and `cos` of C libraries differ in the last place.
enum PortableMath {
  /// The natural logarithm of a positive normal number, to about 1e-16 relative or 1e-17 absolute.
  ///
  /// With `x = 2^e m`, `m` in `[√½, √2)` and `s = (m − 1)/(m + 1)`, so `|s| < 0.1716`:
  /// `ln x = e ln 2 + 2 (s + s³/3 + s⁵/5 + …)`; the first term left out, `s²³/23`, is below 1e-19.
  static func logarithm(_ x: Double) -> Double {
    precondition(x.isNormal && x > 0, "the logarithm of \(x) is not defined here")
    var exponent = Double(x.exponent)
    var mantissa = x.significand
    if mantissa >= 1.4142135623730951 {
      mantissa *= 0.5
      exponent += 1
    }
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    let series = horner(
      square,
      [
        1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5,
        1.0 / 3, 1,
      ])
    // ln 2 in two parts; the first has 21 trailing zero bits, so its multiple is exact.
    let high = exponent * 0x1.62e42fee00000p-1
    let low = exponent * 0x1.a39ef35793c76p-33
    return high + (low + 2 * s * series)
  }

  /// `cos(2π v)` for `v` in `[0, 1]`, to about 2e-16.
  ///
  /// Reduction to within an eighth of a turn is exact; the Taylor series end below 1e-17.
  static func cosine(turns v: Double) -> Double {
    precondition(v >= 0 && v <= 1, "\(v) turns are outside 0...1")
    let quarters = 4 * v
    let quadrant = quarters.rounded(.toNearestOrEven)
    let angle = (quarters - quadrant) * (Double.pi / 2)
    switch Int(quadrant) & 3 {
    case 0: return evenSeries(angle)
    case 1: return -oddSeries(angle)
    case 2: return -evenSeries(angle)
    default: return oddSeries(angle)
    }
  }

  /// `cos x = 1 − x²/2! + x⁴/4! − …` up to `x¹⁸/18!`.
  private static func evenSeries(_ x: Double) -> Double {
    horner(
      x * x,
      [
        -1.0 / 6_402_373_705_728_000, 1.0 / 20_922_789_888_000, -1.0 / 87_178_291_200,
        1.0 / 479_001_600, -1.0 / 3_628_800, 1.0 / 40_320, -1.0 / 720, 1.0 / 24, -1.0 / 2, 1,
      ])
  }

  /// `sin x = x (1 − x²/3! + x⁴/5! − …)` up to `x¹⁹/19!`.
  private static func oddSeries(_ x: Double) -> Double {
    x
      * horner(
        x * x,
        [
          -1.0 / 121_645_100_408_832_000, 1.0 / 355_687_428_096_000, -1.0 / 1_307_674_368_000,
          1.0 / 6_227_020_800, -1.0 / 39_916_800, 1.0 / 362_880, -1.0 / 5_040, 1.0 / 120,
          -1.0 / 6, 1,
        ])
  }

  /// The polynomial with these coefficients, the highest power first.
  @inline(__always)
  private static func horner(_ x: Double, _ coefficients: [Double]) -> Double {
    var sum = 0.0
    for coefficient in coefficients { sum = sum * x + coefficient }
    return sum
  }
}
