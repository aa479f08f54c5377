import Testing
import WinnowDetectors
import WinnowEvents
import WinnowFastJet

@Suite(.enabled(if: JetFinder.isAvailable)) struct LevelOneSimulationTests {
  /// Alone, in blocks, forwards or backwards: the same objects.
  @Test func eventsDoNotDependOnOneAnother() throws {
    let events = mixture(count: 40)
    var whole = try LevelOneSimulation(seed: 9)
    let expected = try whole.simulate(events, firstEvent: 100)
    var parts = try LevelOneSimulation(seed: 9)
    for event in (0..<events.count).reversed() {
      let one = try parts.simulate(single(event, of: events), firstEvent: 100 + event)
      let rows = 19 * event..<19 * event + 19
      #expect(one.pt == Array(expected.pt[rows]) && one.phi == Array(expected.phi[rows]))
      #expect(one.eta == Array(expected.eta[rows]) && one.weights == [events.weights[event]])
    }
    var other = try LevelOneSimulation(seed: 10)
    #expect(try other.simulate(events, firstEvent: 100) != expected)
  }

  @Test func objectsFallInPtAndPaddingIsZero() throws {
    let events = mixture(count: 200)
    var simulation = try LevelOneSimulation(seed: 2)
    let result = try simulation.simulate(events, firstEvent: 0)
    var counts = [LevelOneObject: Int]()
    for event in 0..<result.count {
      for object in LevelOneObject.allCases {
        let places = object.rows.map { 19 * event + $0 }
        for (place, next) in zip(places, places.dropFirst()) {
          #expect(result.pt[place] >= result.pt[next])
          #expect(result.isPresent[place] || !result.isPresent[next])
        }
        for place in places {
          if result.isPresent[place] {
            counts[object, default: 0] += 1
          } else {
            #expect(result.pt[place] == 0 && result.eta[place] == 0 && result.phi[place] == 0)
          }
        }
      }
    }
    #expect(counts.count == 4 && counts[.missingMomentum] == 200)
    #expect(result.weights == events.weights)
    // Every number lies on the trigger's scale.
    let words = result.words
    for place in result.pt.indices where result.isPresent[place] {
      let scale = TriggerScale.of(LevelOneObject(row: place % 19))
      let values = scale.values(words[place])
      #expect(Float(values.pt) == result.pt[place] && Float(values.eta) == result.eta[place])
      #expect(Float(values.phi) == result.phi[place])
    }
  }

  /// The counts found within 5 binomial standard errors of the efficiencies that went in.
  @Test(arguments: [(0.0, 1.4, 0.98), (1.5, 2.9, 0.95)])
  func electronEfficiencyComesBack(_ from: Double, _ to: Double, _ efficiency: Double) throws {
    let n = 4000
    var simulation = try LevelOneSimulation(seed: 5)
    let result = try simulation.simulate(
      gun(11, count: n, pt: 60, eta: from...to), firstEvent: 0)
    let found = (0..<n).filter { result.isPresent[19 * $0 + 1] }.count
    let error = (Double(n) * efficiency * (1 - efficiency)).squareRoot()
    #expect(abs(Double(found) - Double(n) * efficiency) < 5 * error)
  }

  @Test func leptonsBeyondTheAcceptanceAreNotSeen() throws {
    var simulation = try LevelOneSimulation(seed: 5)
    let electrons = try simulation.simulate(
      gun(11, count: 50, pt: 60, eta: 3.01...4.8), firstEvent: 0)
    #expect((0..<50).allSatisfy { !electrons.isPresent[19 * $0 + 1] })
    // Five times the η resolution of 0.034 beyond 2.1.
    let muons = try simulation.simulate(gun(13, count: 50, pt: 60, eta: 2.27...2.4), firstEvent: 0)
    #expect((0..<50).allSatisfy { !muons.isPresent[19 * $0 + 5] })
    #expect((0..<50).allSatisfy { !muons.isPresent[19 * $0 + 9] })
    // Jets end at 4, on a scale of 0.0435; a photon of 100 GeV at 4.3 is one.
    let jets = try simulation.simulate(gun(22, count: 50, pt: 100, eta: 4.3...4.8), firstEvent: 0)
    #expect((0..<50).allSatisfy { !jets.isPresent[19 * $0 + 9] && jets.pt[19 * $0] > 20 })
  }

  /// σ(pT)/pT at 40 GeV, |η| < 0.1 from the constants: ECAL √(0.008² + 0.11²/40 + 0.40²/40²) = 0.0215
  /// in quadrature with 0.05, and counts of 0.5 GeV (0.5/√12 of 40 GeV = 0.0036). RMS within 5
  /// standard errors, `σ/√(2n)`; 0.1 in η raises ECAL's part by 0.6 %, a 0.1 % of the whole.
  @Test func electronResolutionComesBack() throws {
    let n = 4000
    var simulation = try LevelOneSimulation(seed: 6)
    let result = try simulation.simulate(
      gun(-11, count: n, pt: 40, eta: -0.1...0.1), firstEvent: 0)
    let ratios = (0..<n).filter { result.isPresent[19 * $0 + 1] }
      .map { Double(result.pt[19 * $0 + 1]) / 40 - 1 }
    let rms = (ratios.reduce(0) { $0 + $1 * $1 } / Double(ratios.count)).squareRoot()
    let crystal = 0.008 * 0.008 + 0.11 * 0.11 / 40 + 0.16 / 1600
    let expected = (crystal + 0.05 * 0.05 + 0.25 / 12 / 1600).squareRoot()
    #expect(abs(rms / expected - 1) < 5 / (2 * Double(ratios.count)).squareRoot() + 0.001)
    let mean = ratios.reduce(0, +) / Double(ratios.count)
    #expect(abs(mean) < 5 * expected / Double(ratios.count).squareRoot())
  }

  /// Of the muons found at a true pT of 22.25 GeV, 90 % have a count that stands for 22.5 GeV or
  /// more: the nearest count of what was measured above 22.25 GeV. Within 5 binomial errors.
  @Test func muonsPassTheirThresholdByNineInTen() throws {
    let n = 6000
    var simulation = try LevelOneSimulation(seed: 7)
    let result = try simulation.simulate(
      gun(13, count: n, pt: 22.25, eta: -0.8...0.8), firstEvent: 0)
    let pts = (0..<n).filter { result.isPresent[19 * $0 + 5] }.map { result.pt[19 * $0 + 5] }
    let found = Double(pts.count)
    #expect(abs(found - 0.95 * Double(n)) < 5 * (0.95 * 0.05 * Double(n)).squareRoot())
    let passing = Double(pts.filter { $0 >= 22.5 }.count)
    #expect(abs(passing - 0.9 * found) < 5 * (0.09 * found).squareRoot())
  }

  /// Muons are no calorimeter energy: the missing momentum holds them unless asked otherwise.
  @Test func missingMomentumSeesMuonsWhenAsked() throws {
    var detector = LevelOneDetector.cms
    var simulation = try LevelOneSimulation(detector, seed: 8)
    let events = gun(13, count: 20, pt: 50, eta: 0...0.5)
    let plain = try simulation.simulate(events, firstEvent: 0)
    #expect((0..<20).allSatisfy { plain.pt[19 * $0] == 0 && plain.isPresent[19 * $0] })
    detector.missingMomentumSeesMuons = true
    simulation = try LevelOneSimulation(detector, seed: 8)
    let with = try simulation.simulate(events, firstEvent: 0)
    #expect((0..<20).allSatisfy { with.pt[19 * $0] == with.pt[19 * $0 + 5] })
    #expect(
      (0..<20).allSatisfy {
        with.pt[19 * $0] == 0
          || abs(deltaPhi(Double(with.phi[19 * $0]), Double(with.phi[19 * $0 + 5]))) > 3.1
      })
  }

  /// A photon makes a jet, no electron, and missing momentum against itself.
  @Test func photonIsAJet() throws {
    var simulation = try LevelOneSimulation(seed: 11)
    let events = gun(22, count: 30, pt: 100, eta: 0...1)
    let result = try simulation.simulate(events, firstEvent: 0)
    for event in 0..<30 {
      let (missing, jet) = (19 * event, 19 * event + 9)
      #expect(!result.isPresent[19 * event + 1] && result.isPresent[jet])
      #expect(abs(deltaPhi(Double(result.phi[missing]), Double(result.phi[jet]))) > 3.05)
      #expect(
        deltaR(
          Double(result.eta[jet]), Double(result.phi[jet]), Double(events.eta[event]),
          Double(events.phi[event])) < 0.1)
    }
  }

  /// A fake electron is an object, and its jet's energy is not counted twice.
  @Test func fakeElectronsHaveNoEnergyOfTheirOwn() throws {
    var events = gun(11, count: 30, pt: 60, eta: 0...1)
    events.origin = events.origin.map { _ in .fake }
    var simulation = try LevelOneSimulation(seed: 12)
    let result = try simulation.simulate(events, firstEvent: 0)
    #expect((0..<30).filter { result.isPresent[19 * $0 + 1] }.count > 20)
    #expect((0..<30).allSatisfy { result.pt[19 * $0] == 0 && !result.isPresent[19 * $0 + 9] })
  }

  @Test func isolationRejectsLeptonsInJets() throws {
    var detector = LevelOneDetector.cms
    detector.muons.isolation = LeptonIsolation(maximumRatio: 0.25)
    var simulation = try LevelOneSimulation(detector, seed: 13)
    var open = try LevelOneSimulation(seed: 13)
    var inJets = ParticleEvents()
    for event in 0..<60 {
      inJets.beginEvent()
      let phi = Float(event) * 0.1 - 3
      inJets.append(pdg: 13, pt: 20, eta: 0.5, phi: phi, mass: 0.1057, charge: -1)
      if event % 2 == 0 {
        inJets.append(pdg: 22, pt: 80, eta: 0.6, phi: phi, mass: 0, charge: 0)
      }
    }
    let isolated = try simulation.simulate(inJets, firstEvent: 0)
    let all = try open.simulate(inJets, firstEvent: 0)
    for event in 0..<60 {
      let place = 19 * event + 5
      #expect(isolated.isPresent[place] == (all.isPresent[place] && event % 2 == 1))
    }
  }

  @Test func whatIsNoParticleIsCounted() throws {
    var events = ParticleEvents()
    events.beginEvent()
    events.append(pdg: 22, pt: 50, eta: 0, phi: 0, mass: 0, charge: 0)
    events.append(pdg: 9_999_999, pt: 5, eta: 0, phi: 1, mass: 0, charge: 0)
    events.beginEvent()
    events.append(pdg: 211, pt: .nan, eta: 0, phi: 0, mass: 0.14, charge: 1)
    events.append(pdg: 21, pt: 5, eta: 0, phi: 0, mass: 0, charge: 0)
    events.append(pdg: 22, pt: 50, eta: .infinity, phi: 0, mass: 0, charge: 0)
    events.append(pdg: 14, pt: 50, eta: 0, phi: 0, mass: 0, charge: 0)
    var simulation = try LevelOneSimulation(seed: 1)
    let result = try simulation.simulate(events, firstEvent: 7)
    #expect(simulation.skipped.count == 4)
    #expect(
      simulation.skipped.first
        == "event 7 holds code 9999999 with pT 5.0, eta 0.0, phi 1.0, mass 0.0, which is no particle that reaches a detector"
    )
    #expect(result.pt[0] > 30 && result.pt[19] == 0)
  }

  @Test func settingsThatCannotBeAreNamed() {
    func message(_ change: (inout LevelOneDetector) -> Void) -> String {
      var detector = LevelOneDetector.cms
      change(&detector)
      do {
        _ = try LevelOneSimulation(detector, seed: 1)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message { $0.electrons.barrelEfficiency = 1.5 }
        == "the barrel electron efficiency 1.5 is none; give 0 to 1")
    #expect(message { $0.muons.efficiencyAtThreshold = 1 }.contains("outside 0 to 1"))
    #expect(message { $0.calorimeter.towerStep = 0 }.contains("cannot be counted"))
    #expect(message { $0.jets.radius = -1 }.contains("jet radius of -1.0"))
    #expect(message { $0.missingMomentumEta = .nan }.contains("sees nothing"))
  }

  @Test func selectionKeepsWeights() throws {
    var events = LevelOneEvents()
    for (electron, muon) in [(23.5, 0.0), (23, 0), (0, 40), (10, 10)] {
      events.appendEvent(weight: electron + 2 * muon)
      events.set(event: events.count - 1, row: 1, pt: Float(electron), eta: 0, phi: 0)
      events.set(event: events.count - 1, row: 5, pt: Float(muon), eta: 0, phi: 0)
    }
    let kept = LevelOneSelection.adc2021.filter(events)
    #expect(kept.weights == [23.5, 80] && kept.pt[1] == 23.5 && kept.pt[19 + 5] == 40)
    #expect(kept.isPresent.count == 38 && kept.eta.count == 38 && kept.phi.count == 38)
  }
}
