import Testing
import WinnowEvents
import WinnowFastJet

@testable import WinnowDetectors

@Suite(.enabled(if: JetFinder.isAvailable)) struct ZeroBiasTests {
  private func simulation(
    _ detector: LevelOneDetector = .cms, mean: Double = 4, seed: UInt64 = 3
  ) throws -> LevelOneSimulation {
    let pileup = try LevelOnePileup(library: mixture(count: 200), mean: mean)
    return try LevelOneSimulation(detector, pileup: pileup, seed: seed)
  }

  /// Whole, in pieces and backwards.
  @Test func crossingsDoNotDependOnOneAnother() throws {
    var whole = try simulation()
    let expected = try whole.zeroBias(crossings: 10..<70)
    #expect(expected.count == 60 && expected.weights == [Double](repeating: 1, count: 60))
    var parts = try simulation()
    for crossing in (10..<70).reversed() {
      let one = try parts.zeroBias(crossings: crossing..<crossing + 1)
      let rows = 19 * (crossing - 10)..<19 * (crossing - 9)
      #expect(one.pt == Array(expected.pt[rows]) && one.phi == Array(expected.phi[rows]))
      #expect(one.eta == Array(expected.eta[rows]))
    }
    var other = try simulation(seed: 4)
    #expect(try other.zeroBias(crossings: 10..<70) != expected)
  }

  /// Its collisions are not the pileup of the event of the same number.
  @Test func crossingsAreNotThePileupOfEvents() throws {
    var events = ParticleEvents()
    for _ in 0..<20 { events.beginEvent() }
    var (plain, zeroBias) = (try simulation(), try simulation())
    #expect(
      try plain.simulate(events, firstEvent: 0).pt != zeroBias.zeroBias(crossings: 0..<20).pt)
  }

  /// Without a collision there is nothing but a missing momentum of 0; with a mean of 1.5 that is
  /// e^-1.5 of the crossings, within 5 binomial standard errors.
  @Test func crossingsMayBeEmpty() throws {
    var none = try simulation(mean: 0)
    let empty = try none.zeroBias(crossings: 0..<5)
    #expect(empty.pt == [Float](repeating: 0, count: 95))
    #expect(empty.isPresent.filter { $0 }.count == 5)
    var few = try simulation(mean: 1.5)
    let n = 600
    let crossings = try few.zeroBias(crossings: 0..<n)
    // Every event of the library has at least 20 particles up to 75 GeV.
    let count = (0..<n).filter { crossings.pt[19 * $0..<19 * $0 + 19].allSatisfy { $0 == 0 } }.count
    let chance = 0.22313
    let error = (Double(n) * chance * (1 - chance)).squareRoot()
    #expect(abs(Double(count) - Double(n) * chance) < 5 * error)
  }

  @Test func pileupIsNeeded() throws {
    var simulation = try LevelOneSimulation(seed: 1)
    #expect(throws: EventError("zero-bias crossings are made of pileup; give the simulation some")) {
      _ = try simulation.zeroBias(crossings: 0..<1)
    }
  }

  /// The same collisions reach a detector with dead towers: muons, which need none, are the same.
  @Test func deadTowersSeeTheSameCollisions() throws {
    var detector = LevelOneDetector.cms
    detector.deadTowers = [try DeadRegion(pseudorapidity: (-2, 2), azimuth: (-1, 1))]
    var (whole, holed) = (try simulation(), try simulation(detector))
    let (a, b) = (
      try whole.zeroBias(crossings: 0..<40), try holed.zeroBias(crossings: 0..<40)
    )
    #expect(a != b)
    for crossing in 0..<40 {
      let rows = 19 * crossing + 5..<19 * crossing + 9
      #expect(a.pt[rows] == b.pt[rows] && a.phi[rows] == b.phi[rows])
    }
    #expect((0..<40).contains { a.isPresent[19 * $0 + 5] })
  }
}
