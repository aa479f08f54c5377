import Testing
import WinnowTensors

@testable import WinnowDetectors

/// The lists give every particle what it gets alone, to the last bit.
@Suite struct ChargedBendingTests {
  @Test func equalsOneByOne() {
    let towers = TriggerTowers()
    var stream = RandomStream(seed: 9, label: "bending")
    var (particles, charged, bending) = ([IncomingParticle](), [Int32](), ChargedBending())
    for place in 0..<5000 {
      // From curling up to straight, and all |η|.
      let u = stream.uniform()
      let pt = 0.05 + 20 * u * u * u * u
      let mill = stream.integer(in: 0...(towers.ringOfMill.count - 1))
      particles.append(
        IncomingParticle(
          pt: pt, impact: 6 * stream.uniform() - 3, sign: place % 2 == 0 ? 1 : -1,
          inverseSinh: towers.inverseSinhOfMill[mill], mill: Int32(mill),
          outward: Int32(towers.ringOfMill[mill])))
      if place % 3 != 0 { charged.append(Int32(place)) }
    }
    let before = particles
    bending.bend(&particles, charged, charged.count, towers)
    var counts = (lost: 0, barrel: 0, endcap: 0)
    for (place, particle) in before.enumerated() {
      if place % 3 == 0 {
        #expect(particles[place].impact == particle.impact)
        #expect(particles[place].outward == particle.outward)
        continue
      }
      let turn = MagneticDeflection.turn(pt: particle.pt, inverseSinhEta: particle.inverseSinh)
      let ring = turn.flatMap {
        towers.outward(
          sinhEta: towers.sinhOfMill[Int(particle.mill)] * $0.stretch, from: Int(particle.outward))
      }
      #expect(particles[place].outward == Int32(ring ?? -1))
      guard ring != nil, let turn else {
        counts.lost += 1
        continue
      }
      #expect(particles[place].impact == particle.impact - particle.sign * turn.half)
      let endcap = MagneticDeflection.endcapPt / particle.pt * particle.inverseSinh
      if turn.half < endcap * (1 - 1e-12) { counts.barrel += 1 } else { counts.endcap += 1 }
    }
    #expect(counts.lost > 100 && counts.barrel > 500 && counts.endcap > 500)
  }
}
