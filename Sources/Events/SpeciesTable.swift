/// Masses and charges by code, each worked out once.
struct SpeciesTable {
  private var masses: [Int32: Float] = [:]
  private var charges: [Int32: Int8] = [:]

  mutating func mass(_ pdg: Int32) -> Float {
    if let known = masses[pdg] { return known }
    let mass = Float(ParticleSpecies(pdg).stableMass ?? 0)
    masses[pdg] = mass
    return mass
  }

  mutating func charge(_ pdg: Int32) -> Int8 {
    if let known = charges[pdg] { return known }
    let charge = Int8(clamping: (ParticleSpecies(pdg).chargeInThirds ?? 0) / 3)
    charges[pdg] = charge
    return charge
  }
}
