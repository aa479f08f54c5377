import Foundation
import Testing

@testable import WinnowDetectors

@Suite struct SolenoidTests {
  private let solenoid = Solenoid()

  private func particle(
    pt: Double, eta: Double, phi: Double, charge: Int8, x: Double = 0, y: Double = 0, z: Double = 0
  ) -> FlowParticle {
    FlowParticle(
      pt: Float(pt), eta: Float(eta), phi: Float(phi), pz: Float(pt * sinh(eta)), mass: 0,
      energy: Float(pt * cosh(eta)), x: Float(x), y: Float(y), z: Float(z), pdg: 211,
      charge: charge, kind: .chargedHadron)
  }

  /// The same by small straight steps, halving the turn at each: errors of second order in them.
  private func stepped(_ p: FlowParticle) -> (eta: Double, phi: Double) {
    var (x, y, z, phi) = (Double(p.x), Double(p.y), Double(p.z), Double(p.phi))
    let slope = Double(p.pz) / Double(p.pt)
    let step = 0.02
    let turn = -Double(p.charge) * 0.299_792_458e-3 * solenoid.field / Double(p.pt) * step
    while x * x + y * y < solenoid.radius * solenoid.radius && abs(z) < solenoid.halfLength {
      phi += turn / 2
      x += step * cos(phi)
      y += step * sin(phi)
      z += step * slope
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

  /// From the beam, a track reaches the barrel turned by asin(0.3 B r / 2 pT); φ and pT are kept to
  /// 24 bits.
  @Test func theTurnIsTheChords() throws {
    let exit = try #require(solenoid.exit(particle(pt: 2, eta: 0, phi: 0.4, charge: 1)))
    let half = asin(0.299_792_458e-3 * 3.8 * 1290 / (2 * 2))
    #expect(abs(exit.phi - (0.4 - half)) < 1e-6 && exit.eta == 0)
    let other = try #require(solenoid.exit(particle(pt: 2, eta: 0, phi: 0.4, charge: -1)))
    #expect(abs(other.phi - (0.4 + half)) < 1e-6)
    #expect(solenoid.exit(particle(pt: 2, eta: 0, phi: 0, charge: 1, x: 2000)) == nil)
  }

  /// A circle through the beam has no impact parameter; its point at 20 mm leads back to z = 5.
  @Test(arguments: [Int8(1), -1])
  func theClosestApproachIsFound(charge: Int8) {
    let omega = -Double(charge) * 0.299_792_458e-3 * 3.8 / 0.8
    let way = 20.0
    // From the beam along φ = 0.3, after an arc of 20 mm.
    let phi = 0.3 + omega * way
    let x = (sin(phi) - sin(0.3)) / omega
    let y = -(cos(phi) - cos(0.3)) / omega
    var there = particle(
      pt: 0.8, eta: 1, phi: phi, charge: charge, x: x, y: y, z: 5 + way * sinh(1))
    let back = solenoid.closestApproach(there)
    // Positions of some 10 mm in 24 bits.
    #expect(abs(back.d0) < 1e-5 && abs(back.z - 5) < 1e-4)
    // Moved by 3 mm square to its direction on the beam: that is its impact parameter, x py − y px.
    there.x += Float(3 * sin(0.3))
    there.y -= Float(3 * cos(0.3))
    let moved = solenoid.closestApproach(there)
    #expect(abs(moved.d0 - 3) < 1e-5 && abs(moved.z - 5) < 1e-4)
    let onBeam = solenoid.closestApproach(particle(pt: 1, eta: 1, phi: 0, charge: charge, z: 7))
    #expect(onBeam == (0, 7))
  }
}
