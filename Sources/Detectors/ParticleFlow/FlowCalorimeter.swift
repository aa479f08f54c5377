#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A calorimeter: towers, energy resolution and thresholds.
///
/// - Reference: Delphes, card `CMS_PhaseII_140PU_v02.tcl` (commit 1cefce3), modules `ECal`, `HCal`
///   and `PhotonEnergySmearing`; all numbers are the card's, and those of 200PU_v04 (commit 05a7228).
public struct FlowCalorimeter: Sendable, Hashable {
  /// σ² = (constant E)² + stochastic² E + noise² up to |η| = `end`; GeV.
  public struct Resolution: Sendable, Hashable {
    public var end, constant, stochastic, noise: Double
  }
  let grid: FlowTowerGrid
  public var resolutions: [Resolution]
  /// A tower and a neutral candidate have at least this energy, GeV.
  public var threshold: Double
  /// And at least this many standard deviations.
  public var significance = 1.0
  /// Relative spread of a neutral candidate beyond the tower's.
  public var extraSpread = 0.0

  public static let electromagnetic = FlowCalorimeter(
    grid: .electromagnetic,
    resolutions: [
      Resolution(end: 1.5, constant: 0.009, stochastic: 0.12, noise: 0.45),
      Resolution(end: 1.75, constant: 0.006, stochastic: 0.20, noise: 0),
      Resolution(end: 2.15, constant: 0.007, stochastic: 0.21, noise: 0),
      Resolution(end: 3, constant: 0.008, stochastic: 0.24, noise: 0),
      Resolution(end: 5, constant: 0.08, stochastic: 1.98, noise: 0),
    ], threshold: 0.5, extraSpread: 0.01)

  public static let hadron = FlowCalorimeter(
    grid: .hadron,
    resolutions: [
      Resolution(end: 3, constant: 0.05, stochastic: 1.00, noise: 0),
      Resolution(end: 5, constant: 0.11, stochastic: 2.80, noise: 0),
    ], threshold: 1)

  /// The standard deviation of a measured energy, GeV, in a tower whose middle is at η.
  func deviation(energy: Double, eta: Double) -> Double {
    let size = abs(eta)
    guard let part = resolutions.first(where: { size <= $0.end }) ?? resolutions.last else {
      return 0
    }
    let square =
      part.constant * part.constant * energy * energy + part.stochastic * part.stochastic * energy
      + part.noise * part.noise
    return square.squareRoot()
  }
}

/// A positive value of this mean and standard deviation, log-normal, from a normal variate: how
/// Delphes draws measured energies and momenta.
func logNormal(mean: Double, deviation: Double, normal: Double) -> Double {
  guard mean > 0 else { return 0 }
  let ratio = deviation / mean
  let square = log(1 + ratio * ratio)
  return mean * exp(square.squareRoot() * normal - 0.5 * square)
}
