import Testing
import WinnowEvents

@Suite struct FourMomentumTests {
  @Test func coordinatesComeBack() {
    let momentum = FourMomentum(pt: 45.5, eta: -1.25, phi: 2.5, mass: 0.105_66)
    // sinh, asinh and roots each lose a unit or two; E² − p² loses (E/m)² ≈ 6·10⁵ times more.
    #expect(abs(momentum.pt - 45.5) < 1e-12)
    #expect(abs(momentum.eta + 1.25) < 1e-14)
    #expect(abs(momentum.phi - 2.5) < 1e-14)
    #expect(abs(momentum.mass - 0.105_66) < 1e-8)
    let other = FourMomentum(pt: 45.5, rapidity: -1.25, phi: 2.5, mass: 10)
    #expect(abs(other.rapidity + 1.25) < 1e-14)
    #expect(abs(other.mass - 10) < 1e-11)
  }

  /// Numbers of ROOT's TLorentzVector(1, 2, 3, 10), and of the formulae by hand.
  @Test func knownVector() {
    let v = FourMomentum(px: 1, py: 2, pz: 3, e: 10)
    #expect(abs(v.pt - 2.236_067_977_499_79) < 1e-15)
    #expect(abs(v.eta - 1.103_586_841_560_145) < 1e-15)
    #expect(abs(v.phi - 1.107_148_717_794_090) < 1e-15)
    #expect(abs(v.mass - 9.273_618_495_495_704) < 1e-14)
    #expect(abs(v.rapidity - 0.309_519_604_203_112) < 1e-15)
  }

  @Test func edges() {
    #expect(FourMomentum(px: 0, py: 0, pz: -5, e: 5).eta == -.infinity)
    #expect(FourMomentum.zero.eta == 0 && FourMomentum.zero.phi == 0)
    #expect(FourMomentum(px: 0, py: 0, pz: 5, e: 5).rapidity == .infinity)
    #expect(FourMomentum(px: 3, py: 0, pz: 0, e: 1).mass == -(8.0).squareRoot())
  }

  @Test func anglesWrap() {
    #expect(deltaPhi(3, -3) == 6 - 2 * .pi)
    #expect(wrapped(.pi) == .pi && wrapped(-.pi) == .pi)
    for turns in -50...50 {
      let angle = 0.5 + 2 * Double.pi * Double(turns)
      // The argument itself is rounded to half a unit of 300.
      #expect(abs(wrapped(angle) - 0.5) < 1e-13)
      #expect(wrapped(angle) > -.pi && wrapped(angle) <= .pi)
    }
  }

  @Test func boostsAndMasses() {
    let atRest = FourMomentum(px: 0, py: 0, pz: 0, e: 91.1876)
    let moved = atRest.boosted(by: SIMD3(0.3, -0.2, 0.8))
    #expect(abs(moved.mass - 91.1876) < 1e-11)
    #expect(abs(moved.px / moved.e - 0.3) < 1e-14)
    let back = moved.boosted(by: -SIMD3(0.3, -0.2, 0.8))
    #expect(back.p < 1e-12)
    // Two back-to-back muons of 45 GeV.
    let pair = [
      FourMomentum(pt: 45, eta: 0, phi: 0.1, mass: 0),
      FourMomentum(pt: 45, eta: 0, phi: 0.1 - .pi, mass: 0),
    ]
    #expect(abs(pair.invariantMass - 90) < 1e-12)
    #expect(abs(pair[0].dot(pair[1]) - 2 * 45 * 45) < 1e-9)
  }
}
