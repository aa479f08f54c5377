import Testing
import WinnowEvents
import WinnowFastJet
import WinnowTensors

@testable import WinnowDetectors

@Suite(.enabled(if: JetFinder.isAvailable)) struct LevelOnePileupTests {
  /// Mean and variance of a Poisson number are its mean; within 5 standard errors, the variance's
  /// from the fourth moment: (2μ² + μ)/n.
  @Test(arguments: [0.7, 50.0, 140.0])
  func numberOfCollisionsIsPoisson(_ mean: Double) {
    var stream = RandomStream(seed: 5, label: "poisson")
    let n = 20_000
    let counts = (0..<n).map { _ in Double(LevelOnePileup.poisson(mean, &stream)) }
    let average = counts.reduce(0, +) / Double(n)
    let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)
    #expect(abs(average - mean) < 5 * (mean / Double(n)).squareRoot())
    #expect(abs(variance - mean) < 5 * ((2 * mean * mean + mean) / Double(n)).squareRoot())
  }

  @Test func librariesThatAreTooSmallAreRefused() {
    func message(_ count: Int, _ mean: Double) -> String {
      do {
        var library = mixture(count: count)
        library.weights = library.weights.map { _ in 1 }
        _ = try LevelOnePileup(library: library, mean: mean)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message(120, 20)
        == "the pileup library has 120 events, too few for a mean pileup of 20.0; generate at least 200 minimum-bias events"
    )
    #expect(message(99, 0.1).contains("at least 100"))
    #expect(message(100, .nan) == "a mean pileup of nan is none; give 0 to 1000")
    #expect(message(100, 10) == "")
  }

  /// (Σw)²/Σw² of 200 events, one of which has 100 times the weight: 299²/(199 + 10,000) = 8.77.
  @Test func weightsThatCannotBeDrawnByAreRefused() {
    func message(_ weights: [Double]) -> String {
      var library = mixture(count: weights.count)
      library.weights = weights
      do {
        _ = try LevelOnePileup(library: library, mean: 5)
        return ""
      } catch { return "\(error)" }
    }
    let ones = [Double](repeating: 1, count: 199)
    #expect(message(ones + [-1]).contains("event 199 has the weight -1.0"))
    #expect(message(ones + [.nan]).contains("event 199 has the weight nan"))
    #expect(message(ones + [.infinity]).contains("event 199 has the weight inf"))
    #expect(
      message(ones.map { _ in 0 })
        == "the pileup library has no event of a weight above 0; generate minimum-bias events")
    #expect(message(ones + [100]).contains("count, by their unequal weights, as 8, too few"))
    #expect(message(ones + [0]) == "")
  }

  /// No pileup is as none; and with it the hard event's electron draws what it drew before.
  @Test func pileupIsLaidOver() throws {
    var library = mixture(count: 200)
    library.weights = library.weights.map { _ in 1 }
    let events = gun(11, count: 40, pt: 60, eta: -1...1)
    var plain = try LevelOneSimulation(seed: 3)
    var empty = try LevelOneSimulation(
      pileup: try LevelOnePileup(library: library, mean: 0), seed: 3)
    let expected = try plain.simulate(events, firstEvent: 0)
    #expect(try empty.simulate(events, firstEvent: 0) == expected)
    let pileup = try LevelOnePileup(library: library, mean: 5)
    var busy = try LevelOneSimulation(pileup: pileup, seed: 3)
    let crowded = try busy.simulate(events, firstEvent: 0)
    var again = try LevelOneSimulation(pileup: pileup, seed: 3)
    #expect(
      try again.simulate(single(17, of: events), firstEvent: 17).pt
        == Array(crowded.pt[17 * 19..<18 * 19]))
    var energies = (0.0, 0.0)
    for event in 0..<40 {
      for row in 9..<19 {
        energies.0 += Double(expected.pt[19 * event + row])
        energies.1 += Double(crowded.pt[19 * event + row])
      }
      guard expected.isPresent[19 * event + 1] else { continue }
      let own = expected.pt[19 * event + 1]
      #expect(crowded.pt[19 * event + 1..<19 * event + 5].contains(own))
    }
    #expect(energies.1 > energies.0)
  }

  /// The energy of a library event is where it was, turned and mirrored as a whole. Events of equal
  /// weight are drawn as whole numbers, others by their weights.
  @Test(arguments: [[2.5], [1, 3]]) func energyIsKept(_ weights: [Double]) throws {
    var library = mixture(count: 150)
    library.weights = library.weights.indices.map { weights[$0 % weights.count] }
    let pileup = try LevelOnePileup(library: library, mean: 3)
    let energies = pileup.deposits.map { $0.reduce(0.0) { $0 + SIMD2<Double>($1.energy).sum() } }
    let choice = try LibraryChoice(weights: library.weights)
    var collector = ParticleCollector()
    var stream = RandomStream(seed: 1, label: "x")
    var copy = stream
    pileup.overlay(&collector, &stream)
    var expected = 0.0
    for _ in 0..<LevelOnePileup.poisson(3, &copy) {
      let event = weights.count == 1 ? copy.integer(in: 0...149) : choice.draw(&copy)
      expected += energies[event]
      _ = copy.integer(in: 0...143)
    }
    var sum = 0.0
    collector.energies.forEachTouched { sum += collector.energies.entered[$0].sum() }
    // The same numbers, added in another order.
    #expect(expected > 0 && abs(sum - expected) < 1e-9 * expected)
    #expect(stream == copy)
  }
}
