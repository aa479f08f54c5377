/// How generated electrons become the trigger's e/γ objects.
///
/// Only electrons: photons and misidentified jets make none here; a fake electron comes from the
/// generator, marked ``ParticleOrigin/fake``. φ is that of the impact on the calorimeter, because
/// this trigger sees no tracks.
public struct ElectronResponse: Sendable, Hashable {
  /// Acceptance of papers/2, |η| < 3.
  public var maximumEta = 3.0
  /// Least measured pT in GeV. A choice of ours, above the trigger's seed of 2 GeV
  /// (`egSeedThreshold` of CMSSW's `l1tCaloStage2Params_cfi.py`).
  public var minimumPt = 5.0
  /// End of the ECAL barrel.
  public var barrelEdge = 1.479
  /// Efficiency in the barrel, whatever the pT. A choice of ours: CMS reports plateaus near one for
  /// its e/γ trigger without isolation (JINST 15 (2020) P10017), with no number that we could read.
  public var barrelEfficiency = 0.98
  /// The same in the endcap: a choice of ours.
  public var endcapEfficiency = 0.95
  /// Added to the width of ``TriggerCalorimeter`` in quadrature, relative to the energy: leakage out
  /// of the cluster, tracker material and the towers' 0.5 GeV counts. A choice of ours.
  public var barrelConstant = 0.05
  /// The same in the endcap: a choice of ours.
  public var endcapConstant = 0.08
  public var isolation: LeptonIsolation?

  public init() {}
  public static let cms = ElectronResponse()

  public func efficiency(eta: Double) -> Double {
    abs(eta) < barrelEdge ? barrelEfficiency : endcapEfficiency
  }

  /// σ(pT)/pT.
  public func resolution(pt: Double, coshEta: Double, eta: Double, _ response: TriggerCalorimeter)
    -> Double
  {
    let energy = pt * coshEta
    let variance = response.electromagnetic(eta: eta).relativeVariance(energy: energy)
    let constant = abs(eta) < barrelEdge ? barrelConstant : endcapConstant
    return (variance + constant * constant).squareRoot()
  }
}
