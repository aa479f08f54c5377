import Foundation
import Testing
import WinnowDetectors
import WinnowEvents
import WinnowFastJet
import WinnowMetrics
import WinnowReports
import WinnowTensors

@testable import WinnowDetectorReports

@Suite struct ParticleFlowReportTests {
  private static let provenance = Provenance(
    data: "made here", statistics: "some", command: "winnow", seed: 1)

  /// Events of two jets of pions and photons back to back, a neutrino, and soft pions all about.
  private static func events(_ count: Int, seed: UInt64) -> ParticleEvents {
    var (events, stream) = (ParticleEvents(), RandomStream(seed: seed))
    for _ in 0..<count {
      events.beginEvent()
      let (eta, phi) = (Float(3 * stream.uniform() - 1.5), Float(6 * stream.uniform() - 3))
      for side in [Float(0), .pi] {
        for index in 0..<8 {
          let (along, around) = (Float(0.1 * stream.gaussian()), Float(0.1 * stream.gaussian()))
          let isCharged = index % 2 == 0
          events.append(
            pdg: isCharged ? 211 : 22, pt: Float(4 + 8 * stream.uniform()), eta: eta + along,
            phi: phi + side + around, mass: isCharged ? 0.1396 : 0, charge: isCharged ? 1 : 0)
        }
      }
      events.append(
        pdg: 12, pt: 40, eta: 0, phi: Float(6 * stream.uniform() - 3), mass: 0, charge: 0,
        origin: .invisible)
      for _ in 0..<20 {
        events.append(
          pdg: -211, pt: Float(0.3 - 0.7 * log(1 - stream.uniform())),
          eta: Float(8 * stream.uniform() - 4), phi: Float(6.2 * stream.uniform() - 3.1),
          mass: 0.1396, charge: -1)
      }
    }
    return events
  }

  /// Simulated with some pileup; true fractions stand for PUPPI's weights.
  private static func flow(_ count: Int, from first: Int = 0, of all: ParticleEvents? = nil) throws
    -> SimulatedFlow
  {
    let generated = all ?? events(count, seed: 4)
    let library = try PileupLibrary(events(60, seed: 9), mean: 10)
    let response = ParticleFlowResponse(seed: 2)
    var (workspace, mixed, clean) = (response.workspace(), FlowCandidates(), FlowCandidates())
    var part = ParticleEvents()
    for event in first..<first + count {
      part.beginEvent()
      for particle in generated[event] { part.append(particle, of: generated) }
      response.append(generated, event, number: event, pileup: library, &workspace, to: &mixed)
      response.append(generated, event, number: event, pileup: nil, &workspace, to: &clean)
    }
    return SimulatedFlow(
      generated: part, mixed: mixed, clean: clean, puppiWeights: mixed.hardFraction,
      firstEvent: first)
  }

  @Test func blocksAddUp() throws {
    let all = Self.events(30, seed: 4)
    var (whole, parts) = (ParticleFlowReport(meanPileup: 10), ParticleFlowReport(meanPileup: 10))
    try whole.add(Self.flow(30, of: all))
    for first in stride(from: 0, to: 30, by: 10) {
      try parts.add(Self.flow(10, from: first, of: all))
    }
    let page = try whole.page(Self.provenance)
    #expect(try parts.page(Self.provenance) == page)
    try page.check()
    #expect(page.figures.count >= 17 && page.tables.count == 2)
  }

  /// The efficiency is the card's, and momenta and impact parameters spread as the tracker says.
  @Test func tracksAreTheCards() throws {
    var report = ParticleFlowReport(meanPileup: 10)
    for block in 0..<4 { try report.add(Self.flow(100, of: Self.events(100 * (block + 1), seed: 4))) }
    for (region, plateau) in PublishedTracks.plateaus.enumerated() {
      let efficiencies = report.tracks.efficiencies[region]
      var (found, all) = (0, 0)
      for bin in 0..<efficiencies.binning.count where efficiencies.binning.edges[bin] >= 1 {
        found += efficiencies.efficiency(bin).selected
        all += efficiencies.efficiency(bin).total
      }
      let error = (plateau * (1 - plateau) / Double(all)).squareRoot()
      // Some tracks are lost to harder ones in the same cell, in jets.
      #expect(abs(Double(found) / Double(all) - plateau) < 5 * error + 0.01, "\(all)")
    }
    let d0 = report.tracks.d0
    for bin in 0..<d0.binning.count where d0.count(bin) > 200 {
      let pt = (d0.binning.edges[bin] * d0.binning.edges[bin + 1]).squareRoot()
      let set = (100 + 10_000 / (pt * pt)).squareRoot()
      // Within the spread of 1/pT in the bin, and five errors.
      #expect(abs(d0[bin].coreWidth / set - 1) < 0.3 + 5 / d0.count(bin).squareRoot(), "\(pt)")
    }
  }

  /// True fractions are as good as no pileup, and better than all candidates.
  @Test(.enabled(if: JetFinder.isAvailable)) func jetsAreComparedWithGeneratedOnes() throws {
    var report = ParticleFlowReport(meanPileup: 10)
    try report.add(Self.flow(120))
    let objects = report.objects
    #expect(objects.generatedJets >= 200)
    func median(_ collection: FlowCollection) -> Double {
      objects.jetEnergies[collection.rawValue][0].quantile(0.5)
    }
    #expect(abs(median(.clean)) < 0.1 && abs(median(.fractions) - median(.clean)) < 0.05)
    #expect(objects.jetEnergies[0].count(0) > 0.9 * Double(objects.generatedJets))
    func spread(_ collection: FlowCollection) -> Double {
      objects.components[collection.rawValue][0].coreWidth
    }
    #expect(spread(.fractions) < spread(.all) && spread(.clean) < spread(.all))
    // Weights are the true fractions here.
    #expect(median(.puppi) == median(.fractions))
    #expect(objects.missingMomenta[4].total == 120 && report.display?.jets.count ?? 0 >= 2)
  }

  /// Bins of jets stay empty; their figures are left out, and their cells are empty.
  @Test func aSmallSampleHasAPage() throws {
    var report = ParticleFlowReport()
    try report.add(try Self.flow(2))
    let page = try report.page(Self.provenance)
    try page.check()
    let filled = page.figures.filter(\.isFilled)
    #expect(filled.count == page.figures.count)
    #expect(!page.figures.contains { $0.name == "jet-scale" })
  }

  @Test func partsThatDoNotBelongTogetherAreRefused() throws {
    var report = ParticleFlowReport()
    var flow = try Self.flow(3)
    flow.puppiWeights.removeLast()
    #expect(throws: EventError.self) { try report.add(flow) }
    #expect(throws: ReportError.self) { try report.page(Self.provenance) }
  }
}
