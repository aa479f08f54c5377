/// How far the energy that a trigger tower measures strays from the energy that entered it.
///
/// Each tower's electromagnetic and hadronic energies are drawn from log-normal distributions whose
/// mean is the true energy and whose width is `σ(E)` (GeV) of the Delphes card for CMS:
///
///     ECAL  |η| ≤ 1.5         (1 + 0.64 η²)          √(0.008² E² + 0.11² E + 0.40²)
///           1.5 < |η| ≤ 2.5   (2.16 + 5.6 (|η| − 2)²) √(0.008² E² + 0.11² E + 0.40²)
///           2.5 < |η|         √(0.107² E² + 2.08² E)
///     HCAL  |η| ≤ 3.0         √(0.050² E² + 1.50² E)
///           3.0 < |η|         √(0.130² E² + 2.70² E)
///
/// - Reference: `cards/delphes_card_CMS.tcl` of Delphes (ECAL from arXiv:1306.2016 and 1502.02701);
///   log-normal: Delphes 3, JHEP 02 (2014) 057, section 3. The card's towers are smaller than
///   trigger towers; that a trigger tower draws once is a choice of ours.
public struct CalorimeterResponse: Sendable, Hashable {
  /// One count of a tower's transverse energy in GeV: `towerLsbE`, `towerLsbH` of CMSSW's
  /// `l1tCaloStage2Params_cfi.py`.
  public var towerStep = 0.5
  /// A tower's sum saturates here: 9 bits (`towerNBitsSum`).
  public var maximumTower = 255.5
  /// Less transverse energy (GeV) than this, half a count, is dropped before any draw: a choice of
  /// ours that stands for the zero suppression of the trigger primitives.
  public var leastDeposit = 0.25

  public init() {}
  public static let cms = CalorimeterResponse()

  /// σ² of an electromagnetic energy, GeV².
  @inline(__always)
  public func electromagneticVariance(energy: Double, eta: Double) -> Double {
    let size = abs(eta)
    if size > 2.5 { return 0.107 * 0.107 * energy * energy + 2.08 * 2.08 * energy }
    let crystal = 0.008 * 0.008 * energy * energy + 0.11 * 0.11 * energy + 0.40 * 0.40
    let factor = size <= 1.5 ? 1 + 0.64 * eta * eta : 2.16 + 5.6 * (size - 2) * (size - 2)
    return factor * factor * crystal
  }

  /// σ² of a hadronic energy, GeV².
  @inline(__always)
  public func hadronicVariance(energy: Double, eta: Double) -> Double {
    abs(eta) <= 3
      ? 0.050 * 0.050 * energy * energy + 1.50 * 1.50 * energy
      : 0.130 * 0.130 * energy * energy + 2.70 * 2.70 * energy
  }

  /// To the nearest count; the result in GeV.
  @inline(__always)
  func counted(_ energy: Double) -> Double { Double(Int(energy / towerStep + 0.5)) * towerStep }
}
