import WinnowTensors

/// ``TriggerCalorimeter`` in each ring of towers, ready to draw.
struct TowerResponse: Sendable {
  let calorimeter: TriggerCalorimeter
  /// Of ring r, the electromagnetic width at 2r and the hadronic one at 2r + 1.
  private let widths: [EnergyResolution]
  private let spread = LogNormalSpread()

  init(_ calorimeter: TriggerCalorimeter, _ towers: TriggerTowers) {
    self.calorimeter = calorimeter
    widths = zip(towers.etaOfRing, towers.coshOfRing).flatMap { eta, cosh in
      [calorimeter.electromagnetic(eta: eta), calorimeter.hadronic(eta: eta)]
        .map { $0.transverse(coshEta: cosh) }
    }
  }

  /// What the tower counts of a transverse energy, GeV.
  ///
  /// - Parameter width: twice the ring, one more for a hadronic energy.
  @inline(__always)
  func measured(_ energy: Double, width: Int, _ stream: inout RandomStream) -> Double {
    let variance = widths[width].relativeVariance(energy: energy)
    return calorimeter.counted(
      spread.draw(mean: energy, relativeVariance: variance, &stream))
  }
}
