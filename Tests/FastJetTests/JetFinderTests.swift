import Testing
import WinnowEvents

@testable import WinnowFastJet

@Suite(.enabled(if: JetFinder.isAvailable, "this build leaves FastJet out"))
struct JetFinderTests {
  /// The same library does the sums in the same order: nothing is left to tolerate.
  @Test func jetsAndConstituentsAreFastJetsOwn() throws {
    for event in try GoldenJets.read().events {
      for expected in event.clusterings {
        let jets = try JetFinder(expected.definition).jets(of: event.momenta)
        #expect(jets.momenta == expected.jets.map { momentum($0.momentum) })
        for (jet, wanted) in expected.jets.enumerated() where jet < jets.count {
          #expect(Array(jets.constituents(of: jet)) == wanted.constituents)
        }
      }
    }
  }

  @Test func areasAndDensityAreFastJetsOwn() throws {
    let golden = try GoldenJets.read()
    let areas = JetAreas(
      ghostArea: golden.ghostArea, maximumRapidity: golden.maximumRapidity, seed: 0)
    for event in golden.events {
      for expected in event.clusterings {
        guard golden.hasAreas(expected) else { continue }
        let finder = try JetFinder(expected.definition, areas: areas)
        #if FastJet
          let found = try finder.findWithFastJet(
            event.momenta, ghostSeeds: (golden.ghostSeeds[0], golden.ghostSeeds[1]),
            densityRapidity: expected.density == nil ? 0 : golden.densityRapidity, event: 0)
          #expect(found.jets.momenta == expected.jets.map { momentum($0.momentum) })
          #expect(found.jets.areas == expected.jets.map(\.area))
          for (jet, wanted) in expected.jets.enumerated() {
            #expect(Array(found.jets.constituents(of: jet)) == wanted.constituents)
          }
          let density = expected.density ?? [0, 0, 0]
          #expect(
            found.density
              == BackgroundDensity(
                density: density[0], fluctuation: density[1], meanJetArea: density[2]))
        #endif
      }
    }
  }

  @Test func densityComesWithTheJets() throws {
    let event = try GoldenJets.read().events[1].momenta
    let areas = JetAreas(ghostArea: 0.02, maximumRapidity: 4, seed: 3)
    let finder = try JetFinder(JetDefinition(.kt, radius: 0.4, minimumPt: 8), areas: areas)
    let (jets, density) = try finder.jetsWithDensity(of: event, rapidity: 3)
    #expect(try finder.jets(of: event) == jets)
    // Bare FastJet with five sets of ghosts: 5.0, 6.7, 6.1, 5.7, 6.2 (standard deviation 0.65); three
    // of those about the mean.
    #expect(abs(density.density - 5.9) < 2)
    let antiKt = try JetFinder(JetDefinition(radius: 0.4), areas: areas)
    #expect(throws: JetError.self) { try antiKt.jetsWithDensity(of: event, rapidity: 3) }
    #expect(throws: JetError.self) { try finder.jetsWithDensity(of: event, rapidity: 5) }
  }

  @Test func threadsAndBlocksChangeNothing() async throws {
    let golden = try GoldenJets.read()
    let events = (0..<24).map { golden.events[$0 % 2].momenta }
    let finder = try JetFinder(
      JetDefinition(.antiKt, radius: 0.4, minimumPt: 5),
      areas: JetAreas(ghostArea: 0.05, maximumRapidity: 4, seed: 7))
    let alone = try await finder.jets(of: events)
    #expect(try await finder.jets(of: events, tasks: 5) == alone)
    let later = try await finder.jets(of: Array(events[10...]), first: 10, tasks: 2)
    #expect(later == Array(alone[10...]))
    // Events have ghosts of their own; the seed chooses them.
    #expect(alone[0].momenta == alone[2].momenta)
    #expect(alone[0].areas != alone[2].areas)
    let other = try JetFinder(
      finder.definition, areas: JetAreas(ghostArea: 0.05, maximumRapidity: 4, seed: 8))
    #expect(try other.jets(of: events[0]).areas != alone[0].areas)
  }

  @Test func particleEventsLeaveTheInvisibleOut() async throws {
    var events = ParticleEvents()
    events.beginEvent()
    events.append(pdg: 211, pt: 30, eta: 0, phi: 0, mass: 0, charge: 1)
    events.append(pdg: 12, pt: 50, eta: 0.1, phi: 0, mass: 0, charge: 0, origin: .invisible)
    events.append(pdg: 22, pt: 20, eta: 0.1, phi: 0, mass: 0, charge: 0)
    events.beginEvent()
    let finder = try JetFinder(JetDefinition(radius: 0.4, minimumPt: 1))
    let jets = try await finder.jets(of: events)
    #expect(jets.map(\.count) == [1, 0])
    #expect(abs(jets[0].momenta[0].pt - 50) < 1e-12)
    #expect(jets[1] == .none)
    let charged = try await finder.jets(of: events) { $0.charge[$1] != 0 }
    #expect(abs(charged[0].momenta[0].pt - 30) < 1e-12)
  }

  @Test func particlesWithoutTransverseMomentumMakeNoJet() throws {
    let particles = [
      FourMomentum.zero, FourMomentum(px: 0, py: 0, pz: 7000, e: 7000),
      FourMomentum(px: 20, py: 0, pz: 0, e: 20), FourMomentum(px: 1, py: 0, pz: 0, e: 0),
    ]
    let definition = JetDefinition(radius: 0.4, minimumPt: 10)
    let areas = JetAreas(ghostArea: 0.05, maximumRapidity: 3, seed: 1)
    for finder in try [JetFinder(definition), JetFinder(definition, areas: areas)] {
      let jets = try finder.jets(of: particles)
      #expect(jets.count == 1)
      #expect(abs(jets.momenta[0].pt - 20) <= 1)
      #expect(try finder.jets(of: []) == .none)
    }
  }

  @Test func badInputIsNamed() throws {
    let finder = try JetFinder(JetDefinition(radius: 0.4))
    let good = FourMomentum(px: 1, py: 2, pz: 3, e: 4)
    for bad in [
      FourMomentum(px: .nan, py: 0, pz: 0, e: 1), FourMomentum(px: 0, py: 0, pz: .infinity, e: 1),
      FourMomentum(px: 1, py: 0, pz: 0, e: -1), FourMomentum(px: 1, py: 0, pz: 0, e: .nan),
    ] {
      let error = #expect(throws: JetError.self) { try finder.jets(of: [good, bad], event: 17) }
      #expect(error?.message.hasPrefix("particle 1 of event 17 has momentum (") == true)
    }
    #expect(throws: JetError.self) { try finder.jetsWithDensity(of: [good], rapidity: 2) }
    for definition in [
      JetDefinition(radius: 0), JetDefinition(radius: .nan),
      JetDefinition(radius: 0.4, minimumPt: -1),
    ] {
      #expect(throws: JetError.self) { try JetFinder(definition) }
    }
    #expect(throws: JetError.self) {
      try JetFinder(JetDefinition(radius: 0.4), areas: JetAreas(ghostArea: 1e-9, seed: 0))
    }
  }
}

@Suite(.enabled(if: !JetFinder.isAvailable, "this build has FastJet"))
struct WithoutFastJetTests {
  @Test func callsSayWhatIsMissing() {
    let error = #expect(throws: JetError.self) { try JetFinder(JetDefinition(radius: 0.4)) }
    #expect(error?.message.contains("trait FastJet") == true)
  }
}
