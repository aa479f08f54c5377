import Foundation
import Testing
import WinnowEvents

@testable import WinnowDetectors

@Suite struct FlowTrackerTests {
  /// The card's efficiencies, within five binomial errors.
  @Test(arguments: [
    (Int32(211), Float(10), Float(0.5), 0.97), (-321, 5, 2, 0.87), (2212, 5, 3, 0.82),
    (211, 0.5, 0.5, 0.48), (13, 10, 1, 1), (-11, 5, 2, 0.87), (211, 10, 4.2, 0), (211, 0.15, 0, 0),
  ])
  func tracksAreFoundAsOften(pdg: Int32, pt: Float, eta: Float, efficiency: Double) {
    let count = 2000
    let charge: Int8 = (pdg > 0) == (abs(pdg) > 100) ? 1 : -1
    let candidates = FlowSamples.simulate(
      FlowSamples.single(pdg, pt: pt, eta: eta, charge: charge, mass: 0.1, count: count))
    let tracks = candidates.charge.indices.filter { candidates.charge[$0] != 0 }
    let error = (efficiency * (1 - efficiency) / Double(count)).squareRoot()
    #expect(abs(Double(tracks.count) / Double(count) - efficiency) <= 5 * error)
    #expect(tracks.allSatisfy { candidates.pdg[$0] == pdg && candidates.charge[$0] == charge })
    #expect(tracks.allSatisfy { candidates.hardFraction[$0] == 1 })
  }

  /// Muons leave nothing in calorimeters: what is measured is the tracker's alone. Spreads of 3000
  /// normal variates are known to 1/√6000, five of which are allowed.
  @Test func muonsAreMeasuredAsGiven() {
    let candidates = FlowSamples.simulate(
      FlowSamples.single(13, pt: 15, eta: 1.3, charge: -1, mass: 0.1057, count: 3000))
    let allowed = 5 / 6000.0.squareRoot()
    #expect(candidates.candidateCount == 3000)
    let momenta = candidates.pt.map { Double($0) / 15 }
    // muonMomentumResolution.tcl: 10–20 GeV, 1.2–1.4.
    #expect(abs(momenta.spread(about: 1) / 0.00968 - 1) < allowed)
    #expect(abs(momenta.average - 1) < 5 * 0.00968 / 3000.0.squareRoot())
    let etas = candidates.eta.map { Double($0) }
    #expect(abs(etas.spread(about: 1.3) / 0.003 - 1) < allowed)
    // 10 µm and 100 µm/15; 30 µm and 150 µm/15, slanted.
    let d0 = candidates.d0.map { Double($0) }
    #expect(abs(d0.spread(about: 0) / hypot(0.010, 0.1 / 15) - 1) < allowed)
    let dz = candidates.dz.map { Double($0) }
    #expect(abs(dz.spread(about: 0) / (hypot(0.030, 0.01) * cosh(1.3)) - 1) < allowed)
    // The collisions' own spread and the timing layers'.
    let times = candidates.time.map { Double($0) }
    #expect(abs(times.spread(about: 0) / hypot(160, 30) - 1) < allowed)
    let offsets = zip(candidates.time, candidates.vertices).map { Double($0 - $1.y) }
    #expect(abs(offsets.spread(about: 0) / 30 - 1) < allowed)
    let z = candidates.vertices.map { Double($0.x) }
    #expect(abs(z.spread(about: 0) / 53 - 1) < allowed)
    #expect(z.allSatisfy { abs($0) <= 250 })
  }

  /// The card's numbers at their points: CMS_PhaseII_140PU_v02.
  @Test func spreadsAreTheCards() {
    let tracker = FlowTracker()
    #expect(tracker.momentumSpread(.chargedHadron, pt: 0.5, eta: -0.1) == 0.004579)
    // 0.009989 + 40 × 0.000043 in the card's rounding; its slopes are rounded to 5·10⁻⁷.
    let rising = tracker.momentumSpread(.chargedHadron, pt: 50, eta: 1.1)
    #expect(abs(rising - (0.009989 + 40 * 0.000043)) < 40 * 5e-7)
    #expect(tracker.momentumSpread(.chargedHadron, pt: 200, eta: 3.9) == 0.069617 * 2)
    #expect(tracker.momentumSpread(.muon, pt: 60, eta: 2.75) == 0.0763)
    #expect(tracker.momentumSpread(.muon, pt: 3, eta: 0) != 0.00519)
    #expect(tracker.momentumSpread(.electron, pt: 60, eta: -2.9) == 0.044)
    #expect(tracker.efficiency(.electron, pt: 20, eta: 2) == 0.90)
    #expect(tracker.efficiency(.muon, pt: 0.5, eta: 3) == 0.475)
    #expect(!tracker.measuresTime(pt: 0.5, eta: 0) && tracker.measuresTime(pt: 0.5, eta: 2))
  }

  /// Two tracks along the same line in a small cell: the harder stays, and the other's energy does
  /// not vanish but is a tower's without a track.
  @Test func closeTracksAreMerged() {
    var events = ParticleEvents()
    events.beginEvent()
    for pt: Float in [50, 80] {
      events.append(pdg: 13, pt: pt, eta: 0.4, phi: 1, mass: 0.1057, charge: -1)
    }
    var tight = FlowSamples.simulate(events) { $0.tracker.mergingCell = 0.5 }
    #expect(tight.candidateCount == 1 && abs(tight.pt[0] - 80) < 5)
    tight = FlowSamples.simulate(events) { $0.tracker.mergingCell = 0 }
    #expect(tight.candidateCount == 2)
  }
}
