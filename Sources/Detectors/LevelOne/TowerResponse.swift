import WinnowTensors

/// ``TriggerCalorimeter`` in each ring of towers, ready to draw.
struct TowerResponse: Sendable {
  let calorimeter: TriggerCalorimeter
  private let electromagneticTerms: [EnergyResolution]
  private let hadronicTerms: [EnergyResolution]
  private let spread = LogNormalSpread()

  init(_ calorimeter: TriggerCalorimeter, _ towers: TriggerTowers) {
    self.calorimeter = calorimeter
    func terms(_ width: (Double) -> EnergyResolution) -> [EnergyResolution] {
      zip(towers.etaOfRing, towers.coshOfRing).map { width($0).transverse(coshEta: $1) }
    }
    electromagneticTerms = terms(calorimeter.electromagnetic)
    hadronicTerms = terms(calorimeter.hadronic)
  }

  /// What the tower counts of an electromagnetic transverse energy, GeV.
  @inline(__always)
  func electromagnetic(_ energy: Double, ring: Int, _ stream: inout RandomStream) -> Double {
    let variance = electromagneticTerms[ring].relativeVariance(energy: energy)
    return calorimeter.counted(
      spread.draw(mean: energy, relativeVariance: variance, &stream))
  }

  /// What the tower counts of a hadronic transverse energy, GeV.
  @inline(__always)
  func hadronic(_ energy: Double, ring: Int, _ stream: inout RandomStream) -> Double {
    let variance = hadronicTerms[ring].relativeVariance(energy: energy)
    return calorimeter.counted(
      spread.draw(mean: energy, relativeVariance: variance, &stream))
  }
}
