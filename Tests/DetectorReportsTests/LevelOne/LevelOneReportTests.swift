import Testing
import WinnowDetectors
import WinnowEvents
import WinnowFastJet
import WinnowMetrics
import WinnowReports

@testable import WinnowDetectorReports

/// Against events made by hand, whose answers are known.
@Suite struct LevelOneReportTests {
  private let provenance = Provenance(
    data: "made by hand", statistics: "few events", command: "none", seed: nil)

  private func figure(_ name: String, of report: LevelOneReport) throws -> Figure {
    try #require(try report.page(provenance).figures.first { $0.name == name })
  }

  /// Muons of 36 GeV in the barrel; of ten, nine are found at 1.1 times their pT, the tenth at
  /// another place.
  private func muons(_ count: Int) -> (ParticleEvents, LevelOneEvents) {
    var (generated, found) = (ParticleEvents(), LevelOneEvents())
    for event in 0..<count {
      generated.beginEvent()
      generated.append(pdg: 13, pt: 36, eta: 0.4, phi: 1, mass: 0.1057, charge: -1)
      found.appendEvent()
      found.set(event: event, row: 0, pt: 36, eta: 0, phi: 1)
      found.set(
        event: event, row: 5, pt: 39.6, eta: event % 10 == 0 ? -0.4 : 0.42, phi: 1.03)
    }
    return (generated, found)
  }

  @Test func knownMuonsComeBack() throws {
    let (generated, found) = muons(200)
    var report = LevelOneReport()
    report.add(generated, found, firstEvent: 0)
    let turnOn = try figure("turn-on-muons", of: report)
    #expect(turnOn.series.count == 1 && turnOn.series[0].y == [0.9])
    #expect(turnOn.series[0].xLow == [34] && turnOn.series[0].xHigh == [40])
    // Cells of 0.005.
    let response = try #require(
      try figure("response", of: report).series.first { $0.label.hasPrefix("muons") })
    #expect(abs(response.y[0] - 1.1) <= 0.005)
    let missing = try figure("resolution-missing", of: report)
    // Found where it is true: within a cell of 0.25 GeV; the muon is not part of the sum.
    #expect(missing.series[0].x == [12.5] && missing.series[0].y[0] <= 0.25)
    // Δη = 0.02 and Δφ = 0.03 in cells of 0.002 and 0.003, all alike: no width but a cell's.
    let angle = try figure("angle-eta", of: report)
    #expect(angle.series.count == 1 && angle.series[0].y[0] <= 0.002)
    #expect(report.muons.regions[0].turnOnOfFound.efficiency(12).value == 1)
  }

  @Test func blocksDoNotMatter() throws {
    let (generated, found) = muons(60)
    var (whole, parts) = (LevelOneReport(), LevelOneReport())
    whole.add(generated, found, firstEvent: 0)
    for first in [0, 30] {
      let (some, theirs) = muons(30)
      parts.add(some, theirs, firstEvent: first)
    }
    #expect(try whole.page(provenance) == parts.page(provenance))
  }

  /// Fake electrons are no generated ones, and neutrinos are missing: 60 GeV along x.
  @Test func whatCountsAsGenerated() throws {
    var generated = ParticleEvents()
    generated.beginEvent()
    generated.append(
      pdg: 11, pt: 40, eta: 0.2, phi: 2, mass: 0.0005, charge: -1, origin: [.fake])
    generated.append(pdg: 12, pt: 60, eta: 1, phi: 0, mass: 0, charge: 0, origin: [.invisible])
    generated.append(pdg: 13, pt: 10, eta: 1, phi: 0, mass: 0.1, charge: -1)
    generated.append(pdg: 211, pt: 25, eta: 1, phi: 3, mass: 0.14, charge: 1)
    generated.append(pdg: 211, pt: .nan, eta: 1, phi: 3, mass: 0.14, charge: 1)
    for (seesMuons, missing) in [(false, 70.0), (true, 60)] {
      let objects = GeneratedObjects(generated, 0, finder: nil, seesMuons: seesMuons)
      #expect(objects.electrons.isEmpty && objects.muons.count == 1)
      #expect(abs(objects.missing - missing) < 1e-9 && abs(objects.missingPhi) < 1e-9)
      #expect(abs(objects.sum - 25) < 1e-9)
    }
  }

  @Test func noEventsMakeNoPage() {
    #expect(throws: ReportError.self) { try LevelOneReport().page(provenance) }
  }

  /// The turn-on of simulated muons at their threshold is the convention of 90 %, within 5 binomial
  /// errors of one efficiency times 0.9 and the steps of 0.5 GeV, which move it by less than 0.03.
  @Test(.enabled(if: JetFinder.isAvailable, "this build has no FastJet"))
  func simulatedMuonsKeepTheConvention() throws {
    var generated = ParticleEvents()
    let count = 4000
    for event in 0..<count {
      generated.beginEvent()
      generated.append(
        pdg: 13, pt: 22, eta: 0.4, phi: Float(event % 600) / 100 - 3, mass: 0.1057, charge: -1)
    }
    var simulation = try LevelOneSimulation(seed: 5)
    var report = LevelOneReport()
    report.add(
      generated, try simulation.simulate(generated, firstEvent: 0), firstEvent: 0)
    let region = report.muons.regions[0]
    let found = region.turnOnOfFound.efficiency(region.turnOnOfFound.binning.bin(22))
    #expect(found.total > count * 9 / 10)
    #expect(abs(found.value - 0.9) < 5 * (0.09 / Double(count)).squareRoot() + 0.03)
    let page = try report.page(provenance)
    try page.check()
    #expect(page.tables.count == 1 && page.figures.allSatisfy { !$0.series.isEmpty })
  }
}
