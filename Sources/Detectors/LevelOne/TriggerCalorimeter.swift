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
/// - Reference: `cards/delphes_card_CMS.tcl` of Delphes at 0593ac3a (ECAL from arXiv:1306.2016 and
///   1502.02701); log-normal: Delphes 3, JHEP 02 (2014) 057, section 3. The card's towers are smaller
///   than trigger towers; that a trigger tower draws once is a choice of ours.
public struct TriggerCalorimeter: Sendable, Hashable {
  /// One count of a tower's transverse energy in GeV: `towerLsbE`, `towerLsbH` of CMSSW's
  /// `l1tCaloStage2Params_cfi.py`.
  public var towerStep = 0.5
  /// A tower's sum saturates here: 9 bits (`towerNBitsSum`).
  public var maximumTower = 255.5
  /// Less transverse energy (GeV) than this, half a count, is dropped before any draw: a choice of
  /// ours that stands for the zero suppression of the trigger primitives.
  public var leastDeposit = 0.25
  /// A factor on the electromagnetic widths: 1 is the card, 0 a calorimeter without a width.
  public var electromagneticWidth = 1.0
  /// The same for hadronic widths.
  public var hadronicWidth = 1.0

  public init() {}
  public static let cms = TriggerCalorimeter()

  /// The width of an electromagnetic energy at a pseudorapidity.
  public func electromagnetic(eta: Double) -> EnergyResolution {
    let size = abs(eta)
    let width: EnergyResolution
    if size > 2.5 {
      width = EnergyResolution(constant: 0.107, stochastic: 2.08, noise: 0)
    } else {
      let factor = size <= 1.5 ? 1 + 0.64 * eta * eta : 2.16 + 5.6 * (size - 2) * (size - 2)
      width = EnergyResolution(
        constant: factor * 0.008, stochastic: factor * 0.11, noise: factor * 0.40)
    }
    return width.scaled(by: electromagneticWidth)
  }

  /// The width of a hadronic energy at a pseudorapidity.
  public func hadronic(eta: Double) -> EnergyResolution {
    let width =
      abs(eta) <= 3
      ? EnergyResolution(constant: 0.050, stochastic: 1.50, noise: 0)
      : EnergyResolution(constant: 0.130, stochastic: 2.70, noise: 0)
    return width.scaled(by: hadronicWidth)
  }

  /// To the nearest count; the result in GeV.
  @inline(__always)
  func counted(_ energy: Double) -> Double { Double(Int(energy / towerStep + 0.5)) * towerStep }
}

/// `σ² = constant² E² + stochastic² E + noise²` of an energy E in GeV.
public struct EnergyResolution: Sendable, Hashable {
  public var constant: Double
  /// GeV^½.
  public var stochastic: Double
  /// GeV.
  public var noise: Double

  public init(constant: Double, stochastic: Double, noise: Double) {
    (self.constant, self.stochastic, self.noise) = (constant, stochastic, noise)
  }

  /// (σ/E)²
  public func relativeVariance(energy: Double) -> Double {
    constant * constant
      + (stochastic * stochastic + noise * noise / energy) / energy
  }

  func scaled(by factor: Double) -> EnergyResolution {
    EnergyResolution(
      constant: factor * constant, stochastic: factor * stochastic, noise: factor * noise)
  }

  /// The same for transverse energies where `E = ET cosh η`.
  func transverse(coshEta: Double) -> EnergyResolution {
    EnergyResolution(
      constant: constant, stochastic: stochastic / coshEta.squareRoot(), noise: noise / coshEta)
  }
}
