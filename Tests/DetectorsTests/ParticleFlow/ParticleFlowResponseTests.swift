import Foundation
import Testing
import WinnowEvents
import WinnowTensors

@testable import WinnowDetectors

@Suite struct ParticleFlowResponseTests {
  /// Events of one particle each.
  private func single(
    _ pdg: Int32, pt: Float, eta: Float, charge: Int8, mass: Float, count: Int
  ) -> ParticleEvents {
    var events = ParticleEvents()
    for event in 0..<count {
      events.beginEvent()
      events.append(
        pdg: pdg, pt: pt, eta: eta, phi: Float(event % 60) * 0.1 - 3, mass: mass, charge: charge)
    }
    return events
  }

  /// A stand-in for minimum bias: a few soft particles, different in each event.
  private func softEvents(_ count: Int) -> ParticleEvents {
    var (events, stream) = (ParticleEvents(), RandomStream(seed: 77))
    for _ in 0..<count {
      events.beginEvent()
      for index in 0..<20 {
        let pt = Float(0.3 - 0.7 * log(1 - stream.uniform()))
        let (eta, phi) = (Float(10 * stream.uniform() - 5), Float(6.2 * stream.uniform() - 3.1))
        if index % 2 == 0 {
          events.append(
            pdg: index % 4 == 0 ? 211 : -211, pt: pt, eta: eta, phi: phi, mass: 0.1396,
            charge: index % 4 == 0 ? 1 : -1)
        } else {
          events.append(pdg: 22, pt: pt, eta: eta, phi: phi, mass: 0, charge: 0)
        }
      }
    }
    return events
  }

  private func simulate(
    _ events: ParticleEvents, pileup: PileupLibrary? = nil, seed: UInt64 = 1,
    change: (inout ParticleFlowResponse) -> Void = { _ in }
  ) -> FlowCandidates {
    var response = ParticleFlowResponse(seed: seed)
    change(&response)
    var (workspace, candidates) = (response.workspace(), FlowCandidates())
    for event in 0..<events.count {
      response.append(events, event, number: event, pileup: pileup, &workspace, to: &candidates)
    }
    return candidates
  }

  /// The card's efficiencies, within five binomial errors.
  @Test(arguments: [
    (Int32(211), Float(10), Float(0.5), 0.97), (-321, 5, 2, 0.87), (2212, 5, 3, 0.82),
    (211, 0.5, 0.5, 0.485), (13, 10, 1, 1), (-11, 5, 2, 0.87), (211, 10, 4.2, 0), (211, 0.15, 0, 0),
  ])
  func tracksAreFoundAsOften(pdg: Int32, pt: Float, eta: Float, efficiency: Double) {
    let count = 2000
    let charge: Int8 = (pdg > 0) == (abs(pdg) > 100) ? 1 : -1
    let candidates = simulate(
      single(pdg, pt: pt, eta: eta, charge: charge, mass: 0.1, count: count))
    let tracks = candidates.charge.indices.filter { candidates.charge[$0] != 0 }
    let error = (efficiency * (1 - efficiency) / Double(count)).squareRoot()
    #expect(abs(Double(tracks.count) / Double(count) - efficiency) <= 5 * error)
    #expect(tracks.allSatisfy { candidates.pdg[$0] == pdg && candidates.charge[$0] == charge })
    #expect(tracks.allSatisfy { candidates.hardFraction[$0] == 1 })
  }

  @Test func trackMomentaSpreadAsGiven() {
    // Muons leave nothing in calorimeters, so that their momentum is the tracker's alone.
    let candidates = simulate(
      single(13, pt: 40, eta: 0, charge: -1, mass: 0.1057, count: 3000))
    let values = candidates.pt.map { Double($0) / 40 - 1 }
    let spread = (values.reduce(0) { $0 + $1 * $1 } / 3000).squareRoot()
    let expected = (0.0046 * 0.0046 + 0.004 * 0.004).squareRoot()
    #expect(abs(spread / expected - 1) < 5 / 6000.0.squareRoot())
    // d0: 10 µm and 100 µm / 40.
    let impact = (candidates.d0.reduce(0) { $0 + Double($1 * $1) } / 3000).squareRoot()
    let wanted = (0.01 * 0.01 + 0.0025 * 0.0025).squareRoot()
    #expect(abs(impact / wanted - 1) < 5 / 6000.0.squareRoot())
  }

