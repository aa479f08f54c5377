import Foundation
import Testing
import WinnowEvents
import WinnowTensors

@testable import WinnowDetectors

@Suite struct PileupLibraryTests {
  /// Mean and variance of a Poisson number within five of their errors, and the papers' tail: of
  /// 20,000 crossings the largest lies between 140 + 3 σ and the stated limit.
  @Test func countsArePoisson() throws {
    let library = try PileupLibrary(FlowSamples.soft(300, particles: 1))
    let counts = (0..<20_000).map { index in
      var stream = RandomStream(seed: 8).child(UInt64(index))
      return Double(library.numberOfCollisions(&stream))
    }
    let mean = counts.average
    #expect(abs(mean - 140) < 5 * (140.0 / 20_000).squareRoot())
    let variance = counts.spread(about: mean) * counts.spread(about: mean)
    #expect(abs(variance / 140 - 1) < 5 * (2.0 / 20_000).squareRoot())
    #expect(counts.max()! > 175 && counts.max()! <= 211 && library.largestCrossing == 211)
    // Poisson's own probability of more than 165 by its recurrence, against what was drawn.
    var (term, above) = (exp(-140.0), 1.0)
    for k in 0...165 {
      above -= term
      term *= 140 / Double(k + 1)
    }
    let drawn = Double(counts.count { $0 > 165 })
    #expect(abs(drawn - 20_000 * above) < 5 * (20_000 * above).squareRoot())
  }

  @Test func collisionsAreDifferentEvents() throws {
    let library = try PileupLibrary(FlowSamples.soft(300, particles: 1))
    var (places, times, mirrored, number) = ([Double](), [Double](), 0, 0)
    for index in 0..<30 {
      var stream = RandomStream(seed: 9).child(UInt64(index))
      let drawn = library.draw(&stream, beamSpot: BeamSpot())
      #expect(Set(drawn.map(\.event)).count == drawn.count)
      #expect(drawn.allSatisfy { library.offsets.indices.contains($0.event + 1) })
      places += drawn.map(\.vertex.z)
      times += drawn.map(\.vertex.time)
      mirrored += drawn.count { $0.isMirrored }
      number += drawn.count
    }
    let allowed = 5 / Double(2 * number).squareRoot()
    #expect(abs(places.spread(about: 0) / 53 - 1) < allowed)
    #expect(abs(times.spread(about: 0) / 160 - 1) < allowed)
    #expect(abs(Double(mirrored) - Double(number) / 2) < 5 * Double(number).squareRoot() / 2)
    #expect(places.allSatisfy { abs($0) <= 250 } && times.allSatisfy { abs($0) <= 800 })
  }

  @Test func aSmallLibraryIsRefused() {
    #expect(
      throws: EventError(
        "the pileup library has 200 events, and a mean of 140.0 collisions needs at least 211; generate more minimum bias, best some thousands"
      )
    ) {
      try PileupLibrary(FlowSamples.soft(200, particles: 1))
    }
    for mean in [-1, .nan, 2000] {
      #expect(throws: EventError.self) {
        try PileupLibrary(FlowSamples.soft(300, particles: 1), mean: mean)
      }
    }
  }

  @Test func unknownParticlesAreCounted() throws {
    var events = FlowSamples.soft(12, particles: 2)
    events.append(pdg: 9_999_999, pt: 5, eta: 0, phi: 0, mass: 0, charge: 0)
    events.append(pdg: 22, pt: .infinity, eta: 0, phi: 0, mass: 0, charge: 0)
    let library = try PileupLibrary(events, mean: 2)
    #expect(library.skipped.count == 2)
    #expect(
      library.skipped.first == "event 11 holds the code 9999999, which the detector does not know")
    #expect(library.count == 12 && library.particles.count <= 24)
  }
}
