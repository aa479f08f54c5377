#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
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
struct ParticleCollector: Sendable {
  let towers = TriggerTowers()
  private let species = VisibilityTable()
  var energies = TriggerTowerEnergies()
  var leptons: [LeptonCandidate] = []
  var skipped = SkippedParticles()

  /// Leptons of less pT (GeV) than this make no object.
  static let leastLeptonPt = 1.0

  mutating func clear() {
    energies.clear()
    leptons.removeAll(keepingCapacity: true)
  }

  /// - Parameter number: of the event, for messages.
  mutating func collect(_ events: ParticleEvents, _ event: Int, number: Int) {
    let (pts, etas, phis, masses) = (events.pt, events.eta, events.phi, events.mass)
    let (codes, charges, origins) = (events.pdg, events.charge, events.origin)
    for particle in events[event] {
      let visibility = species[codes[particle]]
      if visibility == .invisible || origins[particle].contains(.invisible) { continue }
      let (pt, eta) = (Double(pts[particle]), Double(etas[particle]))
      let (phi, mass) = (Double(phis[particle]), Double(masses[particle]))
      // A sum is finite only where all its terms are.
      guard visibility != .unknown, pt >= 0, abs(phi) < 7, (pt + eta + mass).isFinite else {
        skip(events, particle, number)
        continue
      }
      let size = abs(eta)
      if size >= TriggerTowers.maximumEta || pt == 0 { continue }
      let mill = min(Int(size * 1000), towers.sinhOfMill.count - 1)
      if visibility == .muon {
        note(isMuon: true, pt, eta, phi)
        continue
      }
      var outward = Int(towers.ringOfMill[mill])
      var impact = phi
      let charge = charges[particle]
      if charge != 0 {
        guard
          let turn = MagneticDeflection.turn(
            pt: pt, inverseSinhEta: towers.inverseSinhOfMill[mill]),
          let bent = towers.outward(sinhEta: towers.sinhOfMill[mill] * turn.stretch, from: outward)
        else { continue }
        impact -= (charge > 0 ? 1.0 : -1.0) * turn.half
        outward = bent
      }
      if visibility == .electron {
        note(isMuon: false, pt, eta, wrapped(impact))
        // The jet that a fake electron was is in the event already.
        if origins[particle].contains(.fake) { continue }
      }
      let square = pt * pt + mass * mass * towers.inverseSquaredCoshOfMill[mill]
      let transverse = square.squareRoot()
      let part = species.electromagneticFraction[Int(visibility.rawValue)] * transverse
      let column = towers.column(phi: impact)
      energies.add(
        (eta < 0 ? 39 - outward : 40 + outward) * TriggerTowers.towersPerRing + column,
        SIMD2(part, transverse - part))
    }
  }

  private mutating func note(isMuon: Bool, _ pt: Double, _ eta: Double, _ phi: Double) {
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
