import Foundation
import Testing
import WinnowDetectors
import WinnowEvents
import WinnowFastJet
import WinnowTensors

@Suite(.enabled(if: JetFinder.isAvailable)) struct LevelOneMissingMomentumTests {
  /// Neutral kaons of 5 GeV far apart, each in a tower of its own: the variance of x is the sum of
  /// `px² (σ/E)²` with the card's hadronic width. The towers' size adds (0.025 · 5)² GeV² a kaon and
  /// the counts 0.5²/12, together 0.4 % of (5 · 0.6)²/2; the variance of 2n values has the relative
  /// error √(2/2n).
  @Test(arguments: [1.0, 0.5])
  func widthIsThatOfTheTowers(_ factor: Double) throws {
    var stream = RandomStream(seed: 6, label: "kaons")
    var events = ParticleEvents()
    let count = 1000
    var expected = 0.0
    for _ in 0..<count {
      events.beginEvent()
      for _ in 0..<30 {
        let (eta, phi) = (2.6 * stream.uniform() - 1.3, 6.28 * stream.uniform() - 3.14)
        events.append(
          pdg: 130, pt: 5, eta: Float(eta), phi: Float(phi), mass: 0.4976, charge: 0)
        let energy = 5 * cosh(eta)
        expected += 25 * 0.5 * factor * factor * (0.0025 + 2.25 / energy) / Double(count)
      }
    }
    var detector = LevelOneDetector.cms
    detector.calorimeter.hadronicWidth = factor
    var simulation = try LevelOneSimulation(detector, seed: 8)
    let found = try simulation.simulate(events, firstEvent: 0)
    var squares = 0.0
    for event in 0..<count {
      // Minus the sum of what entered; nothing else is missing.
      var (x, y) = (0.0, 0.0)
      for kaon in events[event] {
        x -= 5 * cos(Double(events.phi[kaon]))
        y -= 5 * sin(Double(events.phi[kaon]))
      }
      let place = LevelOneEvents.objects * event
      let (pt, phi) = (Double(found.pt[place]), Double(found.phi[place]))
      squares += pow(pt * cos(phi) - x, 2) + pow(pt * sin(phi) - y, 2)
    }
    let variance = squares / Double(2 * count)
    #expect(abs(variance / expected - 1) < 5 * (1 / Double(count)).squareRoot() + 0.02)
  }

  @Test func negativeWidthIsRefused() {
    var detector = LevelOneDetector.cms
    detector.calorimeter.hadronicWidth = -1
    #expect(throws: EventError.self) { try LevelOneSimulation(detector, seed: 1) }
  }
}
