import Foundation
import Testing
import WinnowEvents

@testable import WinnowDetectors

@Suite struct FlowCalorimeterTests {
  @Test(arguments: [FlowTowerGrid.electromagnetic, .hadron])
  func towersTile(grid: FlowTowerGrid) {
    var seen = Set<Int>()
    for tower in stride(from: 0, to: grid.count, by: 7) {
      let (eta, phi) = grid.direction(tower, 0.3, 0.6)
      #expect(grid.tower(eta: eta, phi: phi) == tower)
      seen.insert(tower)
    }
    #expect(seen.count > 990)
    #expect(grid.tower(eta: 5.01, phi: 0) == nil && grid.tower(eta: -4.99, phi: .pi) != nil)
  }

  /// The card's towers: edges and numbers.
  @Test func towersAreTheCards() {
    let (fine, coarse) = (FlowTowerGrid.electromagnetic, FlowTowerGrid.hadron)
    #expect(fine.count == 2 * (170 * 360 + 11 * 36))
    #expect(coarse.count == 2 * (18 * 72 + 20 * 90 + 11 * 36))
    let tower = fine.tower(eta: 0.03, phi: 0.001)!
    let (low, high) = (fine.direction(tower, 0, 0), fine.direction(tower, 1, 1))
    #expect(abs(low.eta - 0.0174) < 1e-12 && abs(high.eta - 0.0348) < 1e-12)
    #expect(abs(high.phi - low.phi - .pi / 180) < 1e-12)
    let forward = coarse.tower(eta: -3.2, phi: 0.001)!
    #expect(abs(coarse.direction(forward, 0, 0).eta + 3.125) < 1e-12)
    #expect(abs(coarse.direction(forward, 1, 0).eta + 3.3) < 1e-12)
  }

  /// Photons in barrel, end-cap and forward calorimeter: mean and spread of the card's formula.
  @Test(arguments: [
    (Float(50), Float(1.0), 0.009, 0.12, 0.45, 0.01), (30, 2.5, 0.008, 0.24, 0, 0.01),
    (40, 4, 0.08, 1.98, 0, 0.01),
  ])
  func photonsSpreadAsGiven(
    pt: Float, eta: Float, constant: Double, stochastic: Double, noise: Double, extra: Double
  ) {
    let energy = Double(pt) * cosh(Double(eta))
    let candidates = FlowSamples.simulate(
      FlowSamples.single(22, pt: pt, eta: eta, charge: 0, count: 3000))
    #expect(candidates.pdg == [Int32](repeating: 22, count: 3000))
    let values = candidates.energy.map { Double($0) }
    let square =
      (constant * constant + extra * extra) * energy * energy + stochastic * stochastic * energy
      + noise * noise
    #expect(abs(values.average - energy) < 5 * (square / 3000).squareRoot())
    // A log-normal of 11 % has a kurtosis of 3.2, which widens the spread's error by 5 %.
    #expect(
      abs(values.spread(about: energy) / square.squareRoot() - 1) < 5 * 1.05 / 6000.0.squareRoot())
    #expect(candidates.hardFraction.allSatisfy { $0 == 1 })
    // Within its tower, which the vertex moves by at most 250 mm of 1.29 m or of 3 m.
    #expect(candidates.eta.allSatisfy { abs($0 - eta) < 0.4 })
  }

  /// What K⁰S and muons leave: 0.3 and 0.7, and nothing.
  @Test func energiesAreShared() {
    let kaons = FlowSamples.simulate(
      FlowSamples.single(310, pt: 200, eta: 0.5, charge: 0, mass: 0.4976, count: 500))
    let energy = 200 * cosh(0.5)
    for (pdg, part) in [(Int32(22), 0.3), (0, 0.7)] {
      let values = kaons.pdg.indices.filter { kaons.pdg[$0] == pdg }.map {
        Double(kaons.energy[$0]) / energy
      }
      #expect(values.count == 500)
      // σ(E)/E of 156 GeV in the hadron calorimeter: 9.4 %.
      #expect(abs(values.average / part - 1) < 5 * 0.094 / 500.0.squareRoot())
    }
  }

  /// A found track's energy is not counted again as a neutral hadron's, and one that was missed
  /// becomes a neutral hadron.
  @Test func energyIsCountedOnce() {
    let events = FlowSamples.single(211, pt: 30, eta: 0.3, charge: 1, mass: 0.1396, count: 3000)
    let energy = events.momentum(0).e
    let candidates = FlowSamples.simulate(events)
    var (missed, found) = (0, [Double]())
    for event in 0..<3000 {
      let range = candidates[event]
      if range.allSatisfy({ candidates.charge[$0] == 0 }) {
        missed += 1
      } else {
        found.append(range.reduce(0) { $0 + Double(candidates.energy[$1]) } / energy)
      }
    }
    #expect(abs(Double(missed) - 90) < 5 * (3000 * 0.03 * 0.97).squareRoot())
    // σ = √(0.05² + 1/E) = 18.5 %. A tower that fluctuates up by more than its own measured σ(1 + u)
    // keeps its excess, at most ∫ u φ(u) from 1 = 0.242 σ on average; averaging pulls tracks by
    // (0.53 %/18.5 %)² σ.
    let sigma = (0.0025 + 1 / energy).squareRoot()
    #expect(found.average > 1 - 0.002 && found.average < 1 + 0.242 * sigma)
  }
}
