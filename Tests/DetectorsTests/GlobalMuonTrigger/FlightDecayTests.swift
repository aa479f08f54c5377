#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import Testing
import WinnowEvents
import WinnowTensors

@testable import WinnowDetectors

/// Decays in flight: the hadron's circle, whose track is found, what the sample holds.
@Suite struct FlightDecayTests {
  private static func parent(pt: Float, phi: Float) -> ParentHadron {
    ParentHadron(pdg: 321, pt: pt, eta: 0.3, phi: phi, vertex: SIMD3(0, 0, 20))
  }

  /// The decay lies on the hadron's circle, which the propagator draws by another formula, and the
  /// muon's direction has turned with it.
  @Test(arguments: [1, -1]) func followsTheCircle(charge: Int) {
    let (pt, phi, path) = (4.0, 0.7, 1000.0)
    let decay = FlightDecay(
      parent: Self.parent(pt: 4, phi: 0.7), charge: charge, phi: phi,
      place: SIMD3(path * cos(phi), path * sin(phi), 320))
    let radius = (decay.place.x * decay.place.x + decay.place.y * decay.place.y).squareRoot()
    var track = BarrelTrack(pt: pt, eta: 0, phi: phi, charge: Double(charge))
    let arrives = track.follow(to: radius, 1 / radius, field: BarrelConstants.solenoidField)
    #expect(arrives)
    // Parents are of single precision: 10⁻⁷.
    #expect(abs(deltaPhi(track.phi, atan2(decay.place.y, decay.place.x))) < 1e-6)
    #expect(abs(deltaPhi(track.phi + asin(track.sine), decay.phi)) < 1e-6)
    #expect(decay.place.z == 320)
  }

  /// A muon that starts on a circle through the beam goes back to the beam.
  @Test(arguments: [1, -1]) func goesBackToTheBeam(charge: Int) {
    let (pt, eta, phi) = (3.5, 0.4, -2.0)
    var track = BarrelTrack(pt: pt, eta: eta, phi: phi, charge: Double(charge))
    _ = track.follow(to: 400, 1 / 400, field: BarrelConstants.solenoidField)
    let place = SIMD3(400 * cos(track.phi), 400 * sin(track.phi), track.z)
    var stream = RandomStream(seed: 1)
    let offline = OfflineMuon(
      pt: pt, eta: eta, phi: track.phi + asin(track.sine), charge: charge, vertex: place, &stream)
    // pT is smeared by 1 % before: the turn of 0.13 rad, and the arc, are wrong by as much.
    #expect(abs(deltaPhi(offline.phi, phi)) < 0.13 * 0.05)
    #expect((offline.vertex.x * offline.vertex.x + offline.vertex.y * offline.vertex.y) < 25)
    #expect(abs(offline.vertex.z) < 2)
  }

  @Test func theLongerTrackIsFound() {
    var stream = RandomStream(seed: 2)
    for (path, hadron) in [(300.0, false), (700.0, true)] {
      let decay = FlightDecay(
        parent: Self.parent(pt: 8, phi: 0), charge: 1, phi: 0.01, place: SIMD3(path, 0, 0))
      let offline = OfflineMuon(decay, pt: 5, eta: 0.31, charge: 1, &stream)
      #expect(abs(offline.pt - (hadron ? 8 : 5)) < 0.5)
      #expect((offline.eta == Double(Float(0.3))) == hadron)
    }
  }

  /// Kinematics of the sample: z within its ends, decays before the calorimeter, and the part asked for.
  @Test func sampleIsPhysical() {
    let events = MinimumBiasMuons().events(20_000, seed: 5)
    var kaons = 0
    for (particle, hadron) in zip(events.parents.particles, events.parents.hadrons) {
      let part = events.pt[particle] / hadron.pt
      let isKaon = abs(hadron.pdg) == 321
      if isKaon { kaons += 1 }
      // (m_μ/m)², from E* − p* over m.
      #expect(part <= 1.0001 && part >= (isKaon ? 0.0457 : 0.573) * 0.9999)
      #expect(hadron.pdg.signum() == Int32(events.charge[particle]))
      let place = events.vertices[particle]
      #expect((place.x * place.x + place.y * place.y).squareRoot() <= 1290.1)
    }
    let n = Double(events.count)
    let light = Double(events.parents.count) / n
    #expect(abs(light - 0.82) < 5 * (0.82 * 0.18 / n).squareRoot())
    // Kaons decay 4.7 times as often per pion but are 0.35 of them and give less of their pT: between a
    // quarter and two thirds.
    #expect((0.25...0.67).contains(Double(kaons) / Double(events.parents.count)))
    var prompt = MinimumBiasMuons()
    prompt.lightFlavour = 0
    #expect(prompt.events(500, seed: 5).parents.isEmpty)
  }

  /// Where the hadron was tracked the offline muon is another than without its parent.
  @Test func parentsAreRead() {
    var events = MinimumBiasMuons().events(4000, seed: 9)
    let with = GlobalMuonTrigger.cms.simulate(events, seed: 1)
    events.parents = ParentHadrons()
    let without = GlobalMuonTrigger.cms.simulate(events, seed: 1)
    let changed = with.offline.count { !without.offline.contains($0) }
    #expect(changed > with.muons.count / 4)
  }
}
