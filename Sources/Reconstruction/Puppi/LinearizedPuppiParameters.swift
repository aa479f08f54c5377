/// The settings of the linearised PUPPI of CMS's Phase-2 Level-1 trigger.
///
/// A neutral's log-odds are linear in its α, its pT and a constant; nothing is learnt from the event.
public struct LinearizedPuppiParameters: Sendable, Hashable, Codable {
  /// One value for neutral hadrons and one for photons.
  public struct PerKind: Sendable, Hashable, Codable {
    public var hadron, photon: Double
    public init(_ hadron: Double, photon: Double) { (self.hadron, self.photon) = (hadron, photon) }
  }

  public struct Region: Sendable, Hashable, Codable {
    /// The region ends here; it begins where the one before ends.
    public var maximumEta: Double
    public var cone = 0.3
    /// Closer neighbours count as at this distance.
    public var minimumDistance: Double
    /// Neighbours above count as of this pT, in GeV.
    public var maximumPt: Double
    /// |η| of the neutrals that α sums; `nil`: tracks of the leading vertex instead.
    public var neutralNeighbours: ClosedRange<Double>?
    /// Neutrals whose weighted pT is below are dropped, in GeV.
    public var minimumPt: Double
    /// Per GeV.
    public var ptSlope: PerKind
    public var ptZero: PerKind
    public var alphaSlope: Double
    public var alphaZero: Double
    /// The term of α stays within ± this.
    public var alphaCrop: Double
    public var prior: PerKind
  }

  public var regions: [Region]
  /// Tracks below are not neighbours, in GeV.
  public var minimumTrackPt: Double

  /// Barrel, endcap with tracks in two parts, endcap without, forward.
  ///
  /// - Reference: cms-sw/cmssw, `L1Trigger/Phase2L1ParticleFlow/python/l1ctLayer1_cff.py`,
  ///   `puAlgoParameters`; the floating-point form in `src/puppi/linpuppi_ref.cpp`.
  public static let cmsPhase2 = LinearizedPuppiParameters(
    regions: [
      Region(
        maximumEta: 1.5, minimumDistance: 0.07, maximumPt: 50, minimumPt: 1,
        ptSlope: PerKind(0.3, photon: 0.3), ptZero: PerKind(4, photon: 2.5), alphaSlope: 0.7,
        alphaZero: 6, alphaCrop: 4, prior: PerKind(5, photon: 1)),
      endcap(to: 2.0, minimumPt: 1, ptZero: PerKind(5, photon: 3)),
      endcap(to: 2.5, minimumPt: 2, ptZero: PerKind(7, photon: 4)),
      Region(
        maximumEta: 3, minimumDistance: 0.04, maximumPt: 50, neutralNeighbours: 2.25...3,
        minimumPt: 4, ptSlope: PerKind(0.3, photon: 0.4), ptZero: PerKind(9, photon: 5),
        alphaSlope: 2.2, alphaZero: 9, alphaCrop: 4, prior: PerKind(7, photon: 5)),
      Region(
        maximumEta: 5.5, minimumDistance: 0.1, maximumPt: 100, neutralNeighbours: 3...5.5,
        minimumPt: 10, ptSlope: PerKind(0.25, photon: 0.25), ptZero: PerKind(14, photon: 14),
        alphaSlope: 0.6, alphaZero: 9, alphaCrop: 4, prior: PerKind(6, photon: 6)),
    ], minimumTrackPt: 2)

  private static func endcap(to maximumEta: Double, minimumPt: Double, ptZero: PerKind) -> Region {
    Region(
      maximumEta: maximumEta, minimumDistance: 0.04, maximumPt: 50, minimumPt: minimumPt,
      ptSlope: PerKind(0.3, photon: 0.4), ptZero: ptZero, alphaSlope: 1.5, alphaZero: 6,
      alphaCrop: 3, prior: PerKind(5, photon: 1.5))
  }
}
