import WinnowEvents

/// A muon as the global muon trigger gives it, in hardware units.
///
/// Scales (`conversion.h` of CMS's scouting software): pT = 0.5 (code − 1) GeV, 0 for none;
/// η = 0.0870/8 per unit; φ = 2π/576 per unit.
public struct TriggerMuon: Sendable, Hashable {
  /// 9 bits; 0 for no muon.
  public var ptCode: Int
  /// At the vertex, −256 to 255.
  public var eta: Int
  /// At the vertex, 0 to 575.
  public var phi: Int
  /// At the second station, −256 to 255.
  public var etaAtStation: Int
  /// At the second station, 0 to 575.
  public var phiAtStation: Int
  public var negative: Bool
  public var chargeValid: Bool
  /// 4 bits, 12 to 15 for tracks of the barrel.
  public var quality: Int
  /// 2 bits.
  public var isolation: Int
  /// 7 bits: where in the track finders it comes from; the barrel has 36 to 71.
  public var index: Int
  /// Run 3 only: pT without the vertex, 8 bits, 1 GeV (code − 1), 0 for none.
  public var unconstrainedPtCode: Int
  /// Run 3 only: distance to the beam, 2 bits.
  public var displacement: Int
  /// Run 2: 0 none, 1 intermediate, 2 final, as the demonstrator marks; Run 3: 1 for intermediate.
  public var marker: Int

  public init(
    ptCode: Int, eta: Int, phi: Int, etaAtStation: Int = 0, phiAtStation: Int = 0,
    negative: Bool = false, chargeValid: Bool = true, quality: Int, isolation: Int = 0,
    index: Int = 36, unconstrainedPtCode: Int = 0, displacement: Int = 0, marker: Int = 0
  ) {
    (self.ptCode, self.eta, self.phi) = (ptCode, eta, phi)
    (self.etaAtStation, self.phiAtStation) = (etaAtStation, phiAtStation)
    (self.negative, self.chargeValid) = (negative, chargeValid)
    (self.quality, self.isolation, self.index) = (quality, isolation, index)
    (self.unconstrainedPtCode, self.displacement) = (unconstrainedPtCode, displacement)
    self.marker = marker
  }

  /// Radian per unit of φ.
  public static let phiStep = 2 * Double.pi / 576
  /// Per unit of η.
  public static let etaStep = 0.0870 / 8

  /// GeV; 0 for no muon.
  public var pt: Double { ptCode == 0 ? 0 : 0.5 * Double(ptCode - 1) }
  /// At the vertex.
  public var pseudorapidity: Double { TriggerMuon.etaStep * Double(eta) }
  /// At the vertex, in (−π, π].
  public var azimuth: Double { wrapped(TriggerMuon.phiStep * Double(phi)) }
  /// +1 or −1; 0 where the sign is not valid.
  public var charge: Int { chargeValid ? (negative ? -1 : 1) : 0 }
}
