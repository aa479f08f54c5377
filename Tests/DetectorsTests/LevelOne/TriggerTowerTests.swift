import Testing
import WinnowTensors

@testable import WinnowDetectors

@Suite struct TriggerTowerTests {
  private let towers = TriggerTowers()

  @Test func everyTowerIsFoundAtItsCentre() {
    #expect(TriggerTowers.edges.count == TriggerTowers.ringsPerSide + 1)
    for tower in 0..<TriggerTowers.count {
      let centre = towers.centre(tower)
      #expect(towers.tower(eta: centre.eta, phi: centre.phi) == tower)
      #expect(towers.tower(eta: centre.eta, phi: centre.phi + 2 * .pi) == tower)
    }
    #expect(towers.tower(eta: 5.2, phi: 0) == nil && towers.tower(eta: -5.2, phi: 0) == nil)
  }

  /// Just inside and outside of each edge, on both sides.
  @Test func edgesDivide() throws {
    for (ring, edge) in TriggerTowers.edges.enumerated().dropFirst().dropLast() {
      let inner = try #require(towers.tower(eta: edge - 0.0005, phi: 0.01)) / 72
      let outer = try #require(towers.tower(eta: edge + 0.0005, phi: 0.01)) / 72
      #expect(inner == 40 + ring - 1 && outer == 40 + ring)
      #expect(try #require(towers.tower(eta: -edge - 0.0005, phi: 0.01)) / 72 == 39 - ring)
    }
  }

  /// A circle through the origin of radius pT/(0.2998 B) meets r = 1.29 m after turning by
  /// 2 asin(1.29/2ρ); a slow particle leaves through the endcap at |z| = 3 m.
  @Test func helixEndsOnTheCalorimeter() throws {
    let radius = 1.2 / (0.299_792_458 * 3.8)
    // Half a turn of 0.66 is beyond the series.
    for (pt, rho) in [(1.2, radius), (12.0, 10 * radius)] {
      let turn = try #require(MagneticDeflection.turn(pt: pt, inverseSinhEta: 2))
      // Chord and arc in the transverse plane.
      #expect(abs(2 * rho * portableSine(turn.half) - 1.29) < 1e-4)
      #expect(abs(turn.stretch - 2 * rho * turn.half / 1.29) < 1e-4)
    }
    let slow = try #require(MagneticDeflection.turn(pt: 0.5, inverseSinhEta: 0.5))
    // 2 ρ h sinh η = 3 m with sinh η = 2.
    #expect(abs(2 * 0.5 / (0.299_792_458 * 3.8) * slow.half * 2 - 3) < 1e-9)
    #expect(MagneticDeflection.turn(pt: 0.5, inverseSinhEta: 10) == nil)
  }

  private func portableSine(_ x: Double) -> Double {
    var (term, sum) = (x, x)
    for n in 1...12 {
      term *= -x * x / Double(2 * n * (2 * n + 1))
      sum += term
    }
    return sum
  }

  /// Counts in ten ranges against the normal distribution's own probabilities (tables: Φ(0.5),
  /// Φ(1), Φ(2), Φ(3), Φ(4)), each within 5 binomial standard errors: a chance of 6e-6 for all.
  @Test func zigguratIsNormal() {
    let ziggurat = Ziggurat()
    var stream = RandomStream(seed: 3, label: "ziggurat")
    let bounds = [0.5, 1.0, 2.0, 3.0, 4.0]
    let above = [0.308_537_538_7, 0.158_655_253_9, 0.022_750_131_9, 0.001_349_898_03, 3.167_124e-5]
    let n = 2_000_000
    var (high, low) = ([Int](repeating: 0, count: 5), [Int](repeating: 0, count: 5))
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<n {
      let x = ziggurat.draw(&stream)
      sum += x
      squares += x * x
      for (place, bound) in bounds.enumerated() {
        if x > bound { high[place] += 1 }
        if x < -bound { low[place] += 1 }
      }
    }
    for (place, p) in above.enumerated() {
      let error = (Double(n) * p * (1 - p)).squareRoot()
      #expect(abs(Double(high[place]) - Double(n) * p) < 5 * error)
      #expect(abs(Double(low[place]) - Double(n) * p) < 5 * error)
    }
    #expect(abs(sum / Double(n)) < 5 / Double(n).squareRoot())
    #expect(abs(squares / Double(n) - 1) < 5 * (2 / Double(n)).squareRoot())
  }

