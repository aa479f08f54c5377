import WinnowTensors

/// Transverse energies in the trigger towers of one event, true before `digitise` and measured
/// after.
///
/// One value serves event after event: only towers that were touched are cleared. The touched ones
/// are bits, so that they are visited in rising order, whatever the order of the particles.
struct TriggerTowerEnergies: Sendable {
  /// Electromagnetic and hadronic, GeV; by tower.
  private(set) var entered = [SIMD2<Double>](repeating: .zero, count: TriggerTowers.count)
  /// Both parts together, after response and counting.
  private(set) var measured = [Double](repeating: 0, count: TriggerTowers.count)
  /// The towers whose measured energy is not zero, rising.
  private(set) var active: [Int] = []
  private var bits = [UInt64](repeating: 0, count: TriggerTowers.count / 64)

  @inline(__always)
  mutating func add(_ tower: Int, _ energy: SIMD2<Double>) {
    bits[tower >> 6] |= 1 &<< UInt64(tower & 63)
    entered[tower] += energy
  }

  /// Visits the towers that hold energy, rising.
  @inline(__always)
  func forEachTouched(_ body: (Int) -> Void) {
    for place in bits.indices {
      var rest = bits[place]
      while rest != 0 {
        body(place * 64 + rest.trailingZeroBitCount)
        rest &= rest &- 1
      }
    }
  }

  mutating func clear() {
    for place in bits.indices where bits[place] != 0 {
      var rest = bits[place]
      while rest != 0 {
        let tower = place * 64 + rest.trailingZeroBitCount
        entered[tower] = .zero
        rest &= rest &- 1
      }
      bits[place] = 0
    }
    for tower in active { measured[tower] = 0 }
    active.removeAll(keepingCapacity: true)
  }

  /// Measures every touched tower. Call once between two calls of ``clear()``.
  mutating func digitise(_ response: TowerResponse, _ stream: inout RandomStream) {
    let least = response.calorimeter.leastDeposit
    for place in bits.indices {
      var rest = bits[place]
      while rest != 0 {
        let tower = place * 64 + rest.trailingZeroBitCount
        rest &= rest &- 1
        let energy = entered[tower]
        if energy.x < least && energy.y < least { continue }
        let ring = tower / TriggerTowers.towersPerRing
        var sum = 0.0
        if energy.x >= least { sum += response.electromagnetic(energy.x, ring: ring, &stream) }
        if energy.y >= least { sum += response.hadronic(energy.y, ring: ring, &stream) }
        if sum > 0 {
          measured[tower] = min(sum, response.calorimeter.maximumTower)
          active.append(tower)
        }
      }
    }
  }

  /// The measured transverse energy within `ΔR < radius` of a direction, without one tower.
  func cone(
    eta: Double, phi: Double, radius: Double, excluding excluded: Int?, _ towers: TriggerTowers
  ) -> Double {
    var sum = 0.0
    for tower in active where tower != excluded {
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
