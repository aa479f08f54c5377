#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
public import WinnowEvents
import WinnowTensors

extension DriftTubeResponse {
  /// Where calorimeters end and hadrons with them, mm: ATLAS's tile calorimeter (JINST 3 S08003).
  public static let calorimeterRadius = 4250.0
  /// What a muon loses in the calorimeters, GeV: about 3 (JINST 3 S08003, section 10.3), taken as a
  /// constant.
  public static let calorimeterLoss = 3.0
  /// Half the azimuth of a sector: one of 16.
  public static let sectorHalfWidth = Double.pi / 16

  /// Generated particles in the frame of one sector: charged ones that reach the tubes.
  ///
  /// Those are muons, less what they lose in the calorimeters if made within them, and any charged
  /// particle made behind them. The solenoid's bending is left out.
  ///
  /// - Parameters:
  ///   - azimuth: the sector's middle; `nil` takes that of the hardest particle that reaches it.
  ///   - skipped: counts particles whose momentum or vertex is no number.
  public func tracks(
    of events: ParticleEvents, event: Int, azimuth: Double? = nil,
    skipped: inout SkippedParticles
  ) -> (tracks: [SectorTrack], truth: LongLivedTruth) {
    var taken: [(particle: Int, momentum: FourMomentum)] = []
    for particle in events[event] {
      guard events.charge[particle] != 0, !events.origin[particle].contains(.invisible) else {
        continue
      }
      let (momentum, vertex) = (events.momentum(particle), events.vertices[particle])
      guard momentum.p.isFinite, vertex.x.isFinite, vertex.y.isFinite, vertex.z.isFinite else {
        skipped.add(
          "particle \(particle - events[event].lowerBound) of event \(event) has a momentum or "
            + "vertex that is not a number")
        continue
      }
      let isBehind = hypot(Double(vertex.x), Double(vertex.y)) > Self.calorimeterRadius
      let loss = isBehind ? 0 : Self.calorimeterLoss
      guard isBehind || ParticleSpecies(events.pdg[particle]).isMuon, momentum.p > loss else {
        continue
      }
      taken.append((particle, ((momentum.p - loss) / momentum.p) * momentum))
    }
    guard let hardest = taken.max(by: { $0.momentum.pt < $1.momentum.pt }) else {
      return (
        [], LongLivedTruth(decayLength: 0, pseudorapidity: 0, momentum: 0, multiplicity: 0)
      )
    }
    let middle = azimuth ?? hardest.momentum.phi
    let (sine, cosine) = (sin(middle), cos(middle))
    var tracks: [SectorTrack] = []
    var (sum, radius, highest) = (FourMomentum.zero, 0.0, -1.0)
    for (particle, momentum) in taken
    where abs(deltaPhi(momentum.phi, middle)) < Self.sectorHalfWidth {
      let vertex = events.vertices[particle]
      let (x, y) = (Double(vertex.x), Double(vertex.y))
      tracks.append(
        SectorTrack(
          x: cosine * x + sine * y, y: cosine * y - sine * x, z: Double(vertex.z),
          px: cosine * momentum.px + sine * momentum.py,
          py: cosine * momentum.py - sine * momentum.px, pz: momentum.pz,
          charge: Double(events.charge[particle])))
      sum += momentum
      if momentum.pt > highest { (highest, radius) = (momentum.pt, hypot(x, y)) }
    }
    return (
      tracks,
      LongLivedTruth(
        decayLength: radius, pseudorapidity: sum.pt > 0 ? sum.eta : 0, momentum: sum.p,
        multiplicity: tracks.count)
    )
  }

  /// Hits of generated events, one sector of each.
  ///
  /// - Parameters:
  ///   - first: the number of the first event, which names its random stream.
  ///   - seed: of all events' streams.
  public func events(
    _ particles: ParticleEvents, first: Int = 0, seed: UInt64, azimuth: Double? = nil,
    skipped: inout SkippedParticles
  ) -> DriftTubeEvents {
    let stream = RandomStream(seed: seed, label: "drift tubes")
    var events = DriftTubeEvents()
    var workspace = DriftTubeWorkspace()
    for event in 0..<particles.count {
      let (tracks, truth) = tracks(
        of: particles, event: event, azimuth: azimuth, skipped: &skipped)
      var own = stream.child(UInt64(bitPattern: Int64(first + event)))
      append(
        tracks, number: first + event, truth: truth, stream: &own, workspace: &workspace,
        to: &events)
    }
    return events
  }
}
