import Foundation
import Testing

@testable import WinnowDetectors

@Suite struct SolenoidTests {
  private let solenoid = Solenoid()

  private func particle(
    pt: Double, eta: Double, phi: Double, charge: Int8, x: Double = 0, y: Double = 0, z: Double = 0
  ) -> FlowParticle {
    FlowParticle(
      pt: pt, eta: eta, phi: phi, pz: pt * sinh(eta), energy: pt * cosh(eta), x: x, y: y, z: z,
      pdg: 211, charge: charge, kind: .chargedHadron)
  }

  /// The same by small straight steps, halving the turn at each: errors of second order in them.
  private func stepped(_ p: FlowParticle) -> (eta: Double, phi: Double) {
    var (x, y, z, phi) = (p.x, p.y, p.z, p.phi)
    let step = 0.02
    let turn = -Double(p.charge) * 0.299_792_458e-3 * solenoid.field / p.pt * step
    while x * x + y * y < solenoid.radius * solenoid.radius && abs(z) < solenoid.halfLength {
      phi += turn / 2
      x += step * cos(phi)
      y += step * sin(phi)
      z += step * p.pz / p.pt
      phi += turn / 2
    }
    return (asinh(z / hypot(x, y)), atan2(y, x))
  }

  @Test(arguments: [
    (20.0, 0.5, 1.0, Int8(1)), (1, -0.3, 3, -1), (0.9, 0.9, -2, 1), (5, 2.5, 0.2, -1),
    (0.5, 0.2, 0, 1), (0.3, 1.5, 2, -1), (50, -3.5, -1, 1), (3, 0, 1, 0),
  ])
  func theExitIsThatOfSmallSteps(pt: Double, eta: Double, phi: Double, charge: Int8) throws {
    let flying = particle(pt: pt, eta: eta, phi: phi, charge: charge, x: 3, y: -8, z: 40)
    let exit = try #require(solenoid.exit(flying))
    let (eta, phi) = stepped(flying)
    // The last step overshoots by 0.02 mm of at least 100 mm from the beam, steeper by at most
    // pz/pT = 17.
    #expect(abs(exit.eta - eta) < 4e-3 && abs(exit.phi - phi) < 1e-3)
  }

  /// From the beam, a track reaches the barrel turned by asin(0.3 B r / 2 pT).
  @Test func theTurnIsTheChords() throws {
    let exit = try #require(solenoid.exit(particle(pt: 2, eta: 0, phi: 0.4, charge: 1)))
    let half = asin(0.299_792_458e-3 * 3.8 * 1290 / (2 * 2))
    #expect(abs(exit.phi - (0.4 - half)) < 1e-12 && exit.eta == 0)
    let other = try #require(solenoid.exit(particle(pt: 2, eta: 0, phi: 0.4, charge: -1)))
    #expect(abs(other.phi - (0.4 + half)) < 1e-12)
    #expect(solenoid.exit(particle(pt: 2, eta: 0, phi: 0, charge: 1, x: 2000)) == nil)
  }

  @Test func towersTile() throws {
    let grid = CalorimeterResponse.electromagnetic.grid
    var seen = Set<Int>()
    for tower in stride(from: 0, to: grid.count, by: 7) {
      let (eta, phi) = grid.direction(tower, 0.3, 0.6)
      #expect(grid.tower(eta: eta, phi: phi) == tower)
      seen.insert(tower)
    }
    #expect(seen.count > 15_000)
    #expect(grid.tower(eta: 5.01, phi: 0) == nil && grid.tower(eta: -4.99, phi: .pi) != nil)
    // A crystal of CMS's barrel: 360 of them around (0.0174 is one degree rounded).
    #expect(grid.parts[0].phiSteps == 361 && grid.parts[0].etaSteps == 85)
  }
}
