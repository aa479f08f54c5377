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
  var active: ArraySlice<Int> { activeTowers[0..<activeCount] }
  private var activeTowers = [Int](repeating: 0, count: TriggerTowers.count + 1)
  private var activeCount = 0
  /// The touched towers, rising, once they are listed.
  private var touched = [Int32](repeating: 0, count: TriggerTowers.count)
  private var touchedCount: Int?
  private var bits = [UInt64](repeating: 0, count: TriggerTowers.count / 64)
  private var draws = [Draw](repeating: Draw(), count: 2 * TriggerTowers.count + 1)

  /// An energy that is to be measured.
  private struct Draw: Sendable {
    var energy = 0.0
    var tower: Int32 = 0
    /// As ``TowerResponse`` counts them.
    var width: Int32 = 0
  }

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

  /// Lists the touched towers, if they are not yet.
  private mutating func list() -> Int {
    if let touchedCount { return touchedCount }
    let count = Self.list(&bits, &touched)
    touchedCount = count
    return count
  }

  mutating func clear() {
    let towers = list()
    Self.clear(&entered, &measured, touched, towers)
    touchedCount = nil
    activeCount = 0
  }

  /// Measures every touched tower. Call once between two calls of ``clear()``, after all that is
  /// added.
  ///
  /// - Parameter dead: towers that measure nothing; the others measure what they would without them.
  mutating func digitise(
    _ response: TowerResponse, dead: [Int] = [], _ stream: inout RandomStream
  ) {
    let towers = list()
    let count = Self.prepare(
      &draws, entered, touched, towers, least: response.calorimeter.leastDeposit)
    Self.measure(&measured, draws, count, response, &stream)
    // After all draws, which they have part in.
    for tower in dead { measured[tower] = 0 }
    activeCount = Self.activate(
      &activeTowers, &measured, touched, towers, most: response.calorimeter.maximumTower)
  }

  /// Empties the bits into a list of towers, rising.
  private static func list(_ bits: inout [UInt64], _ touched: inout [Int32]) -> Int {
    var bits = bits.mutableSpan
    var touched = touched.mutableSpan
    var count = 0
    for place in bits.indices {
      var rest = bits[place]
      while rest != 0 {
        touched[count] = Int32(truncatingIfNeeded: place * 64 + rest.trailingZeroBitCount)
        count += 1
        rest &= rest &- 1
      }
      bits[place] = 0
    }
    return count
  }

  private static func clear(
    _ entered: inout [SIMD2<Double>], _ measured: inout [Double], _ touched: [Int32],
    _ towers: Int
  ) {
    var entered = entered.mutableSpan
    var measured = measured.mutableSpan
    let touched = touched.span
    for place in 0..<towers {
      let tower = Int(touched[place])
      entered[tower] = .zero
      measured[tower] = 0
    }
  }

  /// Lists the energies that are large enough to measure, in the order of the draws: towers rising,
  /// the electromagnetic part first.
  private static func prepare(
    _ draws: inout [Draw], _ entered: [SIMD2<Double>], _ touched: [Int32], _ towers: Int,
    least: Double
  ) -> Int {
    var draws = draws.mutableSpan
    let (entered, touched) = (entered.span, touched.span)
    var count = 0
    for place in 0..<towers {
      let tower = touched[place]
      let energy = entered[Int(tower)]
      let ring = tower / Int32(TriggerTowers.towersPerRing)
      draws[count] = Draw(energy: energy.x, tower: tower, width: 2 * ring)
      count += energy.x >= least ? 1 : 0
      draws[count] = Draw(energy: energy.y, tower: tower, width: 2 * ring + 1)
      count += energy.y >= least ? 1 : 0
    }
    return count
  }

  private static func measure(
    _ measured: inout [Double], _ draws: [Draw], _ count: Int, _ response: TowerResponse,
    _ stream: inout RandomStream
  ) {
    var measured = measured.mutableSpan
    let draws = draws.span
    for place in 0..<count {
      let draw = draws[place]
      measured[Int(draw.tower)] += response.measured(draw.energy, width: Int(draw.width), &stream)
    }
  }

  /// Lists the towers that measured something; returns how many.
  private static func activate(
    _ active: inout [Int], _ measured: inout [Double], _ touched: [Int32], _ towers: Int,
    most: Double
  ) -> Int {
    var active = active.mutableSpan
    var measured = measured.mutableSpan
    let touched = touched.span
    var count = 0
    for place in 0..<towers {
      let tower = Int(touched[place])
      let sum = measured[tower]
      measured[tower] = min(sum, most)
      active[count] = tower
      count += sum > 0 ? 1 : 0
    }
    return count
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
