#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import WinnowEvents
import WinnowTensors

/// Particle flow of a Phase-2 detector: tracks, photons and neutral hadrons of a bunch crossing.
///
/// Visible particles fly through the solenoid; tracks are found and smeared; energies are summed in
/// towers and smeared; what a tower holds beyond its tracks becomes a neutral candidate, and where it
/// holds no more, tracks and tower are averaged by their errors, as in Delphes' particle flow.
///
///     let response = ParticleFlowResponse(seed: 1)
///     var workspace = response.workspace()
///     var (mixed, clean) = (FlowCandidates(), FlowCandidates())
///     for event in 0..<events.count {
///       response.append(events, event, number: event, pileup: library, &workspace, to: &mixed)
///       response.append(events, event, number: event, pileup: nil, &workspace, to: &clean)
///     }
///
/// An event depends on the seed and its number: with and without pileup, the particles of its own
/// collision have the same vertex, the same tracks and the same draws in the same towers.
///
/// - Reference: papers/3, section 2 (Delphes' Phase-II CMS); J. de Favereau et al., JHEP 02 (2014)
///   057, sections 2 and 3; constants of the parts below.
public struct ParticleFlowResponse: Sendable {
  public var solenoid = Solenoid()
  public var tracker = TrackerResponse()
  public var electromagnetic = CalorimeterResponse.electromagnetic
  public var hadron = CalorimeterResponse.hadron
  /// σ of a collision's z, mm: 53 mm (Delphes, card CMS_PhaseII_140PU_v02).
  public var vertexSpread = 53.0
  private let stream: RandomStream

  public init(seed: UInt64) {
    stream = RandomStream(seed: seed, label: "particle flow")
  }

  /// Memory for one event at a time, one per thread.
  public func workspace() -> ParticleFlowWorkspace {
    ParticleFlowWorkspace(
      electromagnetic: electromagnetic.grid.count, hadron: hadron.grid.count)
  }

  /// Appends the candidates of an event.
  ///
  /// - Parameters:
  ///   - number: names the event's random stream.
  ///   - pileup: `nil` leaves the collision alone.
  public func append(
    _ events: ParticleEvents, _ event: Int, number: Int, pileup: PileupLibrary?,
    _ workspace: inout ParticleFlowWorkspace, to candidates: inout FlowCandidates
  ) {
    let own = stream.child(UInt64(bitPattern: Int64(number)))
    var (crossing, hard, soft) = (own.child(0), own.child(1), own.child(2))
    let towers = own.child(3)
    let vertex = crossing.gaussian(mean: 0, standardDeviation: vertexSpread)
    for index in events[event] {
      guard
        var particle = events.flowParticle(index, event: number, skipped: &workspace.skipped)
      else { continue }
      particle.z += vertex
      add(particle, vertex: vertex, isHard: true, &hard, &workspace)
    }
    let collisions = pileup?.draw(&crossing, spread: vertexSpread) ?? []
    if let pileup {
      for collision in collisions {
        let (sine, cosine) = (sin(collision.turn), cos(collision.turn))
        for index in pileup.offsets[collision.event]..<pileup.offsets[collision.event + 1] {
          var particle = pileup.particles[index]
          if collision.isMirrored {
            particle.z = -particle.z
            particle.pz = -particle.pz
            particle.eta = -particle.eta
          }
          particle.phi = wrapped(particle.phi + collision.turn)
          (particle.x, particle.y) = (
            cosine * particle.x - sine * particle.y, sine * particle.x + cosine * particle.y
          )
          particle.z += collision.z
          add(particle, vertex: vertex, isHard: false, &soft, &workspace)
        }
      }
    }
    mergeTracks(&workspace)
    for track in workspace.tracks where !track.isMerged {
      if track.electromagneticTower >= 0 {
        workspace.electromagnetic.addTrack(
          track.energy, error: track.energy * track.relativeError, to: track.electromagneticTower)
      }
      if track.hadronTower >= 0 {
        workspace.hadron.addTrack(
          track.energy, error: track.energy * track.relativeError, to: track.hadronTower)
      }
    }
    let first = workspace.neutrals.count
    addNeutrals(
      electromagnetic, pdg: 22, towers.child(0), &workspace.electromagnetic,
      &workspace.electromagneticScale, &workspace.neutrals)
    addNeutrals(
      hadron, pdg: 0, towers.child(1), &workspace.hadron, &workspace.hadronScale,
      &workspace.neutrals)
    precondition(first == 0)
    finish(&workspace, collisions.count, &candidates)
  }