  /// A photon of 50 GeV at η = 1: mean and spread of the card's formula; a log-normal of 3 % width
  /// has the Gaussian's moments.
  @Test func photonsSpreadAsGiven() {
    let energy = 50 * cosh(1.0)
    let candidates = simulate(single(22, pt: 50, eta: 1, charge: 0, mass: 0, count: 3000))
    #expect(candidates.pdg.count == 3000 && candidates.pdg.allSatisfy { $0 == 22 })
    let values = candidates.energy.map { Double($0) }
    let mean = values.reduce(0, +) / 3000
    let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3000).squareRoot()
    // The tower's η is even within 0.0174 of the particle's, shifted by the vertex; the formula
    // takes its own.
    let square = 0.008 * 0.008 * energy * energy + 0.11 * 0.11 * energy + 0.16
    let deviation = 1.64 * square.squareRoot()
    #expect(abs(mean - energy) < 5 * deviation / 3000.0.squareRoot())
    // ±53 mm of vertex at 1.5 m change η by 0.025 on average, σ by 0.64 × 2 × 0.025/1.64 = 2 %.
    #expect(abs(spread / deviation - 1) < 5 / 6000.0.squareRoot() + 0.02)
    #expect(candidates.hardFraction.allSatisfy { $0 == 1 })
  }

  /// A found track's energy is not counted again as a neutral hadron's, and one that was missed
  /// becomes a neutral hadron.
  @Test func energyIsCountedOnce() {
    let events = single(211, pt: 30, eta: 0.3, charge: 1, mass: 0.1396, count: 3000)
    let energy = events.momentum(0).e
    let candidates = simulate(events)
    var (missed, sum) = (0, 0.0)
    for event in 0..<3000 {
      let range = candidates[event]
      let total = range.reduce(0) { $0 + Double(candidates.energy[$1]) }
      if range.allSatisfy({ candidates.charge[$0] == 0 }) {
        missed += range.count
      } else {
        sum += total / energy
      }
    }
    let found = 3000.0 - Double(missed)
    #expect(abs(Double(missed) - 90) < 5 * (3000 * 0.03 * 0.97).squareRoot())
    // σ_E/E = √(0.05² + 1.5²/E) = 27 %: where the tower fluctuates up by more than σ, its excess is
    // kept, ∫ x φ(x) from 1 = 0.242 σ on average; averaging shifts tracks by far less than 1 %.
    let excess = 0.242 * (0.0025 + 2.25 / energy).squareRoot()
    #expect(sum / found > 1 && sum / found < 1 + 1.5 * excess)
  }

  @Test func eventsDependOnSeedAndNumberAlone() throws {
    let events = single(211, pt: 5, eta: 0.2, charge: 1, mass: 0.1396, count: 6)
    let library = try PileupLibrary(softEvents(80), mean: 30)
    let all = simulate(events, pileup: library)
    #expect(simulate(events, pileup: library) == all)
    #expect(simulate(events, pileup: library, seed: 2) != all)
    // The last event alone.
    let response = ParticleFlowResponse(seed: 1)
    var (workspace, last) = (response.workspace(), FlowCandidates())
    response.append(events, 5, number: 5, pileup: library, &workspace, to: &last)
    #expect(last.pt == Array(all.pt[all[5]]) && last.phi == Array(all.phi[all[5]]))
  }

  /// Muons leave nothing in towers: with pileup they are the same but where a harder track of the
  /// pileup lies in the same cell.
  @Test func theSameEventWithoutPileup() throws {
    let events = single(13, pt: 25, eta: 0.7, charge: -1, mass: 0.1057, count: 40)
    let library = try PileupLibrary(softEvents(400), mean: 140)
    let (mixed, clean) = (simulate(events, pileup: library), simulate(events))
    #expect(clean.pt.count == 40 && clean.pileup == [Int](repeating: 0, count: 40))
    for event in 0..<40 {
      let muon = clean[event].lowerBound
      let same = mixed[event].first { mixed.hardFraction[$0] == 1 && mixed.charge[$0] != 0 }
      let found = try #require(same)
      #expect(mixed.pt[found] == clean.pt[muon] && mixed.dz[found] == clean.dz[muon])
      #expect(mixed[event].count > 500)
    }
    // Pileup's tracks lie elsewhere along the beam: 53 √2 mm from the collision of interest.
    let others = mixed.dz.indices.filter { mixed.charge[$0] != 0 && mixed.hardFraction[$0] == 0 }
    let spread =
      (others.reduce(0) { $0 + Double(mixed.dz[$1] * mixed.dz[$1]) }
      / Double(others.count)).squareRoot()
    // Of 40 vertices of interest: 5 errors of the mean square's part that they give.
    #expect(abs(spread / 75 - 1) < 5 * 0.5 / 80.0.squareRoot())
    #expect(mixed.hardFraction.allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func pileupIsPoisson() throws {
    let library = try PileupLibrary(softEvents(300), mean: 140)
    var (sum, square, largest) = (0.0, 0.0, 0)
    for index in 0..<2000 {
      var stream = RandomStream(seed: 8).child(UInt64(index))
      let drawn = library.draw(&stream, spread: 53)
      #expect(Set(drawn.map(\.event)).count == drawn.count)
      sum += Double(drawn.count)
      square += Double(drawn.count * drawn.count)
      largest = max(largest, drawn.count)
    }
    let mean = sum / 2000
    #expect(abs(mean - 140) < 5 * (140.0 / 2000).squareRoot())
    #expect(abs((square / 2000 - mean * mean) / 140 - 1) < 5 * (2.0 / 2000).squareRoot())
    #expect(largest > 165 && largest <= 211)
  }

  @Test func aSmallLibraryIsRefused() {
    #expect(
      throws: EventError(
        "the pileup library has 200 events; a mean of 140.0 collisions needs 211, and thousands lest events repeat: generate more minimum bias"
      )
    ) {
      try PileupLibrary(softEvents(200))
    }
    #expect(throws: EventError.self) { try PileupLibrary(softEvents(200), mean: -1) }
  }

  @Test func unknownParticlesAreCounted() {
    var events = ParticleEvents()
    events.beginEvent()
    events.append(pdg: 9_999_999, pt: 5, eta: 0, phi: 0, mass: 0, charge: 0)
    events.append(pdg: 211, pt: .nan, eta: 0, phi: 0, mass: 0, charge: 1)
    events.append(pdg: 14, pt: 5, eta: 0, phi: 0, mass: 0, charge: 0, origin: .invisible)
    let response = ParticleFlowResponse(seed: 1)
    var (workspace, candidates) = (response.workspace(), FlowCandidates())
    response.append(events, 0, number: 0, pileup: nil, &workspace, to: &candidates)
    #expect(candidates.pt.isEmpty && workspace.skipped.count == 2)
    #expect(
      workspace.skipped.first == "event 0 holds the code 9999999, which the detector does not know")
  }

  /// papers/3, table 1: eight named features and eight of kind.
  @Test func featuresAreThePapers() {
    var candidates = FlowCandidates()
    candidates.append(
      pt: 2, eta: 0.5, phi: 1, energy: 3, charge: -1, pdg: 11, d0: 0.1, dz: -4, hardFraction: 1)
    candidates.append(
      pt: 4, eta: -2, phi: -1, energy: 9, charge: 0, pdg: 0, d0: 0, dz: 0, hardFraction: 0)
    candidates.append(
      pt: 4, eta: -2, phi: -1, energy: 9, charge: -1, pdg: -2212, d0: 0, dz: 0, hardFraction: 0)
    let features = candidates.features(0..<3, puppiWeights: [0.7, 0.2, 0.1])
    #expect(features.count == 48)
    #expect(
      features[0..<16] == [0.5, 1, log(2), log(3), 0.1, -4, 0.7, -1, 0, 1, 0, 0, 0, 0, 0, 0])
    #expect(features[16 + 7..<32] == [0, 1, 0, 0, 0, 0, 0, 0, 0])
    #expect(features[32 + 7..<48] == [-1, 0, 0, 0, 0, 0, 0, 1, 0])
  }

  @Test func filesComeBack() throws {
    let folder = NSTemporaryDirectory() + "winnow-flow-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var events = single(211, pt: 5, eta: 0.2, charge: 1, mass: 0.1396, count: 7)
    events.append(pdg: 12, pt: 30, eta: 0, phi: 0, mass: 0, charge: 0, origin: .invisible)
    try events.write(to: folder + "/hard.npz")
    let library = try PileupLibrary(softEvents(40), mean: 10)
    let response = ParticleFlowResponse(seed: 1)
    let (input, path) = (try ParticleEventFile(folder + "/hard.npz"), folder + "/flow.h5")
    var progress: [Int] = []
    let skipped = try response.write(
      input, events: 0..<7, pileup: library, to: path, block: 3
    ) { progress.append($0) }
    #expect(progress == [3, 6, 7] && skipped.count == 0)
    let file = try ParticleFlowFile(path)
    #expect(file.count == 7)
    #expect(try file.read(0..<7) == simulate(events, pileup: library))
    #expect(try file.read(0..<7, withPileup: false) == simulate(events))
    let part = try file.read(2..<5)
    #expect(part.count == 3 && part.offsets[0] == 0)
    let met = try file.generatedMissingMomentum(5..<7)
    #expect(met == [SIMD2(0, 0), SIMD2(30, 0)])
    #expect(throws: EventError.self) { try file.read(5..<8) }
    #expect(throws: (any Error).self) { try ParticleFlowFile(folder + "/hard.npz") }
    let writer = try ParticleFlowWriter(folder + "/half.h5")
    #expect(throws: EventError.self) {
      try writer.append(mixed: part, clean: FlowCandidates(), generated: events)
    }
  }
}
