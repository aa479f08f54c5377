import Foundation
import Testing

@testable import WinnowDetectors

@Suite struct FlowCandidatesTests {
  /// papers/3, table 1: η, φ, log pT, log E, Q, w, eight of kind, d0, dz.
  @Test func featuresAreThePapers() {
    var candidates = FlowCandidates()
    candidates.append(
      pt: 2, eta: 0.5, phi: 1, energy: 3, charge: -1, pdg: 11, d0: 0.1, dz: -4, hardFraction: 1)
    candidates.append(
      pt: 4, eta: -2, phi: -1, energy: 9, charge: 0, pdg: 0, hardFraction: 0)
    candidates.append(
      pt: 4, eta: -2, phi: -1, energy: 9, charge: -1, pdg: -2212, hardFraction: 0)
    let features = candidates.features(0..<3, puppiWeights: [0.7, 0.2, 0.1])
    #expect(FlowCandidates.featureNames.count == 16 && features.count == 48)
    #expect(
      features[0..<16]
        == [0.5, 1, log(Float(2)), log(Float(3)), -1, 0.7, 0, 1, 0, 0, 0, 0, 0, 0, 0.1, -4])
    #expect(features[20..<32] == [0, 0.2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    #expect(features[36..<48] == [-1, 0.1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
    #expect(candidates.features(2..<3, puppiWeights: [0.1]) == Array(features[32...]))
    #expect([0, 1, 2].map { candidates.vertexFlag($0) } == [1, -1, 0])
  }
}