  /// Follows one particle: deposits in towers and, perhaps, a track.
  private func add(
    _ particle: FlowParticle, vertex: Double, isHard: Bool, _ stream: inout RandomStream,
    _ workspace: inout ParticleFlowWorkspace
  ) {
    guard let exit = solenoid.exit(particle) else { return }
    var (electromagneticTower, hadronTower) = (-1, -1)
    let fraction = particle.kind.electromagneticFraction
    if fraction > 0, let tower = electromagnetic.grid.tower(eta: exit.eta, phi: exit.phi) {
      workspace.electromagnetic.add(fraction * particle.energy, to: tower, isHard: isHard)
      electromagneticTower = tower
    }
    let rest = particle.kind.hadronFraction
    if rest > 0, let tower = hadron.grid.tower(eta: exit.eta, phi: exit.phi) {
      workspace.hadron.add(rest * particle.energy, to: tower, isHard: isHard)
      hadronTower = tower
    }
    guard particle.charge != 0 else { return }
    let efficiency = tracker.efficiency(particle.kind, pt: particle.pt, eta: particle.eta)
    guard efficiency > 0, stream.uniform() < efficiency else { return }
    let error = tracker.resolution(pt: particle.pt, eta: particle.eta)
    let scale = max(1 + error * stream.gaussian(), 0.01)
    let (a, b) = (tracker.transverseImpact, tracker.longitudinalImpact)
    let d0Error = (a.x * a.x + a.y * a.y / (particle.pt * particle.pt)).squareRoot()
    let dzError =
      (b.x * b.x + b.y * b.y / (particle.pt * particle.pt)).squareRoot() * cosh(particle.eta)
    // Straight from the vertex back to the beam: the bending over a displacement is left out.
    let (ux, uy) = (cos(particle.phi), sin(particle.phi))
    let d0 = particle.y * ux - particle.x * uy
    let along = particle.x * ux + particle.y * uy
    let dz = particle.z - along * particle.pz / particle.pt - vertex
    workspace.tracks.append(
      FlowTrack(
        pt: particle.pt * scale, eta: particle.eta, phi: particle.phi,
        energy: particle.energy * scale, relativeError: error,
        d0: d0 + d0Error * stream.gaussian(), dz: dz + dzError * stream.gaussian(),
        atEta: exit.eta, atPhi: exit.phi, electromagneticTower: electromagneticTower,
        hadronTower: hadronTower, pdg: particle.pdg, charge: particle.charge, kind: particle.kind,
        isHard: isHard))
  }

  /// Of tracks in the same cell of the merging distance, the hardest stays.
  private func mergeTracks(_ workspace: inout ParticleFlowWorkspace) {
    let cell = tracker.mergingDistance
    guard cell > 0 else { return }
    workspace.cells.removeAll(keepingCapacity: true)
    for (index, track) in workspace.tracks.enumerated() {
      let key =
        (Int32((track.atEta / cell).rounded(.down)), Int32((track.atPhi / cell).rounded(.down)))
      let place = UInt64(UInt32(bitPattern: key.0)) << 32 | UInt64(UInt32(bitPattern: key.1))
      if let other = workspace.cells[place] {
        let loser = workspace.tracks[other].pt < track.pt ? other : index
        workspace.tracks[loser].isMerged = true
        if loser == other { workspace.cells[place] = index }
      } else {
        workspace.cells[place] = index
      }
    }
  }

