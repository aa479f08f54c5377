import Foundation
import Testing
import WinnowReconstruction
import WinnowTestSupport

/// Ten events of CMS's full simulation with the PUPPI weights that CMS stored.
///
/// These events were used to choose where the ramp of high-pT neutrals starts (0 or 20 GeV), so
/// that they don't check that setting; charged candidates take their vertex from the stored weight.
@Suite(.enabled(if: SharedData.exists("pileup/pfnano.json"), "\(SharedData.absence)"))
struct RealEventsTests {
  struct Event: Decodable {
    struct Candidates: Decodable {
      var pt, eta, phi, mass, charge, puppiWeight: [Double]
    }
    var pf: Candidates
    var npv: Int
    var rawMET: [Double]

    var candidates: [PuppiCandidate] {
      pf.pt.indices.map {
        PuppiCandidate(
          pt: pf.pt[$0], eta: pf.eta[$0], phi: pf.phi[$0], mass: max(pf.mass[$0], 0),
          vertex: pf.charge[$0] == 0 ? .unknown : pf.puppiWeight[$0] > 0.5 ? .leading : .pileup)
      }
    }
  }

  private func read() throws -> [Event] {
    let path = SharedData.path("pileup/pfnano.json")
    return try JSONDecoder().decode([Event].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func weightsAreCMSsOwn() throws {
    let puppi = try Puppi(.cmsUltraLegacy)
    var close = [0, 0, 0]
    var counted = [0, 0, 0]
    for event in try read() {
      let weights = try puppi.weights(event.candidates, vertices: event.npv)
      for (index, weight) in weights.enumerated() where event.pf.charge[index] == 0 {
        let stored = event.pf.puppiWeight[index]
        if weight == 0 && stored == 0 { continue }
        let eta = abs(event.pf.eta[index])
        let region = eta < 2.5 ? 0 : eta < 3 ? 1 : 2
        counted[region] += 1
        if abs(weight - stored) < 0.05 { close[region] += 1 }
      }
    }
    let fractions = zip(close, counted).map { Double($0) / Double($1) }
    print("PUPPI of CMS within 0.05, of neutrals that either side keeps: \(fractions), of \(counted)")
    // The bounds.
    #expect(fractions[0] >= 0.97 && fractions[1] >= 0.99 && fractions[2] >= 0.995)
  }

  @Test func missingMomentumIsCMSsOwn() throws {
    for (number, event) in try read().enumerated() {
      let missing = try MissingMomentum(event.candidates, event: number)
      // Candidates are stored with about 10 bits: 1e-3 of each of some thousand GeV, in quadrature.
      #expect(abs(missing.pt - event.rawMET[0]) < 0.4)
    }
  }
}
