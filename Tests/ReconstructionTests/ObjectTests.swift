import Testing
import WinnowEvents
import WinnowFastJet

@testable import WinnowReconstruction

@Suite struct ObjectTests {
  private let golden: GoldenObjects
  init() throws { golden = try ReconstructionTests.golden("objects.json") }

  /// Sums of a dozen terms of some hundred GeV, computed to 1e-16: 1e-11 is generous.
  private let tolerance = 1e-11

  @Test func missingMomentumIsMinusTheSum() throws {
    for event in golden.events {
      let objects = momenta(event.truth)
      let plain = try MissingMomentum(objects)
      let weighted = try MissingMomentum(objects, weights: event.weights)
      for (missing, wanted) in [(plain, event.missing), (weighted, event.weighted)] {
        #expect(abs(missing.px - wanted[0]) < tolerance)
        #expect(abs(missing.py - wanted[1]) < tolerance)
        #expect(abs(missing.sumPt - wanted[2]) < tolerance)
      }
    }
    let one = try MissingMomentum([FourMomentum(px: 3, py: 4, pz: 9, e: 20)])
    #expect(one.pt == 5 && abs(one.phi - deltaPhi(0.927_295_218_001_612, .pi)) < 1e-15)
  }

  @Test func pairMassesAreNumPys() {
    for event in golden.events {
      let objects = momenta(event.truth)
      let pairs = InvariantMass.pairs(objects)
      #expect(pairs.map(\.first) == event.pairs.map { Int($0[0]) })
      for (pair, wanted) in zip(pairs, event.pairs) {
        // m² is a difference of energies of up to 4 TeV, squared: 1e-16 × 1.6e7 GeV² over 2m.
        #expect(abs(pair.mass - wanted[2]) < 1e-7)
        let massless = InvariantMass.massless(
          pt: objects[pair.first].pt, eta: objects[pair.first].eta, phi: objects[pair.first].phi,
          otherPt: objects[pair.second].pt, otherEta: objects[pair.second].eta,
          otherPhi: objects[pair.second].phi)
        // E is never below p, so that masses only add.
        #expect(massless < wanted[2])
      }
    }
    let pt = 30.0
    let back = [0, .pi].map { FourMomentum(pt: pt, eta: 0.7, phi: $0, mass: 0) }
    #expect(abs(InvariantMass.pairs(back)[0].mass - 2 * pt) < 1e-12)
    #expect(
      abs(
        InvariantMass.massless(
          pt: pt, eta: 0.7, phi: 0, otherPt: pt, otherEta: 0.7, otherPhi: 1e-9) - pt * 1e-9)
        < 1e-22)
  }

  @Test func chargesAndMassChooseAPair() {
    let muons = [(40.0, 0.0), (45, 3.0), (30, 3.1), (5, 1)].map {
      FourMomentum(pt: $0.0, eta: 0, phi: $0.1, mass: 0.10566)
    }
    let charges = [1, 1, -1, -1]
    #expect(InvariantMass.pairs(muons, charges: charges).count == 4)
    let best = InvariantMass.pair(nearest: 91.19, of: muons, charges: charges)
    // 2√(40·30) = 69 for (0, 2) is nearest; (0, 1) at 85 has equal charges.
    #expect(best?.first == 0 && best?.second == 2)
    #expect(InvariantMass.pair(nearest: 91.19, of: [muons[0]]) == nil)
    var missing = MissingMomentum()
    missing.add(px: -30, py: 0)
    #expect(abs(InvariantMass.transverse(pt: 40, phi: .pi, missing: missing) - 69.282_032) < 1e-6)
  }

  @Test func matchesAreUniqueAndClosestFirst() throws {
    let matching = try JetMatching()
    for event in golden.events {
      let matches = matching.matches(momenta(event.reconstructed), to: momenta(event.truth))
      #expect(matches.map(\.reconstructed) == event.matches.map { Int($0[0]) })
      #expect(matches.map(\.truth) == event.matches.map { Int($0[1]) })
      for (match, wanted) in zip(matches, event.matches) {
        #expect(abs(match.distance - wanted[2]) < 1e-12)
      }
    }
    #expect(throws: ReconstructionError.self) { try JetMatching(distance: 0) }
  }

  @Test func overlapsGoByPrecedence() throws {
    for event in golden.events {
      let objects = momenta(event.reconstructed)
      let ordered = event.ordered.map { objects[$0] }
      let kept = try OverlapRemoval(distance: 0.5).kept(ordered)
      #expect(kept.map { event.ordered[$0] } == event.kept)
      #expect(
        try OverlapRemoval(distance: 0.3).kept(objects, preferring: momenta(event.truth))
          == event.against)
    }
    #expect(throws: ReconstructionError.self) { try OverlapRemoval(distance: .nan) }
  }

  @Test func responseQuantilesAreNumPys() throws {
    var whole = try JetResponse(edges: golden.edges)
    var halves = [whole, whole]
    for (index, (value, truth)) in zip(golden.value, golden.truth).enumerated() {
      try whole.add(value, truth: truth)
      try halves[index % 2].add(value, truth: truth)
    }
    #expect(whole.outside == golden.outside)
    for (bin, wanted) in zip(whole.bins, golden.bins) {
      #expect(bin.count == Int(wanted[0]))
      for (value, wanted) in zip(
        [bin.mean, bin.median, bin.quartileResolution, bin.centralResolution], wanted.dropFirst())
      {
        #expect(abs(value - wanted) < 1e-13)
      }
    }
    halves[0].add(halves[1])
    // The quantiles of a set don't depend on its order.
    #expect(halves[0].bins.map(\.median) == whole.bins.map(\.median))
    #expect(try JetResponse(edges: [0, 1]).bins[0].median.isNaN)
    #expect(throws: ReconstructionError.self) { try JetResponse(edges: [1, 1]) }
    #expect(throws: ReconstructionError.self) { try whole.add(1, truth: 0) }
    #expect(throws: ReconstructionError.self) { try whole.add(.nan, truth: 50) }
  }

  @Test func badMomentaAreNamed() {
    let momenta = [
      FourMomentum(px: 1, py: 0, pz: 0, e: 1), FourMomentum(px: .nan, py: 0, pz: 0, e: 1),
    ]
    let error = #expect(throws: ReconstructionError.self) {
      try MissingMomentum(momenta, event: 3)
    }
    #expect(error?.message.hasPrefix("particle 1 of event 3 has momentum (nan, 0.0) GeV") == true)
    #expect(throws: ReconstructionError.self) { try MissingMomentum([FourMomentum](), weights: [1]) }
  }

  @Test(.enabled(if: JetFinder.isAvailable, "this build leaves FastJet out"))
  func jetsOfWeightedCandidatesNameThem() throws {
    let candidates = [
      PuppiCandidate(pt: 50, eta: 0, phi: 0, vertex: .pileup),
      PuppiCandidate(pt: 40, eta: 0.1, phi: 0, vertex: .leading),
      PuppiCandidate(pt: 20, eta: 0.1, phi: 0, vertex: .unknown),
    ]
    let finder = try JetFinder(JetDefinition(radius: 0.4))
    let found = try finder.jets(of: candidates, weights: [0, 1, 0.5])
    #expect(found.jets.count == 1 && found.candidates(of: 0) == [1, 2])
    #expect(abs(found.jets.momenta[0].pt - 50) < 1e-12)
    #expect(throws: ReconstructionError.self) { try finder.jets(of: candidates, weights: [1]) }
  }
}
