public import WinnowEvents
import WinnowTensors

/// Finds jets with FastJet: a value that any number of threads may use at once.
///
/// FastJet is under the GNU General Public License, and so is a program built with it; without the
/// package's trait `FastJet` the calls throw. Results are FastJet's own, and it asks to be cited:
/// M. Cacciari, G. P. Salam and G. Soyez, Eur. Phys. J. C 72 (2012) 1896.
public struct JetFinder: Sendable, Hashable {
  public let definition: JetDefinition
  public let areas: JetAreas?
  private let ghosts: RandomStream

  /// Whether this build has FastJet.
  public static var isAvailable: Bool {
    #if FastJet
      true
    #else
      false
    #endif
  }

  /// - Throws: ``JetError`` for settings out of range, and in a build without FastJet.
  public init(_ definition: JetDefinition, areas: JetAreas? = nil) throws {
    guard JetFinder.isAvailable else {
      throw JetError(
        "jets need FastJet, which this build leaves out; build with the package's trait FastJet")
    }
    try definition.validate()
    try areas?.validate()
    (self.definition, self.areas) = (definition, areas)
    ghosts = RandomStream(seed: areas?.seed ?? 0, label: "jet-ghosts")
  }

  /// The jets of one event.
  ///
  /// With areas, particles without transverse momentum are in no jet: ghosts are as soft.
  ///
  /// - Parameter event: its number: names it in errors and chooses its ghosts.
  /// - Throws: ``JetError`` for a momentum that is no number or an energy below zero.
  /// - Complexity: FastJet's, near N ln N.
  public func jets(of particles: [FourMomentum], event: Int = 0) throws -> Jets {
    try find(particles, event: event, densityRapidity: 0).jets
  }

  /// The jets of one event and ρ, from all jets up to |rapidity| `rapidity`, of whatever momentum.
  ///
  /// - Throws: as ``jets(of:event:)``, without areas, and for anti-kt, whose jets are too round to
  ///   measure a diffuse background with.
  public func jetsWithDensity(of particles: [FourMomentum], rapidity: Double, event: Int = 0)
    throws -> (jets: Jets, density: BackgroundDensity)
  {
    guard let areas, rapidity > 0, rapidity <= areas.maximumRapidity else {
      throw JetError(
        "a background density up to rapidity \(rapidity) needs jet areas that reach as far; give areas with a larger maximumRapidity"
      )
    }
    guard definition.algorithm != .antiKt else {
      throw JetError("a background density is measured with kt or Cambridge-Aachen jets, not anti-kt")
    }
    return try find(particles, event: event, densityRapidity: rapidity)
  }

  private func find(_ particles: [FourMomentum], event: Int, densityRapidity: Double) throws
    -> (jets: Jets, density: BackgroundDensity)
  {
    try check(particles, event: event)
    #if FastJet
      return try findWithFastJet(
        particles, ghostSeeds: ghostSeeds(event), densityRapidity: densityRapidity, event: event)
    #else
      throw JetError("this build leaves FastJet out")
    #endif
  }

  private func check(_ particles: [FourMomentum], event: Int) throws {
    for particle in particles.indices {
      let p = particles[particle]
      // A sum is finite only where all its terms are (none here reaches half of the largest number).
      guard p.e >= 0, (abs(p.px) + abs(p.py) + abs(p.pz) + p.e).isFinite else {
        throw JetError(
          "particle \(particle) of event \(event) has momentum (\(p.px), \(p.py), \(p.pz)) and energy \(p.e) GeV; jets are made of finite momenta and energies of at least 0"
        )
      }
    }
  }

  /// FastJet's generator has two words of state, in 1...2147483562 and 1...2147483398.
  private func ghostSeeds(_ event: Int) -> (Int32, Int32) {
    guard areas != nil else { return (1, 1) }
    var stream = ghosts.child(UInt64(bitPattern: Int64(event)))
    return (stream.integer(in: 1...2_147_483_562), stream.integer(in: 1...2_147_483_398))
  }
}
