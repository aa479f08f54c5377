import Testing
import WinnowDetectorReports
import WinnowDetectors
import WinnowEvents
import WinnowReports

@Suite struct GlobalMuonTriggerReportTests {
  private static let provenance = Provenance(
    data: "MinimumBiasMuons", statistics: "3,000 events", command: "swift test", seed: 3)

  private static func page(blocks: Int, weight: Double = 1) throws -> ReportPage {
    var report = GlobalMuonTriggerReport()
    let generator = MinimumBiasMuons()
    let size = 3000 / blocks
    for block in 0..<blocks {
      var events = generator.events(size, seed: 3, firstEvent: block * size)
      events.weights = events.weights.map { $0 * weight }
      report.add(
        events, GlobalMuonTrigger.cms.simulate(events, seed: 4, firstEvent: block * size),
        firstEvent: block * size)
    }
    return try report.page(provenance)
  }

  /// Every figure and table can be drawn, and the row of the paper stands beside ours.
  @Test func holdsThePaper() throws {
    let page = try Self.page(blocks: 1)
    try page.check()
    let table = try #require(page.tables.first { $0.name == "table-2" })
    let published = table.rows.map { row -> Double in
      if case .number(let value) = row[1] { return value }
      return .nan
    }
    // Table 2 of the paper, per quantity RMS, core, tail; within the digits of the products by 100.
    let paper = [0.166, 14.82, 41.25, 0.034, 4.86, 15.14, 0.274, 10.54, 44.84]
    #expect(published.count == 9)
    #expect(zip(published, paper).allSatisfy { abs($0 - $1) < 1e-9 })
    for name in [
      "residual-phi", "residual-eta", "residual-pt", "turn-on", "response", "charge", "bending",
    ] {
      #expect(page.figures.contains { $0.name == name }, "\(name)")
    }
    // One muon an event makes no pairs.
    #expect(!page.figures.contains { $0.name.hasPrefix("dimuon") })
  }

  /// Blocks and a common weight change nothing that is shown, but for the weighted counts.
  @Test func blocksAndWeights() throws {
    let whole = try Self.page(blocks: 1)
    let parts = try Self.page(blocks: 3)
    // Lines of the display are told apart by NaN, which equals nothing.
    for (one, other) in zip(whole.figures, parts.figures) where one.name != "bending" {
      #expect(one == other, "\(one.name)")
    }
    #expect(whole.figures.map(\.title) == parts.figures.map(\.title))
    #expect(whole.tables == parts.tables)
    let heavy = try Self.page(blocks: 1, weight: 4)
    #expect(whole.figures.first { $0.name == "turn-on" } == heavy.figures.first { $0.name == "turn-on" })
    #expect(whole.tables == heavy.tables)
  }

  /// Muons back to back at 30 GeV: the mass of the pair is 60 GeV, and the figure about the Z shows it.
  @Test func pairs() throws {
    var events = ParticleEvents()
    for event in 0..<60 {
      events.beginEvent()
      let phi = Float(event) * 0.05
      events.append(pdg: 13, pt: 30, eta: 0.2, phi: phi, mass: 0.1057, charge: -1)
      events.append(pdg: -13, pt: 30, eta: -0.2, phi: phi - .pi, mass: 0.1057, charge: 1)
    }
    var report = GlobalMuonTriggerReport()
    report.add(events, GlobalMuonTrigger.cms.simulate(events, seed: 4), firstEvent: 0)
    let page = try report.page(Self.provenance)
    let figure = try #require(page.figures.first { $0.name == "dimuon-mass-high" })
    let offline = try #require(figure.series.first { $0.label == "offline" })
    let total = offline.y.reduce(0, +)
    // 2 pT cosh 0.2 = 61.2 GeV, 1 % for each muon.
    let near = zip(offline.positionsOfBins, offline.y).filter { abs($0.0 - 61.2) < 5 }
    #expect(total > 20 && near.map(\.1).reduce(0, +) == total)
    #expect(!page.figures.contains { $0.name == "dimuon-mass" })
  }

  /// A handful of muons makes a page without the figures that they do not fill.
  @Test func fewMuons() throws {
    var events = ParticleEvents()
    for number in 0..<5 {
      events.beginEvent()
      events.append(
        pdg: 13, pt: 5, eta: 0.1 * Float(number), phi: 1, mass: 0.1057, charge: -1)
    }
    var report = GlobalMuonTriggerReport()
    report.add(events, GlobalMuonTrigger.cms.simulate(events, seed: 4), firstEvent: 0)
    let page = try report.page(Self.provenance)
    try page.check()
    #expect(page.figures.contains { $0.name == "turn-on" })
    #expect(!page.figures.contains { $0.name == "response" || $0.name == "efficiency-eta" })
  }

  @Test func refusesNothing() {
    #expect(throws: ReportError.self) { try GlobalMuonTriggerReport().page(Self.provenance) }
  }
}

extension Series {
  fileprivate var positionsOfBins: [Double] { zip(x, x.dropFirst()).map { ($0 + $1) / 2 } }
}
