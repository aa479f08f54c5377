import WinnowEvents

/// What a particle leaves in the detector, by its code.
///
/// - Reference: the energy fractions of `cards/delphes_card_CMS.tcl` of Delphes: electrons, photons
///   and π⁰ all electromagnetic, K⁰S and Λ 0.3, other hadrons none.
enum Visibility: Sendable {
  case electron, muon, photon, hadron, longLivedNeutral, invisible
  /// No stable particle, or no code of the scheme.
  case unknown

  static let longLivedElectromagneticFraction = 0.3

  @inline(__always)
  init(_ pdg: Int32) {
    switch pdg {
    case 211, -211, 321, -321, 2212, -2212, 2112, -2112, 130: self = .hadron
    case 22, 111: self = .photon
    case 11, -11: self = .electron
    case 13, -13: self = .muon
    case 12, -12, 14, -14, 16, -16: self = .invisible
    case 310, 3122, -3122: self = .longLivedNeutral
    default: self = Visibility(rare: ParticleSpecies(pdg))
    }
  }

  private init(rare species: ParticleSpecies) {
    let isKnown = species.chargeInThirds != nil
    self = isKnown && (species.isHadron || species.isNucleus) ? .hadron : .unknown
  }
}
