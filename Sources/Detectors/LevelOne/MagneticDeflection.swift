#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a charged particle from the beam line meets the calorimeter after its helix in the solenoid.
///
/// - Reference: field 3.8 T, radius 1.29 m and half length 3.00 m as in
///   `cards/delphes_card_CMS.tcl` of Delphes; `pT = 0.299792458 B ρ` (GeV, T, m).
struct MagneticDeflection: Sendable {
  /// `0.2998 B R / 2`: below this pT in GeV a particle does not reach the barrel.
  static let barrelPt = 0.299_792_458 * 3.8 * 1.29 / 2
  /// `0.2998 B L / 2` in GeV.
  static let endcapPt = 0.299_792_458 * 3.8 * 3.00 / 2
  /// Half turns beyond which a particle is given up: two full turns, a choice of ours.
  static let mostHalfTurn = 2 * Double.pi

  /// Half the angle through which the momentum has turned, which is how far φ of the impact lies
  /// from φ of the momentum, and by how much z is longer along the arc than along its chord,
  /// `h / sin h`; `nil` for a particle that curls up.
  @inline(__always)
  static func turn(pt: Double, inverseSinhEta: Double) -> (half: Double, stretch: Double)? {
    let inversePt = 1 / pt
    let endcap = endcapPt * inversePt * inverseSinhEta
    let ratio = barrelPt * inversePt
    if ratio < 1 {
      let half = ratio < 0.5 ? arcsineSeries(ratio) : asin(ratio)
      if half < endcap { return (half, barrelStretch(half, pt: pt)) }
    }
    guard endcap < mostHalfTurn else { return nil }
    return (endcap, endcap < 0.5 ? stretchSeries(endcap) : endcap / abs(sin(endcap)))
  }

  /// `h / sin h` where the sine is ``barrelPt``/pT.
  @inline(__always)
  static func barrelStretch(_ half: Double, pt: Double) -> Double { half * pt * (1 / barrelPt) }

  /// The arcsine up to 0.5, where the next term, `63 x¹¹/2816`, is below 2e-5.
  @inline(__always)
  static func arcsineSeries(_ x: Double) -> Double {
    let square = x * x
    return x
      * (1 + square
        * (1.0 / 6 + square * (3.0 / 40 + square * (15.0 / 336 + square * (105.0 / 3456)))))
  }

  /// `h / sin h` up to 0.5, where the next term, `31 h⁶/15120`, is below 4e-5.
  @inline(__always)
  static func stretchSeries(_ h: Double) -> Double {
    1 + h * h * (1.0 / 6 + h * h * (7.0 / 360))
  }
}
