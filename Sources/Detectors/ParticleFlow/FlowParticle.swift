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
  /// - Reference: Delphes, card CMS_PhaseII_140PU_v02: e, γ, π⁰ 1; K⁰S, Λ 0.3; others 0.
  var electromagneticFraction: Float {
    switch self {
    case .electron, .photon: 1
    case .strangeNeutral: 0.3
    case .muon, .chargedHadron, .neutralHadron: 0
    }
  }
  /// The part that the hadron calorimeter takes: K⁰S, Λ 0.7; other hadrons 1.
  var hadronFraction: Float {
    switch self {
    case .chargedHadron, .neutralHadron: 1
    case .strangeNeutral: 0.7
    case .electron, .muon, .photon: 0
    }
  }
}

/// A visible particle on its way into the detector: GeV, mm, radian.
struct FlowParticle: Sendable {
  var pt, eta, phi, pz, mass, energy: Float
  var x, y, z: Float
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
    let (pt, eta, phi, mass) = (pt[particle], eta[particle], phi[particle], mass[particle])
    guard (pt + abs(eta) + abs(phi) + mass + vertex.sum()).isFinite, pt >= 0 else {
      skipped.add(
        "event \(event) holds a particle of pT \(pt), eta \(eta), phi \(phi), mass \(mass), made at \(vertex.x), \(vertex.y), \(vertex.z) mm"
      )
      return nil
    }
    guard let kind = species.flowKind(charge: charge) else {
      skipped.add("event \(event) holds the code \(code), which the detector does not know")
      return nil
    }
    // Along the beam: in no detector.
    guard pt > 0, abs(eta) < 20 else { return nil }
    let pz = Double(pt) * sinh(Double(eta))
    // Rounding makes some photons' masses negative.
    let square = Double(pt) * Double(pt) + pz * pz + Double(max(mass, 0)) * Double(max(mass, 0))
    return FlowParticle(
      pt: pt, eta: eta, phi: wrapped(phi), pz: Float(pz), mass: max(mass, 0),
      energy: Float(square.squareRoot()), x: vertex.x, y: vertex.y, z: vertex.z, pdg: code,
      charge: charge, kind: kind)
  }
}

extension ParticleSpecies {
  fileprivate func flowKind(charge: Int8) -> FlowKind? {
    guard chargeInThirds != nil else { return nil }
    if isElectron { return .electron }
    if isMuon { return .muon }
    if isPhoton || pdg == 111 { return .photon }
    if pdg == 310 || abs(pdg) == 3122 { return .strangeNeutral }
    guard isHadron || isNucleus else { return nil }
    return charge == 0 ? .neutralHadron : .chargedHadron
  }
}

/// An angle brought into (−π, π].
func wrapped(_ angle: Float) -> Float { Float(WinnowEvents.wrapped(Double(angle))) }
