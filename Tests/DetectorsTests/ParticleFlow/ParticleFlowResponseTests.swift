import Foundation
import Testing
import WinnowEvents

@testable import WinnowDetectors

@Suite struct ParticleFlowResponseTests {
  @Test func eventsDependOnSeedAndNumberAlone() throws {
    let events = FlowSamples.single(211, pt: 5, eta: 0.2, charge: 1, mass: 0.1396, count: 6)
    let library = try PileupLibrary(FlowSamples.soft(80), mean: 30)
    let all = FlowSamples.simulate(events, pileup: library)
    #expect(FlowSamples.simulate(events, pileup: library) == all)
    #expect(FlowSamples.simulate(events, pileup: library, seed: 2) != all)
    // Backwards, with one workspace.
    let response = ParticleFlowResponse(seed: 1)
    var workspace = response.workspace()
    for event in (0..<6).reversed() {
      var alone = FlowCandidates()
      response.append(events, event, number: event, pileup: library, &workspace, to: &alone)
      #expect(alone.pt == Array(all.pt[all[event]]) && alone.phi == Array(all.phi[all[event]]))
      #expect(alone.dz == Array(all.dz[all[event]]) && alone.vertices[0] == all.vertices[event])
    }
  }

  /// Muons leave nothing in towers: with pileup they are the same.
  @Test func theSameEventWithoutPileup() throws {
    let events = FlowSamples.single(13, pt: 25, eta: 0.7, charge: -1, mass: 0.1057, count: 40)
    let library = try PileupLibrary(FlowSamples.soft(400), mean: 140)
    let mixed = FlowSamples.simulate(events, pileup: library)
    let clean = FlowSamples.simulate(events)
    #expect(clean.candidateCount == 40 && clean.pileup == [Int32](repeating: 0, count: 40))
    #expect(clean.vertices == mixed.vertices)
    for event in 0..<40 {
      let muon = clean[event].lowerBound
      let found = try #require(mixed[event].first { mixed.vertexFlag($0) == 1 })
      #expect(mixed.pt[found] == clean.pt[muon] && mixed.dz[found] == clean.dz[muon])
      #expect(mixed[event].count > 500)
    }
    // Pileup's tracks lie elsewhere along the beam, spread by 53 mm around minus the collision of
    // interest; 5600 collisions know that to 1 %, and the tracks' own errors add below 1 %.
    var places: [Double] = []
    for event in 0..<40 {
      for track in mixed[event] where mixed.vertexFlag(track) == 0 {
        places.append(Double(mixed.dz[track] + mixed.vertices[event].x))
      }
    }
    #expect(abs(places.spread(about: 0) / 53 - 1) < 0.06)
    #expect(mixed.hardFraction.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  /// The truth of a neutral candidate is that of the particles without a track: a hard photon of
  /// 60 GeV on a pileup photon of 20 GeV gives 0.75, and a hard charged pion of 60 GeV, found, on a
  /// pileup neutron of 200 GeV gives 0.
  @Test func theTruthOfNeutrals() throws {
    var soft = ParticleEvents()
    for _ in 0..<20 {
      soft.beginEvent()
      for turn in 0..<720 {
        let phi = Float(turn) * .pi / 360 - .pi
        for eta: Float in [-0.3, 0.3] {
          soft.append(pdg: 22, pt: 1, eta: eta, phi: phi, mass: 0, charge: 0)
          soft.append(pdg: 2112, pt: 2, eta: eta, phi: phi, mass: 0.9396, charge: 0)
        }
      }
    }
    let library = try PileupLibrary(soft, mean: 5)
    func fixed(_ response: inout ParticleFlowResponse) {
      (response.beamSpot.spread, response.beamSpot.timeSpread) = (0, 0)
    }
    let photons = FlowSamples.single(22, pt: 60, eta: 0.3, charge: 0, count: 30)
    let withPhoton = FlowSamples.simulate(photons, pileup: library, change: fixed)
    for event in 0..<30 where withPhoton.pileup[event] > 0 {
      let hardest = withPhoton[event].max { withPhoton.energy[$0] < withPhoton.energy[$1] }!
      guard withPhoton.pdg[hardest] == 22, withPhoton.hardFraction[hardest] > 0 else { continue }
      // Each collision puts two photons of 1 GeV on a ring's towers of 1°, give or take one that
      // rounding moves to the next; E and pT scale alike.
      let collisions = Double(withPhoton.pileup[event])
      let fraction = Double(withPhoton.hardFraction[hardest])
      #expect(fraction < 1 && fraction > 60 / (60 + 4 * collisions))
    }
    let pions = FlowSamples.single(211, pt: 60, eta: 0.3, charge: 1, mass: 0.1396, count: 60)
    let withPion = FlowSamples.simulate(pions, pileup: library, change: fixed)
    for event in 0..<60 where withPion.pileup[event] > 0 {
      guard withPion[event].contains(where: { withPion.vertexFlag($0) == 1 }) else { continue }
      #expect(
        withPion[event].allSatisfy {
          withPion.pdg[$0] != 0 || withPion.hardFraction[$0] == 0
        })
    }
  }

