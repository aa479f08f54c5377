import Testing
import WinnowEvents
import WinnowFastJet

@testable import WinnowReconstruction

@Suite struct PuppiTests {
  /// α carries some 1e-14; the weight's slope in α is at most some tens (widths are above 0.05).
  private let tolerance = 1e-11

  @Test(arguments: PuppiParameters.named)
  func weightsAreThoseOfSumsOverAllPairs(parameters: PuppiParameters) throws {
    let puppi = try Puppi(parameters)
    for event in try golden("puppi.json", as: GoldenPuppi.self).events {
      let weights = try puppi.weights(event.puppiCandidates, vertices: event.vertices)
      let expected = try #require(event.weights[parameters.name])
      for (index, (weight, wanted)) in zip(weights, expected).enumerated() {
        #expect(abs(weight - wanted) < tolerance, "\(parameters.name), candidate \(index)")
      }
    }
  }

  @Test func levelOneWeightsAreThoseOfSumsOverAllPairs() throws {
    for event in try golden("puppi.json", as: GoldenPuppi.self).events {
      let weights = try LinearizedPuppi().weights(event.puppiCandidates)
      let expected = try #require(event.weights["level1"])
      for (index, (weight, wanted)) in zip(weights, expected).enumerated() {
        #expect(abs(weight - wanted) < tolerance, "candidate \(index)")
      }
    }
  }

  @Test func chiSquareIsSciPys() throws {
    let golden = try golden("puppi.json", as: GoldenPuppi.self)
    for (p, wanted) in zip(golden.probabilities, golden.quantiles) {
      // 1 − p has lost digits near 1: one unit there moves the quantile by 2 √(π e^x x) units.
      #expect(abs(ChiSquare.quantile(p) - wanted) < 1e-13 * wanted + 1e-9 * (p > 0.99 ? 1 : 0))
    }
    for (x, wanted) in zip(golden.points, golden.cumulative) {
      #expect(abs(ChiSquare.cumulative(x) - wanted) < 1e-15)
    }
  }

  @Test func withoutPileupNothingIsRemovedButBelowTheCut() throws {
    let candidates = [
      PuppiCandidate(pt: 10, eta: 0.1, phi: 1, vertex: .leading),
      PuppiCandidate(pt: 5, eta: 0.2, phi: 1, vertex: .unknown),
      PuppiCandidate(pt: 0.1, eta: -1, phi: 3, vertex: .unknown),
    ]
    let weights = try Puppi(.cmsV15).weights(candidates, vertices: 1)
    #expect(weights == [1, 1, 0])
    #expect(try Puppi(.cmsV15).weights([], vertices: 0).isEmpty)
  }

  @Test func protectedPhotonsStay() throws {
    let event = try #require(try golden("puppi.json", as: GoldenPuppi.self).events.first)
    var parameters = PuppiParameters.cmsUltraLegacy
    parameters.protectedPhotonPt = 5
    let candidates = event.puppiCandidates
    let weights = try Puppi(parameters).weights(candidates, vertices: event.vertices)
    var protected = 0
    for (candidate, weight) in zip(candidates, weights)
    where candidate.isPhoton && candidate.pt > 5 && abs(candidate.eta) < 2.5 {
      protected += 1
      #expect(weight == 1)
    }
    #expect(protected > 5)
  }

  @Test func turningAnEventTurnsNothingElse() throws {
    let event = try #require(try golden("puppi.json", as: GoldenPuppi.self).events.first)
    let candidates = event.puppiCandidates
    for parameters in PuppiParameters.named {
      let puppi = try Puppi(parameters)
      let weights = try puppi.weights(candidates, vertices: 10)
      for angle in [0.3, 2, 3.1415, 9] {
        let turned = candidates.map {
          var candidate = $0
          candidate.phi += angle
          candidate.eta = -candidate.eta
          return candidate
        }
        let other = try puppi.weights(turned, vertices: 10)
        // φ has moved by a unit in its last place, 1e-15, against distances of at least 0.01.
        for (a, b) in zip(weights, other) { #expect(abs(a - b) < 1e-9) }
      }
    }
  }

  @Test func vertexRulesFollowTheirTables() {
    typealias Case = (PuppiVertexRule.Association, Double, Double, Double, PuppiCandidate.Vertex)
    let legacy: [Case] = [
      (.fitted(vertex: 0), 1, 0, 50, .leading), (.fitted(vertex: 1), 1, 0, 0.1, .pileup),
      (.none, 1, 0, 2.9, .leading), (.none, 50, 0, 3.1, .pileup),
    ]
    for (association, pt, eta, distance, vertex) in legacy {
      #expect(
        PuppiVertexRule.cmsUltraLegacy.vertex(
          association, pt: pt, eta: eta, longitudinalDistance: distance) == vertex)
    }
    let v15: [Case] = [
      (.fitted(vertex: 1), 1, 0, -1.9, .leading), (.fitted(vertex: 2), 1, 0, 2.1, .pileup),
      (.fitted(vertex: 3), 1, 0, 0.1, .pileup), (.none, 21, 0, 100, .leading),
      (.none, 5, 2.3, 0, .unknown), (.none, 5, -2.4, 2.9, .leading), (.none, 5, 2.4, 3, .pileup),
    ]
    for (association, pt, eta, distance, vertex) in v15 {
      #expect(
        PuppiVertexRule.cmsV15.vertex(
          association, pt: pt, eta: eta, longitudinalDistance: distance) == vertex)
    }
  }

  @Test func badInputIsNamed() throws {
    let good = PuppiCandidate(pt: 1, eta: 0, phi: 0, vertex: .unknown)
    for (pt, eta, mass) in [(-1.0, 0.0, 0.0), (1, .nan, 0), (.infinity, 0, 0), (1, 0, -1)] {
      let bad = PuppiCandidate(pt: pt, eta: eta, phi: 0, mass: mass, vertex: .leading)
      let error = #expect(throws: ReconstructionError.self) {
        try Puppi(.cmsV15).weights([good, bad], vertices: 1, event: 12)
      }
      #expect(error?.message.hasPrefix("candidate 1 of event 12 has pT") == true)
      #expect(throws: ReconstructionError.self) { try LinearizedPuppi().weights([bad]) }
    }
    var parameters = PuppiParameters.cmsV15
    parameters.regions[1].maximumEta = 2
    #expect(throws: ReconstructionError.self) { try Puppi(parameters) }
    parameters.regions = []
    #expect(throws: ReconstructionError.self) { try Puppi(parameters) }
    parameters = .cmsV15
    parameters.neutralRamp = .init(start: 5, end: 5)
    #expect(throws: ReconstructionError.self) { try Puppi(parameters) }
  }
}
