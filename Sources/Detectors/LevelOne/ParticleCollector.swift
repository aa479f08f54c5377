import WinnowEvents

/// A generated electron or muon on its way to become a trigger object.
struct LeptonCandidate: Sendable {
  var isMuon: Bool
  var pt: Double
  var eta: Double
  /// Of the impact on the calorimeter for electrons, at the vertex for muons.
  var phi: Double
}

/// Sums the particles of an event into towers and picks out its leptons.
///
/// In three steps, each a loop over what the one before left: which way a particle goes is hard to
/// predict for a processor, and lists cost it less than branches. Energies are added in the order of
/// the particles.
struct ParticleCollector: Sendable {
  let towers = TriggerTowers()
  private let species = VisibilityTable()
  var energies = TriggerTowerEnergies()
  var leptons: [LeptonCandidate] = []
  var skipped = SkippedParticles()
  private var incoming: [IncomingParticle] = []
  /// Those of them that the field turns, as places.
  private var charged: [Int32] = []
  private var bending = ChargedBending()

  /// Leptons of less pT (GeV) than this make no object.
  static let leastLeptonPt = 1.0

  mutating func clear() {
    energies.clear()
    leptons.removeAll(keepingCapacity: true)
  }

  /// - Parameter number: of the event, for messages.
  mutating func collect(_ events: ParticleEvents, _ event: Int, number: Int) {
    let particles = events[event]
    if incoming.count < particles.count + 1 {
      // One place more than can be filled: what may be filled next is written before it is known.
      incoming = [IncomingParticle](
        repeating: IncomingParticle(), count: 2 * particles.count + 1)
      charged = [Int32](repeating: 0, count: incoming.count)
    }
    var refused: [Int] = []
    let entered = Self.enter(
      events, particles, towers, species, &incoming, &charged, &leptons, &refused)
    for particle in refused { skip(events, particle, number) }
    bending.bend(&incoming, charged, entered.charged, towers)
    Self.deposit(incoming, entered.all, events, towers, species, &energies, &leptons)
  }

  /// Reads the particles of the event that head for the calorimeter and notes its muons.
  ///
  /// - Parameter refused: receives the particles that the model cannot take.
  /// - Returns: how many there are, and how many of them are charged.
  private static func enter(
    _ events: ParticleEvents, _ particles: Range<Int>, _ towers: TriggerTowers,
    _ species: VisibilityTable, _ incoming: inout [IncomingParticle], _ charged: inout [Int32],
    _ leptons: inout [LeptonCandidate], _ refused: inout [Int]
  ) -> (all: Int, charged: Int) {
    let (pts, etas, phis, masses) = (
      events.pt.span, events.eta.span, events.phi.span, events.mass.span
    )
    let (codes, charges, origins) = (events.pdg.span, events.charge.span, events.origin.span)
    let invisible = ParticleOrigin.invisible.rawValue
    let (rings, sinh) = (towers.ringOfMill.span, towers.inverseSinhOfMill.span)
    var hits = incoming.mutableSpan
    var turning = charged.mutableSpan
    var (all, bent) = (0, 0)
    for particle in particles {
      let visibility = species[codes[particle]]
      if visibility == .invisible || origins[particle].rawValue & invisible != 0 { continue }
      let (pt, eta) = (Double(pts[particle]), Double(etas[particle]))
      let (phi, mass) = (Double(phis[particle]), Double(masses[particle]))
      // A sum is finite only where all its terms are.
      guard visibility != .unknown, pt >= 0, abs(phi) < 7, (pt + eta + mass).isFinite else {
        refused.append(particle)
        continue
      }
      let size = abs(eta)
      if size >= TriggerTowers.maximumEta || pt == 0 { continue }
      if visibility == .muon {
        note(&leptons, isMuon: true, pt, eta, phi)
        continue
      }
      let mill = min(Int(size * 1000), rings.count - 1)
      let charge = charges[particle]
      hits[all] = IncomingParticle(
        pt: pt, eta: eta, impact: phi, mass: mass, sign: charge > 0 ? 1 : -1,
        inverseSinh: sinh[mill], mill: Int32(truncatingIfNeeded: mill),
        outward: Int32(rings[mill]), particle: Int32(truncatingIfNeeded: particle),
        visibility: visibility)
      turning[bent] = Int32(truncatingIfNeeded: all)
      bent += charge != 0 ? 1 : 0
      all += 1
    }
    return (all, bent)
  }

  /// Adds the energies to the towers that were met, and notes electrons.
  private static func deposit(
    _ hits: [IncomingParticle], _ count: Int, _ events: ParticleEvents,
    _ towers: TriggerTowers, _ species: VisibilityTable, _ energies: inout TriggerTowerEnergies,
    _ leptons: inout [LeptonCandidate]
  ) {
    let hits = hits.span
    let fractions = species.electromagneticFraction.span
    let cosh = towers.inverseSquaredCoshOfMill.span
    for place in 0..<count {
      let hit = hits[place]
      let outward = Int(hit.outward)
      if outward < 0 { continue }
      if hit.visibility == .electron {
        note(&leptons, isMuon: false, hit.pt, hit.eta, wrapped(hit.impact))
        // The jet that a fake electron was is in the event already.
        if events.origin[Int(hit.particle)].contains(.fake) { continue }
      }
      let square = hit.pt * hit.pt + hit.mass * hit.mass * cosh[Int(hit.mill)]
      let transverse = square.squareRoot()
      let part = fractions[Int(hit.visibility.rawValue)] * transverse
      let ring = hit.eta < 0 ? 39 - outward : 40 + outward
      energies.add(
        ring * TriggerTowers.towersPerRing + towers.column(phi: hit.impact),
        SIMD2(part, transverse - part))
    }
  }

  private static func note(
    _ leptons: inout [LeptonCandidate], isMuon: Bool, _ pt: Double, _ eta: Double, _ phi: Double
  ) {
    guard pt >= ParticleCollector.leastLeptonPt else { return }
    leptons.append(LeptonCandidate(isMuon: isMuon, pt: pt, eta: eta, phi: wrapped(phi)))
  }

  private mutating func skip(_ events: ParticleEvents, _ particle: Int, _ number: Int) {
    skipped.add(
      "event \(number) holds code \(events.pdg[particle]) with pT \(events.pt[particle]), "
        + "eta \(events.eta[particle]), phi \(events.phi[particle]), "
        + "mass \(events.mass[particle]), which is no particle that reaches a detector")
  }
}

/// A particle between the vertex and the calorimeter.
struct IncomingParticle: Sendable {
  var pt = 0.0
  var eta = 0.0
  /// φ: of the momentum first, of the impact then.
  var impact = 0.0
  var mass = 0.0
  /// Of the charge.
  var sign = 1.0
  /// Of |η|, to 0.001.
  var inverseSinh = 0.0
  var mill: Int32 = 0
  /// The ring met, counted from η = 0; below 0 for a particle that meets none.
  var outward: Int32 = 0
  var particle: Int32 = 0
  var visibility = Visibility.unknown
}
