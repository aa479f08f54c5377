#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowEvents
import WinnowFastJet

/// A generated lepton or jet.
struct GeneratedObject: Sendable {
  var pt, eta, phi: Double
}

/// What the trigger's objects of an event are compared with: leptons, jets of what calorimeters see,
/// and the transverse momentum that they do not see.
struct GeneratedObjects: Sendable {
  var electrons: [GeneratedObject] = []
  var muons: [GeneratedObject] = []
  /// With whether no other jet lies within ΔR 0.8.
  var jets: [(jet: GeneratedObject, isIsolated: Bool)] = []
  var missingX = 0.0
  var missingY = 0.0
  /// Scalar sum of pT within |η| < 5, muons and the invisible left out.
  var sum = 0.0

  var missing: Double { hypot(missingX, missingY) }
  var missingPhi: Double { atan2(missingY, missingX) }

  /// Leptons of less pT (GeV) are not asked for: their curvature ends in the field.
  static let leastLeptonPt = 3.0
  /// Jets of less are not asked for.
  static let leastJetPt = 10.0
  static let isolation = 0.8

  /// - Parameters:
  ///   - finder: anti-kt with the trigger's radius; `nil` finds no jets.
  ///   - seesMuons: whether the detector's missing momentum counts muons as seen.
  init(_ events: ParticleEvents, _ event: Int, finder: JetFinder?, seesMuons: Bool) {
    var inputs: [FourMomentum] = []
    for particle in events[event] {
      let pt = Double(events.pt[particle])
      let (eta, phi) = (Double(events.eta[particle]), Double(events.phi[particle]))
      // What the simulation skips and reports is not asked for here either.
      guard pt > 0, (pt + eta + phi + Double(events.mass[particle])).isFinite else { continue }
      let origin = events.origin[particle]
      let code = events.pdg[particle].magnitude
      let isInvisible = origin.contains(.invisible) || code == 12 || code == 14 || code == 16
      if isInvisible || (code == 13 && !seesMuons) {
        missingX += pt * cos(phi)
        missingY += pt * sin(phi)
      }
      if isInvisible || origin.contains(.fake) { continue }
      if code == 11 || code == 13, pt > Self.leastLeptonPt {
        let lepton = GeneratedObject(pt: pt, eta: eta, phi: phi)
        if code == 11 { electrons.append(lepton) } else { muons.append(lepton) }
      }
      if code == 13 { continue }
      if abs(eta) < 5 { sum += pt }
      if finder != nil { inputs.append(events.momentum(particle)) }
    }
    // Finite momenta with energies above 0, which FastJet takes.
    guard let finder, let found = try? finder.jets(of: inputs, event: event) else { return }
    let all = found.momenta
    for (index, momentum) in all.enumerated() {
      let isIsolated = !all.indices.contains { other in
        other != index && all[other].deltaR(momentum) < Self.isolation
      }
      jets.append(
        (GeneratedObject(pt: momentum.pt, eta: momentum.eta, phi: momentum.phi), isIsolated))
    }
  }
}