  /// All energy of events of many kinds, neutrinos apart, within five errors of the calorimeters.
  ///
  /// Excess above one standard deviation is kept where tracks are, at most 0.242 σ of a charged
  /// particle's tower (`energyIsCountedOnce`); thresholds lose nothing at 40 GeV.
  @Test func energyIsConserved() {
    var events = ParticleEvents()
    let kinds: [(Int32, Float, Int8)] = [
      (22, 0, 0), (2112, 0.9396, 0), (211, 0.1396, 1), (-321, 0.4937, -1), (11, 0.0005, -1),
      (13, 0.1057, -1), (310, 0.4976, 0), (130, 0.4976, 0),
    ]
    for event in 0..<400 {
      events.beginEvent()
      for (place, kind) in kinds.enumerated() {
        events.append(
          pdg: kind.0, pt: 40, eta: Float(event % 20) * 0.1 - 0.95, phi: Float(place) * 0.78 - 3,
          mass: kind.1, charge: kind.2)
      }
      events.append(pdg: 12, pt: 40, eta: 0, phi: 0, mass: 0, charge: 0)
    }
    let candidates = FlowSamples.simulate(events)
    var (given, excess, variance) = (0.0, 0.0, 0.0)
    for particle in 0..<events.particleCount where events.pdg[particle] != 12 {
      let energy = events.momentum(particle).e
      given += energy
      // The hadron calorimeter's is the largest error of any of them.
      let square = 0.0025 * energy * energy + energy
      variance += square
      if events.charge[particle] != 0 { excess += 0.242 * square.squareRoot() }
    }
    let seen = candidates.energy.reduce(0) { $0 + Double($1) }
    #expect(seen > given - 5 * variance.squareRoot())
    #expect(seen < given + excess + 5 * variance.squareRoot())
  }

  @Test func unknownParticlesAreCounted() {
    var events = ParticleEvents()
    events.beginEvent()
    events.append(pdg: 9_999_999, pt: 5, eta: 0, phi: 0, mass: 0, charge: 0)
    events.append(pdg: 211, pt: .nan, eta: 0, phi: 0, mass: 0, charge: 1)
    events.append(pdg: 14, pt: 5, eta: 0, phi: 0, mass: 0, charge: 0, origin: .invisible)
    events.append(pdg: 22, pt: 0, eta: 0, phi: 0, mass: 0, charge: 0)
    let response = ParticleFlowResponse(seed: 1)
    var (workspace, candidates) = (response.workspace(), FlowCandidates())
    response.append(events, 0, number: 0, pileup: nil, &workspace, to: &candidates)
    #expect(candidates.candidateCount == 0 && candidates.count == 1)
    #expect(workspace.skipped.count == 2)
    #expect(
      workspace.skipped.first == "event 0 holds the code 9999999, which the detector does not know")
  }
}
