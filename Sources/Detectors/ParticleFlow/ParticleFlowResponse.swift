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
/// holds no more, tracks and tower are averaged by their errors.
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
///   057, sections 2 and 3; the order of steps is that of Delphes' card CMS_PhaseII_200PU_v04
///   (tracks are merged before they are lost, and lost ones still reach the calorimeters).
public struct ParticleFlowResponse: Sendable {
  public var solenoid = Solenoid()
  public var beamSpot = BeamSpot()
  public var tracker = FlowTracker()
  public var electromagnetic = FlowCalorimeter.electromagnetic
  public var hadron = FlowCalorimeter.hadron
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
    let vertex = beamSpot.draw(&crossing)
    for index in events[event] {
      guard
        var particle = events.flowParticle(index, event: number, skipped: &workspace.skipped)
      else { continue }
      particle.z += Float(vertex.z)
      add(particle, at: vertex, of: vertex, isHard: true, &hard, &workspace)
    }
    let collisions = pileup?.draw(&crossing, beamSpot: beamSpot) ?? []
    if let pileup {
      for collision in collisions {
        let (sine, cosine) = (Float(sin(collision.turn)), Float(cos(collision.turn)))
        for index in pileup.offsets[collision.event]..<pileup.offsets[collision.event + 1] {
          var particle = pileup.particles[index]
          if collision.isMirrored {
            particle.z = -particle.z
            particle.pz = -particle.pz
            particle.eta = -particle.eta
          }
          particle.phi = wrapped(particle.phi + Float(collision.turn))
          (particle.x, particle.y) = (
            cosine * particle.x - sine * particle.y, sine * particle.x + cosine * particle.y
          )
          particle.z += Float(collision.vertex.z)
          add(particle, at: collision.vertex, of: vertex, isHard: false, &soft, &workspace)
        }
      }
    }
    fillTowersWithTracks(&workspace)
    let towers = own.child(3)
    addNeutrals(
      electromagnetic, pdg: 22, towers.child(0), &workspace.electromagnetic, &workspace.neutrals)
    addNeutrals(hadron, pdg: 0, towers.child(1), &workspace.hadron, &workspace.neutrals)
    finish(&workspace, &candidates)
    candidates.pileup.append(Int32(collisions.count))
    candidates.vertices.append(SIMD2(Float(vertex.z), Float(vertex.time)))
    workspace.clear()
  }

  /// Follows one particle: deposits in towers and, perhaps, a track.
  private func add(
    _ particle: FlowParticle, at collision: BeamSpot.Vertex, of primary: BeamSpot.Vertex,
    isHard: Bool, _ stream: inout RandomStream, _ workspace: inout ParticleFlowWorkspace
  ) {
    guard let exit = solenoid.exit(particle) else { return }
    var track: FlowTrack?
    if particle.charge != 0, abs(Double(particle.eta)) <= tracker.acceptance,
      Double(particle.pt) > tracker.minimumPt
    {
      track = measured(particle, at: collision, of: primary, isHard: isHard, &stream, &workspace)
    }
    let fraction = particle.kind.electromagneticFraction
    if fraction > 0, let tower = electromagnetic.grid.tower(eta: exit.eta, phi: exit.phi) {
      let energy = Double(fraction * particle.energy)
      workspace.electromagnetic.add(energy, to: tower, isHard: isHard, hasTrack: track != nil)
      track?.electromagneticTower = tower
      track?.deposit = energy
    }
    let rest = particle.kind.hadronFraction
    if rest > 0, let tower = hadron.grid.tower(eta: exit.eta, phi: exit.phi) {
      let energy = Double(rest * particle.energy)
      workspace.hadron.add(energy, to: tower, isHard: isHard, hasTrack: track != nil)
      track?.hadronTower = tower
      track?.deposit = energy
    }
    if let track { keep(track, particle, &workspace) }
  }

  /// What the tracks measure of the towers' energies; a lost track's particle is one without.
  private func fillTowersWithTracks(_ workspace: inout ParticleFlowWorkspace) {
    for track in workspace.tracks {
      let (electromagneticTower, hadronTower) = (track.electromagneticTower, track.hadronTower)
      if track.isMerged {
        if electromagneticTower >= 0 {
          workspace.electromagnetic.addWithoutTrack(
            track.deposit, to: electromagneticTower, isHard: track.isHard)
        }
        if hadronTower >= 0 {
          workspace.hadron.addWithoutTrack(track.deposit, to: hadronTower, isHard: track.isHard)
        }
        continue
      }
      if electromagneticTower >= 0 {
        workspace.electromagnetic.addTrack(
          track.energy, error: track.energyError, to: electromagneticTower)
      }
      if hadronTower >= 0 {
        workspace.hadron.addTrack(track.energy, error: track.energyError, to: hadronTower)
      }
    }
  }

  private func finish(
    _ workspace: inout ParticleFlowWorkspace, _ candidates: inout FlowCandidates
  ) {
    for track in workspace.tracks where !track.isMerged {
      var scale = 1.0
      if track.electromagneticTower >= 0 {
        scale = workspace.electromagnetic[track.electromagneticTower].trackScale
      } else if track.hadronTower >= 0 {
        scale = workspace.hadron[track.hadronTower].trackScale
      }
      let pt = track.pt * scale
      let momentum = pt * cosh(track.eta)
      candidates.append(
        pt: pt, eta: track.eta, phi: track.phi,
        energy: (momentum * momentum + track.mass * track.mass).squareRoot(), charge: track.charge,
        pdg: track.candidateCode, d0: track.d0, dz: track.dz, time: track.time,
        hardFraction: track.isHard ? 1 : 0)
    }
    for neutral in workspace.neutrals {
      candidates.append(
        pt: neutral.energy / cosh(neutral.eta), eta: neutral.eta, phi: neutral.phi,
        energy: neutral.energy, charge: 0, pdg: neutral.pdg, hardFraction: neutral.hardFraction)
    }
    candidates.offsets.append(candidates.candidateCount)
  }
}
