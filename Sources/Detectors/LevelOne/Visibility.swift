import WinnowEvents

/// What a particle leaves in the detector, by its code.
///
/// - Reference: the energy fractions of `cards/delphes_card_CMS.tcl` of Delphes: electrons, photons
///   and π⁰ all electromagnetic, K⁰S and Λ 0.3, other hadrons none.
enum Visibility: UInt8, Sendable {
  case hadron, photon, electron, muon, longLivedNeutral, invisible
  /// No stable particle, or no code of the scheme.
  case unknown

  init(_ species: ParticleSpecies) {
    switch abs(Int(species.pdg)) {
    case 22, 111: self = .photon
    case 11: self = .electron
    case 13: self = .muon
    case 12, 14, 16: self = .invisible
    case 310, 3122: self = .longLivedNeutral
    default: self = species.leavesSignals ? .hadron : .unknown
    }
  }

  /// The electromagnetic part of the energy.
  var electromagneticFraction: Double {
    switch self {
    case .photon, .electron: 1
    case .longLivedNeutral: 0.3
    case .hadron, .muon, .invisible, .unknown: 0
    }
  }
}

/// ``Visibility`` of every code below 4096, looked up: a choice among the species of an event is
/// hard to predict for a processor.
struct VisibilityTable: Sendable {
  private let known: [Visibility]
  let electromagneticFraction: [Double]

  init() {
    known = (0..<4096).map { Visibility(ParticleSpecies(Int32($0))) }
    electromagneticFraction = (0...Visibility.unknown.rawValue).map {
      Visibility(rawValue: $0)!.electromagneticFraction
    }
  }

  @inline(__always)
  subscript(pdg: Int32) -> Visibility {
    let code = Int(pdg.magnitude)
    return code < known.count ? known[code] : Visibility(ParticleSpecies(pdg))
  }
}
