import WinnowTensors

/// Transverse energies in the trigger towers of one event, true before ``digitise(_:_:_:)`` and
/// measured after.
///
/// One value serves event after event: only towers that were touched are cleared.
struct TowerEnergies: Sendable {
  /// GeV; by tower.
  private(set) var electromagnetic = [Double](repeating: 0, count: TriggerTowers.count)
  private(set) var hadronic = [Double](repeating: 0, count: TriggerTowers.count)
  /// Electromagnetic and hadronic counts of a tower together.
  private(set) var measured = [Double](repeating: 0, count: TriggerTowers.count)
  private var isTouched = [Bool](repeating: false, count: TriggerTowers.count)
  private(set) var touched: [Int] = []

  @inline(__always)
  mutating func add(_ tower: Int, electromagnetic em: Double, hadronic had: Double) {
    if !isTouched[tower] {
      isTouched[tower] = true
      touched.append(tower)
    }
    electromagnetic[tower] += em
    hadronic[tower] += had
  }

  mutating func clear() {
    for tower in touched {
      isTouched[tower] = false
      electromagnetic[tower] = 0
      hadronic[tower] = 0
      measured[tower] = 0
    }
    touched.removeAll(keepingCapacity: true)
  }

  /// Measures every touched tower, the lowest number first, so that the draws do not depend on the
  /// order of the particles.
  mutating func digitise(
    _ response: CalorimeterResponse, _ towers: TriggerTowers, _ stream: inout RandomStream
  ) {
    touched.sort()
    for tower in touched {
      let ring = tower / TriggerTowers.towersPerRing
      let (cosh, eta) = (towers.coshOfRing[ring], towers.etaOfRing[ring])
      var sum = 0.0
      if electromagnetic[tower] >= response.leastDeposit {
        let energy = electromagnetic[tower] * cosh
        let width = response.electromagneticWidth(energy: energy, eta: eta)
        sum += response.counted(
          CalorimeterResponse.draw(mean: energy, width: width, &stream) / cosh)
      }
      if hadronic[tower] >= response.leastDeposit {
        let energy = hadronic[tower] * cosh
        let width = response.hadronicWidth(energy: energy, eta: eta)
        sum += response.counted(
          CalorimeterResponse.draw(mean: energy, width: width, &stream) / cosh)
      }
      measured[tower] = min(sum, response.maximumTower)
    }
  }

  /// The sum of the measured towers within |Δη| and |Δφ| windows would be square; this is the cone
  /// `ΔR < radius` about a direction, without the tower `excluded`.
  func cone(
    eta: Double, phi: Double, radius: Double, excluding excluded: Int?, _ towers: TriggerTowers
  ) -> Double {
    var sum = 0.0
    for tower in touched where measured[tower] > 0 && tower != excluded {
      let centre = towers.centre(tower)
      let across = eta - centre.eta
      if abs(across) >= radius { continue }
      var around = abs(phi - centre.phi)
      if around > .pi { around = 2 * .pi - around }
      if across * across + around * around < radius * radius { sum += measured[tower] }
    }
    return sum
  }
}