  /// Mean and variance within 5 standard errors; of the variance, from the fourth moment of a
  /// log-normal variate with w = 1 + v: w⁴ + 2w³ + 3w² − 3.
  @Test(arguments: [0.01, 0.25])
  func spreadKeepsMeanAndVariance(_ variance: Double) {
    let spread = LogNormalSpread()
    var stream = RandomStream(seed: 4, label: "spread")
    let n = 400_000
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<n {
      let x = spread.draw(mean: 10, relativeVariance: variance, &stream) / 10 - 1
      sum += x
      squares += x * x
    }
    let w = 1 + variance
    let kurtosis = w * w * w * w + 2 * w * w * w + 3 * w * w - 3
    #expect(abs(sum / Double(n)) < 5 * (variance / Double(n)).squareRoot())
    #expect(
      abs(squares / Double(n) / variance - 1) < 5 * ((kurtosis - 1) / Double(n)).squareRoot())
  }

  /// Delphes' CMS card at η = 0: ECAL 100 GeV √(0.8² + 1.1² + 0.4²); HCAL √(5² + 15²).
  @Test func widthsAreThoseOfTheCard() {
    let response = TriggerCalorimeter.cms
    let crystal = response.electromagnetic(eta: 0).relativeVariance(energy: 100)
    #expect(abs(crystal.squareRoot() * 100 - (0.64 + 1.21 + 0.16).squareRoot()) < 1e-9)
    let hadron = response.hadronic(eta: 1).relativeVariance(energy: 100)
    #expect(abs(hadron.squareRoot() * 100 - 250.0.squareRoot()) < 1e-9)
    let forward = response.hadronic(eta: -4).relativeVariance(energy: 100)
    #expect(abs(forward.squareRoot() * 100 - (169.0 + 729).squareRoot()) < 1e-9)
  }

  /// A donut of equal energy everywhere: three strips of 27 towers, by the ratio of the areas.
  @Test func donutTakesTheThreeLowestStrips() {
    var measured = [Double](repeating: 0.5, count: TriggerTowers.count)
    let tower = 45 * 72 + 70
    let area = Double.pi * 0.16 / (81 * (2 * Double.pi / 72) * 0.087)
    let even = TriggerJets.cms.pileup(about: tower, measured, radius: 0.4)
    #expect(abs(even - 40.5 * area) < 1e-9)
    // A jet in one strip changes nothing.
    measured[45 * 72 + (70 + 6) % 72] = 200
    #expect(TriggerJets.cms.pileup(about: tower, measured, radius: 0.4) == even)
  }

  /// What is too soft for the jet finder is too soft for every calibration, by hand for CMS's:
  /// (15 − 4.2)/0.99 and (15 − 4)/1.01, (15 − 2.1)/1.02, (15 − 2.8)/0.99.
  @Test func leastSumLosesNoJet() {
    var jets = TriggerJets.cms
    #expect(abs(jets.leastSum - 11 / 1.01) < 1e-5)
    for eta in [0.5, 2.0, 2.7, 3.5] {
      #expect(jets.calibrated(jets.leastSum - 1e-3, eta: eta) < jets.minimumPt)
    }
    // Never more than the threshold itself, never less than 2 GeV.
    jets.calibration = [.init(maximumEta: 5, scale: 1, offset: -3)]
    #expect(jets.leastSum == 15)
    jets.calibration = [.init(maximumEta: 5, scale: 1, offset: 20)]
    #expect(jets.leastSum == 2)
  }
}
