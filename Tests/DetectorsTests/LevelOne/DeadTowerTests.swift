import Testing
import WinnowEvents
import WinnowFastJet
import WinnowTensors

@testable import WinnowDetectors

@Suite struct DeadTowerTests {
  private let towers = TriggerTowers()

  /// Rings of 0.087 from η = 0, columns of 2π/72 from φ = 0: four of each within 0.35.
  @Test func regionsAreTheTowersWithin() throws {
    let corner = try DeadRegion(pseudorapidity: (0, 0.35), azimuth: (0, 0.35))
    #expect(
      corner.towers(of: towers)
        == (40..<44).flatMap { ring in (0..<4).map { ring * 72 + $0 } })
    // Across π, in both ways of writing it.
    let columns = [34, 35, 36, 37]
    for azimuth in [(2.97, 3.32), (-3.32, -2.97)] {
      let region = try DeadRegion(pseudorapidity: (-0.1, 0), azimuth: azimuth)
      #expect(region.towers(of: towers) == columns.map { 39 * 72 + $0 })
    }
    let all = try DeadRegion(pseudorapidity: (-5.191, 5.191), azimuth: (-.pi, .pi))
    #expect(all.towers(of: towers) == Array(0..<TriggerTowers.count))
  }

  @Test func rangesThatAreNoneAreRefused() {
    typealias Ends = (from: Double, to: Double)
    for (eta, phi, words) in [
      ((1, 1), (0, 1), "end before they begin"), ((0, 1), (1, 0), "end before they begin"),
      ((.nan, 1), (0, 1), "end before they begin"), ((0, 6), (0, 1), "from -5.191 to 5.191"),
      ((0, 1), (0, 7), "go more than once around"), ((0, 1), (-4, 4), "go more than once around"),
      ((0, .infinity), (0, 1), "from -5.191 to 5.191"),
      ((0.01, 0.02), (0, 1), "hold no tower's centre"),
    ] as [(Ends, Ends, String)] {
      let error = #expect(throws: EventError.self) {
        try DeadRegion(pseudorapidity: eta, azimuth: phi)
      }
      #expect(error.map { "\($0)".contains(words) } == true, "\(eta) \(phi)")
    }
  }

  /// The towers outside measure what they measure without a dead region, those inside nothing.
  @Test func exactlyTheirTowersAreEmpty() throws {
    let dead = try DeadRegion(pseudorapidity: (-1, 2), azimuth: (1, 4)).towers(of: towers)
    let response = TowerResponse(.cms, towers)
    let events = mixture(count: 20)
    var (plain, holed) = (ParticleCollector(), ParticleCollector())
    var emptied = 0
    for event in 0..<events.count {
      var stream = RandomStream(seed: UInt64(event))
      var copy = stream
      plain.clear()
      plain.collect(events, event, number: event)
      plain.energies.digitise(response, &stream)
      holed.clear()
      holed.collect(events, event, number: event)
      holed.energies.digitise(response, dead: dead, &copy)
      var expected = plain.energies.measured
      for tower in dead where expected[tower] > 0 {
        expected[tower] = 0
        emptied += 1
      }
      #expect(holed.energies.measured == expected)
      #expect(Array(holed.energies.active) == expected.indices.filter { expected[$0] > 0 })
    }
    #expect(emptied > 20)
  }

  /// Photons and electrons that point at dead towers leave nothing; muons and what points elsewhere
  /// are as they were.
  @Test(.enabled(if: JetFinder.isAvailable)) func objectsAreLost() throws {
    var detector = LevelOneDetector.cms
    detector.deadTowers = [
      try DeadRegion(pseudorapidity: (0, 2.5), azimuth: (-.pi, .pi)),
      try DeadRegion(pseudorapidity: (0.1, 1), azimuth: (0, 1)),
    ]
    func found(_ pdg: Int32, _ eta: ClosedRange<Double>, _ detector: LevelOneDetector) throws
      -> LevelOneEvents
    {
      var simulation = try LevelOneSimulation(detector, seed: 4)
      return try simulation.simulate(gun(pdg, count: 60, pt: 60, eta: eta), firstEvent: 0)
    }
    for pdg in [22, 11] as [Int32] {
      let inside = try found(pdg, 0.1...2.4, detector)
      #expect((0..<60).allSatisfy { inside.pt[19 * $0] == 0 && !inside.isPresent[19 * $0 + 1] })
      #expect((0..<60).allSatisfy { !inside.isPresent[19 * $0 + 9] })
      #expect(try found(pdg, -2.4 ... -0.1, detector) == found(pdg, -2.4 ... -0.1, .cms))
    }
    let muons = try found(13, 0.1...2, detector)
    #expect(try muons == found(13, 0.1...2, .cms))
    #expect((0..<60).contains { muons.isPresent[19 * $0 + 5] })
  }
}
