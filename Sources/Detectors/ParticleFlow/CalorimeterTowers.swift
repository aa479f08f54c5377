#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Towers of a calorimeter in η and φ: a barrel, two end-caps and two forward parts.
struct TowerGrid: Sendable {
  /// Towers in a range of |η| up to the next part.
  struct Part: Sendable {
    let start, end: Double
    let etaSteps, phiSteps: Int
    let first: Int
  }
  let parts: [Part]
  let count: Int

  /// - Parameter sizes: where each part ends in |η| and the tower's size in η and φ there.
  init(_ sizes: [(end: Double, size: Double)]) {
    var (parts, count, start) = ([Part](), 0, 0.0)
    for (end, size) in sizes {
      let part = Part(
        start: start, end: end, etaSteps: Int(((end - start) / size).rounded()),
        phiSteps: Int((2 * .pi / size).rounded()), first: count)
      parts.append(part)
      count += 2 * part.etaSteps * part.phiSteps
      start = end
    }
    (self.parts, self.count) = (parts, count)
  }

  /// The tower at a direction, φ in [−π, π]; `nil` beyond the last part.
  func tower(eta: Double, phi: Double) -> Int? {
    let size = abs(eta)
    for part in parts where size < part.end {
      let step = Int((size - part.start) / (part.end - part.start) * Double(part.etaSteps))
      let turn = Int((phi + .pi) / (2 * .pi) * Double(part.phiSteps))
      let row = (eta < 0 ? part.etaSteps : 0) + min(step, part.etaSteps - 1)
      return part.first + row * part.phiSteps + min(max(turn, 0), part.phiSteps - 1)
    }
    return nil
  }

  /// A point of a tower; 0.5 and 0.5 are its middle.
  func direction(_ tower: Int, _ alongEta: Double, _ alongPhi: Double) -> (eta: Double, phi: Double) {
    let part = parts.last { $0.first <= tower }!
    let (row, turn) = (tower - part.first).quotientAndRemainder(dividingBy: part.phiSteps)
    let isNegative = row >= part.etaSteps
    let step = Double(isNegative ? row - part.etaSteps : row) + alongEta
    let eta = part.start + step * (part.end - part.start) / Double(part.etaSteps)
    return (
      isNegative ? -eta : eta,
      -.pi + (Double(turn) + alongPhi) * 2 * .pi / Double(part.phiSteps)
    )
  }
}

/// A calorimeter's towers, resolution and thresholds.
public struct CalorimeterResponse: Sendable {
  /// σ² = factor² (c² E² + s² E + n²) up to |η| < end, GeV.
  public struct Resolution: Sendable, Hashable {
    public var end, constant, stochastic, noise: Double
    /// Grows as 1 + this × η².
    public var slope = 0.0
  }
  let grid: TowerGrid
  public var resolutions: [Resolution]
  /// A neutral candidate has at least this energy, GeV.
  public var threshold: Double
  /// And at least this many standard deviations.
  public var significance = 1.0

  /// Barrel towers of one crystal of CMS (0.0174), end-caps of 0.02, forward ones of 0.175; barrel
  /// and forward resolution of Delphes' card CMS_PhaseII_140PU_v02, end-caps 24 %/√E and 1 % as of
  /// CMS's high-granularity calorimeter (CERN-LHCC-2017-023). The threshold is our choice.
  public static let electromagnetic = CalorimeterResponse(
    grid: TowerGrid([(1.479, 0.0174), (3, 0.02), (5, 0.175)]),
    resolutions: [
      Resolution(end: 1.479, constant: 0.008, stochastic: 0.11, noise: 0.40, slope: 0.64),
      Resolution(end: 3, constant: 0.01, stochastic: 0.24, noise: 0),
      Resolution(end: 5, constant: 0.107, stochastic: 2.08, noise: 0),
    ], threshold: 0.5)

  /// Barrel towers of 0.087, end-caps of 0.02, forward ones of 0.175; resolutions and the threshold
  /// of 1 GeV of the same card.
  public static let hadron = CalorimeterResponse(
    grid: TowerGrid([(1.479, 0.087), (3, 0.02), (5, 0.175)]),
    resolutions: [
      Resolution(end: 3, constant: 0.05, stochastic: 1.5, noise: 0),
      Resolution(end: 5, constant: 0.13, stochastic: 2.7, noise: 0),
    ], threshold: 1)

  /// The standard deviation of a measured energy, GeV.
  func deviation(energy: Double, eta: Double) -> Double {
    let size = abs(eta)
    guard let part = resolutions.first(where: { size < $0.end }) ?? resolutions.last else { return 0 }
    let square =
      part.constant * part.constant * energy * energy + part.stochastic * part.stochastic * energy
      + part.noise * part.noise
    return (1 + part.slope * eta * eta) * square.squareRoot()
  }

  /// A positive energy of this mean and standard deviation, log-normal, from a normal variate.
  static func measured(energy: Double, deviation: Double, normal: Double) -> Double {
    guard energy > 0 else { return 0 }
    let ratio = deviation / energy
    let width = log(1 + ratio * ratio)
    return energy * exp(width.squareRoot() * normal - 0.5 * width)
  }
}

/// Energies in a calorimeter's towers for the event at hand.
struct TowerEnergies: Sendable {
  var total: [Double]
  /// From the collision of interest.
  var hard: [Double]
  /// Of tracks that lead to the tower, and their squared errors.
  var tracks: [Double]
  var trackVariance: [Double]
  /// Towers that anything reached, in the order in which it did.
  var touched: [Int] = []

  init(count: Int) {
    total = [Double](repeating: 0, count: count)
    (hard, tracks, trackVariance) = (total, total, total)
  }

  mutating func add(_ energy: Double, to tower: Int, isHard: Bool) {
    if total[tower] == 0 { touched.append(tower) }
    total[tower] += energy
    if isHard { hard[tower] += energy }
  }

  mutating func addTrack(_ energy: Double, error: Double, to tower: Int) {
    tracks[tower] += energy
    trackVariance[tower] += error * error
  }

  mutating func clear() {
    for tower in touched {
      total[tower] = 0
      hard[tower] = 0
      tracks[tower] = 0
      trackVariance[tower] = 0
    }
    touched.removeAll(keepingCapacity: true)
  }
}
