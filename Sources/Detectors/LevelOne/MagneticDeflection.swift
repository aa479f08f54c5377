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
  static func turn(pt: Double, sinhEta: Double) -> (half: Double, stretch: Double)? {
    let endcap = endcapPt / (pt * sinhEta)
    let ratio = barrelPt / pt
    if ratio < 1 {
      let half = asin(ratio)
      if half < endcap { return (half, half / ratio) }
    }
    return endcap < mostHalfTurn ? (endcap, endcap / abs(sin(endcap))) : nil
  }
}
