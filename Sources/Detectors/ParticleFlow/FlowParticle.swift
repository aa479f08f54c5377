#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import WinnowEvents

/// How a detector sees a kind of particle.
enum FlowKind: UInt8, Sendable {
  case electron, muon, chargedHadron, photon, neutralHadron
  /// K⁰S and Λ, which mostly decay before or in the calorimeters.
  case strangeNeutral

  /// The part of the energy that the electromagnetic calorimeter takes; muons leave nothing.
  ///
  /// - Reference: Delphes, card CMS_PhaseII: e, γ 1; K⁰S, Λ 0.3; other hadrons 0.
  var electromagneticFraction: Double {
    switch self {
    case .electron, .photon: 1
    case .strangeNeutral: 0.3
    case .muon, .chargedHadron, .neutralHadron: 0
    }
  }
  /// The part that the hadron calorimeter takes.
  var hadronFraction: Double {
    switch self {
    case .chargedHadron, .neutralHadron: 1
    case .strangeNeutral: 0.7
    case .electron, .muon, .photon: 0
    }
  }
}

/// A visible particle on its way into the detector: GeV, mm, radian.
struct FlowParticle: Sendable {
  var pt, eta, phi, pz, energy: Double
  var x, y, z: Double
  var pdg: Int32
  var charge: Int8
  var kind: FlowKind
}

extension ParticleEvents {
  /// A particle as a detector sees it; `nil` for one that it does not see or that is skipped.
  func flowParticle(
    _ particle: Int, event: Int, skipped: inout SkippedParticles
  ) -> FlowParticle? {
    if origin[particle].contains(.invisible) { return nil }
    let code = pdg[particle]
    let species = ParticleSpecies(code)
    if species.isNeutrino { return nil }
    let (vertex, charge) = (vertices[particle], charge[particle])
    let (pt, eta) = (Double(pt[particle]), Double(eta[particle]))
    let (phi, mass) = (Double(phi[particle]), Double(mass[particle]))
    guard pt.isFinite, pt > 0, eta.isFinite, phi.isFinite, mass.isFinite, vertex.x.isFinite,
      vertex.y.isFinite, vertex.z.isFinite
    else {
      skipped.add("event \(event) holds a particle of pT \(pt), eta \(eta), phi \(phi), mass \(mass)")
      return nil
    }
    guard species.chargeInThirds != nil else {
      skipped.add("event \(event) holds the code \(code), which the detector does not know")
      return nil
    }
    let kind: FlowKind
    if species.isElectron {
      kind = .electron
    } else if species.isMuon {
      kind = .muon
    } else if species.isPhoton || code == 111 {
      kind = .photon
    } else if code == 310 || abs(code) == 3122 {
      kind = .strangeNeutral
    } else if charge != 0, species.isHadron || species.isNucleus {
      kind = .chargedHadron
    } else if species.isHadron {
      kind = .neutralHadron
    } else {
      skipped.add("event \(event) holds the code \(code), which leaves nothing in the detector")
      return nil
    }
    let pz = pt * sinh(eta)
    return FlowParticle(
      pt: pt, eta: eta, phi: phi, pz: pz, energy: (pt * pt + pz * pz + mass * mass).squareRoot(),
      x: Double(vertex.x), y: Double(vertex.y), z: Double(vertex.z), pdg: code, charge: charge,
      kind: kind)
  }
}
