/// What an event needs while it is simulated; one per thread.
public struct ParticleFlowWorkspace: Sendable {
  var electromagnetic: FlowTowers
  var hadron: FlowTowers
  var tracks: [FlowTrack] = []
  var neutrals: [FlowNeutral] = []
  var cells: [UInt64: Int] = [:]
  /// Particles of the collisions of interest that the model does not take, each time an event is
  /// simulated; pileup's are ``PileupLibrary/skipped``.
  public internal(set) var skipped = SkippedParticles()

  init(electromagnetic: Int, hadron: Int) {
    self.electromagnetic = FlowTowers(count: electromagnetic)
    self.hadron = FlowTowers(count: hadron)
  }

  mutating func clear() {
    electromagnetic.clear()
    hadron.clear()
    tracks.removeAll(keepingCapacity: true)
    neutrals.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
  }
}

struct FlowTrack: Sendable {
  var pt, eta, phi, mass, energy, d0, dz, time: Double
  /// σ of the energy.
  var energyError: Double
  /// What its particle leaves in its tower, of either calorimeter; −1 for none.
  var electromagneticTower = -1, hadronTower = -1
  var deposit = 0.0
  var pdg: Int32
  var charge: Int8
  var isHard: Bool
  /// Lost to a harder one in the same cell.
  var isMerged = false

  /// Kinds that the features know; any other charged hadron counts as a pion.
  var candidateCode: Int32 {
    let code: Int32
    switch abs(pdg) {
    case 11: code = 11
    case 13: code = 13
    case 321: code = 321
    case 2212: code = 2212
    default: code = 211
    }
    // A lepton's code is positive for a negative charge.
    return (code < 100) == (charge < 0) ? code : -code
  }
}

struct FlowNeutral: Sendable {
  var energy, eta, phi: Double
  var pdg: Int32
  var hardFraction: Double
}
