import Foundation
import WinnowEvents
import WinnowTensors

@testable import WinnowDetectors

/// Events for tests of particle flow.
enum FlowSamples {
  /// Events of one particle each, all around in φ.
  static func single(
    _ pdg: Int32, pt: Float, eta: Float, charge: Int8, mass: Float = 0, count: Int
  ) -> ParticleEvents {
    var events = ParticleEvents()
    for event in 0..<count {
      events.beginEvent()
      events.append(
        pdg: pdg, pt: pt, eta: eta, phi: Float(event % 60) * 0.1 - 3, mass: mass, charge: charge)
    }
    return events
  }

  /// A stand-in for minimum bias: soft pions and photons, different in each event.
  static func soft(_ count: Int, particles: Int = 20) -> ParticleEvents {
    var (events, stream) = (ParticleEvents(), RandomStream(seed: 77))
    for _ in 0..<count {
      events.beginEvent()
      for index in 0..<particles {
        let pt = Float(0.3 - 0.7 * log(1 - stream.uniform()))
        let (eta, phi) = (Float(10 * stream.uniform() - 5), Float(6.2 * stream.uniform() - 3.1))
        if index % 2 == 0 {
          events.append(
            pdg: index % 4 == 0 ? 211 : -211, pt: pt, eta: eta, phi: phi, mass: 0.1396,
            charge: index % 4 == 0 ? 1 : -1)
        } else {
          events.append(pdg: 22, pt: pt, eta: eta, phi: phi, mass: 0, charge: 0)
        }
      }
    }
    return events
  }

  static func simulate(
    _ events: ParticleEvents, pileup: PileupLibrary? = nil, seed: UInt64 = 1,
    change: (inout ParticleFlowResponse) -> Void = { _ in }
  ) -> FlowCandidates {
    var response = ParticleFlowResponse(seed: seed)
    change(&response)
    var (workspace, candidates) = (response.workspace(), FlowCandidates())
    for event in 0..<events.count {
      response.append(events, event, number: event, pileup: pileup, &workspace, to: &candidates)
    }
    return candidates
  }
}

extension [Double] {
  var average: Double { reduce(0, +) / Double(count) }
  /// The root of the mean square about a value.
  func spread(about value: Double) -> Double {
    (reduce(0) { $0 + ($1 - value) * ($1 - value) } / Double(count)).squareRoot()
  }
}
