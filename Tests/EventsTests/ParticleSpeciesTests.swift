import Testing
import WinnowEvents

/// Charges of the particle data tables (Pythia 8's ParticleData.xml lists the same).
@Suite struct ParticleSpeciesTests {
  @Test(arguments: [
    (11, -3), (-13, 3), (15, -3), (12, 0), (22, 0), (21, 0), (24, 3), (-24, -3), (2, 2), (-1, 1),
    (211, 3), (-211, -3), (111, 0), (113, 0), (213, 3), (321, 3), (311, 0), (-321, -3), (130, 0),
    (310, 0), (411, 3), (421, 0), (431, 3), (511, 0), (521, 3), (-521, -3), (531, 0), (541, 3),
    (443, 0), (553, 0), (100553, 0), (10411, 3), (2212, 3), (-2212, -3), (2112, 0), (3112, -3),
    (3122, 0), (3222, 3), (3312, -3), (3322, 0), (3334, -3), (4122, 3), (4222, 6), (5122, 0),
    (5112, -3), (2224, 6), (1114, -3), (1_000_822_080, 246), (42, -1), (2203, 4), (2101, 1),
    (1103, -2),
  ])
  func charges(_ pdg: Int, _ thirds: Int) {
    #expect(ParticleSpecies(Int32(pdg)).chargeInThirds == thirds)
  }

  @Test func kinds() {
    #expect(ParticleSpecies(521).contains(quark: 5) && !ParticleSpecies(521).contains(quark: 4))
    #expect(ParticleSpecies(-4122).isBaryon && ParticleSpecies(-4122).contains(quark: 4))
    #expect(ParticleSpecies(130).isMeson && ParticleSpecies(443).isMeson)
    #expect(!ParticleSpecies(2203).isHadron && !ParticleSpecies(22).isHadron)
    #expect(ParticleSpecies(-16).isNeutrino && ParticleSpecies(-13).isMuon)
    #expect(ParticleSpecies(9_999_999).chargeInThirds == nil)
  }
}