  /// Neutral candidates of a calorimeter, and by how much tracks to each tower are scaled.
  ///
  /// - Reference: J. de Favereau et al., JHEP 02 (2014) 057, section 3.1, and the average of track
  ///   and tower where no neutral is found.
  private func addNeutrals(
    _ calorimeter: CalorimeterResponse, pdg: Int32, _ stream: RandomStream,
    _ towers: inout TowerEnergies, _ scale: inout [Int: Double],
    _ neutrals: inout [FlowNeutral]
  ) {
    scale.removeAll(keepingCapacity: true)
    // In the order of towers, whatever came first.
    towers.touched.sort()
    for tower in towers.touched {
      var own = stream.child(UInt64(tower))
      let (eta, phi) = calorimeter.grid.direction(tower, own.uniform(), own.uniform())
      let energy = towers.total[tower]
      let deviation = calorimeter.deviation(energy: energy, eta: eta)
      var measured = CalorimeterResponse.measured(
        energy: energy, deviation: deviation, normal: own.gaussian())
      let error = calorimeter.deviation(energy: measured, eta: eta)
      if measured < calorimeter.threshold || measured < calorimeter.significance * error {
        measured = 0
      }
      let tracks = towers.tracks[tower]
      let excess = measured - tracks
      let combined = (error * error + towers.trackVariance[tower]).squareRoot()
      if excess > calorimeter.threshold, excess > calorimeter.significance * combined {
        neutrals.append(
          FlowNeutral(
            energy: excess, eta: eta, phi: phi, pdg: pdg,
            hardFraction: towers.hard[tower] / energy))
      } else if tracks > 0, measured > 0, towers.trackVariance[tower] > 0, error > 0 {
        let (a, b) = (1 / towers.trackVariance[tower], 1 / (error * error))
        scale[tower] = (a * tracks + b * measured) / (a + b) / tracks
      }
    }
  }

  private func finish(
    _ workspace: inout ParticleFlowWorkspace, _ collisions: Int,
    _ candidates: inout FlowCandidates
  ) {
    for track in workspace.tracks where !track.isMerged {
      let scale =
        (track.electromagneticTower >= 0
          ? workspace.electromagneticScale[track.electromagneticTower] : nil)
        ?? (track.hadronTower >= 0 ? workspace.hadronScale[track.hadronTower] : nil) ?? 1
      candidates.append(
        pt: track.pt * scale, eta: track.eta, phi: track.phi, energy: track.energy * scale,
        charge: track.charge, pdg: track.candidateCode, d0: track.d0, dz: track.dz,
        hardFraction: track.isHard ? 1 : 0)
    }
    for neutral in workspace.neutrals {
      candidates.append(
        pt: neutral.energy / cosh(neutral.eta), eta: neutral.eta, phi: neutral.phi,
        energy: neutral.energy, charge: 0, pdg: neutral.pdg, d0: 0, dz: 0,
        hardFraction: neutral.hardFraction)
    }
    candidates.offsets.append(candidates.pt.count)
    candidates.pileup.append(collisions)
    workspace.clear()
  }
}

/// What an event needs while it is simulated.
public struct ParticleFlowWorkspace: Sendable {
  var electromagnetic: TowerEnergies
  var hadron: TowerEnergies
  var tracks: [FlowTrack] = []
  var neutrals: [FlowNeutral] = []
  var cells: [UInt64: Int] = [:]
  var electromagneticScale: [Int: Double] = [:]
  var hadronScale: [Int: Double] = [:]
  /// Particles of the collisions of interest that the model does not take, counted each time an
  /// event is simulated.
  public internal(set) var skipped = SkippedParticles()

  init(electromagnetic: Int, hadron: Int) {
    self.electromagnetic = TowerEnergies(count: electromagnetic)
    self.hadron = TowerEnergies(count: hadron)
  }

  mutating func clear() {
    electromagnetic.clear()
    hadron.clear()
    tracks.removeAll(keepingCapacity: true)
    neutrals.removeAll(keepingCapacity: true)
  }
}

struct FlowTrack: Sendable {
  var pt, eta, phi, energy, relativeError, d0, dz: Double
  /// Where it meets the calorimeter.
  var atEta, atPhi: Double
  /// −1 for none.
  var electromagneticTower, hadronTower: Int
  var pdg: Int32
  var charge: Int8
  var kind: FlowKind
  var isHard: Bool
  var isMerged = false

  /// Kinds that the features know; other charged hadrons count as pions.
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
