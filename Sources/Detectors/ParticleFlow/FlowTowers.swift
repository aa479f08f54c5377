/// Energies in a calorimeter's towers for the event at hand, GeV.
struct FlowTowers: Sendable {
  struct Tower: Sendable {
    /// Of all particles, and of those of the collision of interest.
    var total = 0.0, hard = 0.0
    /// The same without particles whose track was found.
    var rest = 0.0, restHard = 0.0
    /// As the tracks measure theirs, and its variance.
    var tracks = 0.0, trackVariance = 0.0
    /// What the tracks' energies are multiplied by.
    var trackScale = 1.0
  }
  private(set) var towers: [Tower]
  /// Towers that anything reached.
  private(set) var touched: [Int32] = []

  init(count: Int) { towers = [Tower](repeating: Tower(), count: count) }

  subscript(tower: Int) -> Tower { towers[tower] }

  /// The energy of a particle.
  mutating func add(_ energy: Double, to tower: Int, isHard: Bool, hasTrack: Bool) {
    if towers[tower].total == 0 { touched.append(Int32(tower)) }
    towers[tower].total += energy
    if isHard { towers[tower].hard += energy }
    if !hasTrack { addWithoutTrack(energy, to: tower, isHard: isHard) }
  }

  /// The energy of a particle that ``add(_:to:isHard:hasTrack:)`` took to have a track.
  mutating func addWithoutTrack(_ energy: Double, to tower: Int, isHard: Bool) {
    towers[tower].rest += energy
    if isHard { towers[tower].restHard += energy }
  }

  mutating func addTrack(_ energy: Double, error: Double, to tower: Int) {
    towers[tower].tracks += energy
    towers[tower].trackVariance += error * error
  }

  mutating func scaleTracks(of tower: Int, by factor: Double) { towers[tower].trackScale = factor }

  mutating func sort() { touched.sort() }

  mutating func clear() {
    for tower in touched { towers[Int(tower)] = Tower() }
    touched.removeAll(keepingCapacity: true)
  }
}
