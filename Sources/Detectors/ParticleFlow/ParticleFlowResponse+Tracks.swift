#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowEvents
import WinnowTensors

extension ParticleFlowResponse {
  /// The track of a charged particle; `nil` if it is not found.
  ///
  /// - Parameters:
  ///   - collision: where and when it was made.
  ///   - primary: the collision of interest, from which dz counts.
  func measured(
    _ particle: FlowParticle, at collision: BeamSpot.Vertex, of primary: BeamSpot.Vertex,
    isHard: Bool, _ stream: inout RandomStream, _ workspace: inout ParticleFlowWorkspace
  ) -> FlowTrack? {
    let (pt, eta, mass) = (Double(particle.pt), Double(particle.eta), Double(particle.mass))
    guard stream.uniform() < tracker.efficiency(particle.kind, pt: pt, eta: eta) else { return nil }
    let spread = min(tracker.momentumSpread(particle.kind, pt: pt, eta: eta), 1)
    let normal = stream.gaussian()
    // Delphes draws an electron's energy normally, other momenta log-normally.
    let measuredPt =
      particle.kind == .electron
      ? pt * max(1 + spread * normal, 0.01) : logNormal(mean: pt, deviation: spread * pt, normal: normal)
    let measuredEta = eta + tracker.directionSpread * stream.gaussian()
    let measuredPhi = wrapped(Double(particle.phi) + tracker.directionSpread * stream.gaussian())
    let momentum = measuredPt * cosh(measuredEta)
    let energy = (momentum * momentum + mass * mass).squareRoot()
    let (d0, z) = solenoid.closestApproach(particle)
    let measuredD0 = d0 + tracker.transverseImpactSpread(pt: pt) * stream.gaussian()
    let measuredDz =
      z - primary.z + tracker.longitudinalImpactSpread(pt: pt, eta: eta) * stream.gaussian()
    let timeError = tracker.timeSpread * stream.gaussian()
    return FlowTrack(
      pt: measuredPt, eta: measuredEta, phi: measuredPhi, mass: mass, energy: energy,
      d0: measuredD0, dz: measuredDz,
      time: tracker.measuresTime(pt: pt, eta: eta) ? collision.time + timeError : 0,
      energyError: spread * energy, pdg: particle.pdg, charge: particle.charge, isHard: isHard)
  }

  /// Adds a found track; of two in one cell of the merging surface, the harder stays.
  func keep(_ track: FlowTrack, _ particle: FlowParticle, _ workspace: inout ParticleFlowWorkspace) {
    let index = workspace.tracks.count
    workspace.tracks.append(track)
    let cell = tracker.mergingCell
    guard cell > 0, let exit = tracker.mergingSurface.exit(particle) else { return }
    let (row, turn) = (Int32((exit.eta / cell).rounded(.down)), Int32((exit.phi / cell).rounded(.down)))
    let place = UInt64(UInt32(bitPattern: row)) << 32 | UInt64(UInt32(bitPattern: turn))
    guard let other = workspace.cells[place] else {
      workspace.cells[place] = index
      return
    }
    if workspace.tracks[other].pt < track.pt {
      workspace.tracks[other].isMerged = true
      workspace.cells[place] = index
    } else {
      workspace.tracks[index].isMerged = true
    }
  }
}
