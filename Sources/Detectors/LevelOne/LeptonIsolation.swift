/// A limit on what lies around a lepton: the transverse energy of the trigger towers within a cone,
/// the lepton's own tower left out, over the lepton's pT.
///
/// - Reference: the Delphes card for CMS asks for at most 0.12 (electrons) and 0.25 (muons) within
///   ΔR < 0.5 of its particle-flow candidates. The files of arXiv:2107.02157 and AXOL1TL's inputs
///   are not known to be isolated, so that no response here isolates unless asked.
public struct LeptonIsolation: Sendable, Hashable {
  public var radius: Double
  public var maximumRatio: Double

  public init(radius: Double = 0.5, maximumRatio: Double) {
    (self.radius, self.maximumRatio) = (radius, maximumRatio)
  }
}
