public import WinnowDetectors
public import WinnowEvents
import WinnowMetrics
import WinnowReports

/// What a simulation of the Global Muon Trigger shows of itself, gathered block by block; memory does
/// not grow with the events.
///
///     var report = GlobalMuonTriggerReport()
///     report.add(events, GlobalMuonTrigger.cms.simulate(events, seed: 7), firstEvent: 0)
///     try report.page(provenance).write(to: "run")
///
/// Residuals, response and masses carry the events' weights; efficiencies count muons.
public struct GlobalMuonTriggerReport: Sendable {
  /// Thresholds of the turn-on curves, GeV.
  static let thresholds = [5.0, 10, 20]
  /// Muons farther out (|η|) leave the barrel and count in no curve over pT.
  static let acceptance = 0.8
  /// The curve over η takes muons from here (GeV) on, which nearly all reach the stations.
  static let stiff = 7.0

  /// Residuals of one of the three quantities.
  struct Residuals {
    let published: PublishedMuonResiduals.Row
    var metrics: CoreAndTail
    /// With a core 2.5 times as wide, see the page.
    var wide: CoreAndTail
    var histogram: Histogram
  }

  static let widening = 2.5

  var residuals: [Residuals]
  var found: TurnOn
  var turnOns: [TurnOn]
  var acrossEta: TurnOn
  var wrongCharges: TurnOn
  var response: ResponseBins
  /// Of opposite charges: trigger, offline; low masses and those about the Z.
  var masses: [(trigger: Histogram, offline: Histogram)]
  var events = 0
  var generatedMuons = 0
  var (triggerMuons, unmatched, outOfRange) = (0, 0, 0)
  var display: MuonDisplay?

  public init() {
    // Every binning here has rising edges.
    func bins(_ count: Int, _ low: Double, _ high: Double) -> Binning {
      try! Binning(count, from: low, to: high)
    }
    residuals = PublishedMuonResiduals.all.map { row in
      Residuals(
        published: row, metrics: CoreAndTail(core: row.core, tail: row.tail),
        wide: CoreAndTail(core: Self.widening * row.core, tail: row.tail),
        histogram: Histogram(bins(120, -row.reach, row.reach)))
    }
    let momenta = try! Binning(
      edges: [
        2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 22, 25, 30, 40, 60,
        100,
      ])
    found = TurnOn(momenta)
    turnOns = Self.thresholds.map { _ in TurnOn(momenta) }
    acrossEta = TurnOn(bins(48, -1.2, 1.2))
    wrongCharges = TurnOn(
      try! Binning(edges: [3, 3.5, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200]))
    // A quantile is good to a part of 0.005; fewer than 50 muons have no tenth.
    response = ResponseBins(
      try! Binning(edges: [3, 3.5, 4, 4.5, 5, 6, 7, 8, 10, 12, 15, 20, 30, 45, 70, 100]),
      values: 0...4, cells: 800, fewest: 50)
    masses = [bins(80, 0, 20), bins(50, 40, 140)].map { (Histogram($0), Histogram($0)) }
  }

  /// Adds a block of events and what the trigger found in it.
  ///
  /// - Parameter firstEvent: the number of the block's first event in its sample.
  public mutating func add(
    _ generated: ParticleEvents, _ found: TriggerMuonEvents, firstEvent: Int
  ) {
    events += generated.count
    triggerMuons += found.muons.count
    countEfficiencies(generated, found)
    for (muon, offline) in zip(found.muons, found.offline) {
      wrongCharges.fill(offline.pt, passes: muon.charge != offline.charge)
    }
    let selected = MuonResiduals(found, .cms)
    unmatched += selected.unmatched
    outOfRange += selected.outOfRange
    var weights: [Double] = []
    for event in 0..<found.count {
      weights += [Double](repeating: generated.weights[event], count: found[event].count)
    }
    let values = [selected.phi, selected.eta, selected.relativePt]
    for (place, number) in selected.muons.enumerated() {
      let (muon, offline, weight) = (found.muons[number], found.offline[number], weights[number])
      for quantity in residuals.indices {
        let value = values[quantity][place]
        // Neither is infinite: both muons have finite momenta.
        try? residuals[quantity].metrics.add(value, weight: weight)
        try? residuals[quantity].wide.add(value, weight: weight)
        residuals[quantity].histogram.fill(value, weight: weight)
      }
      response.fill(offline.pt, muon.pt / offline.pt, weight: weight)
      // To the right, away from the names of the surfaces.
      if display == nil, (4...6).contains(offline.pt), abs(offline.phi) < 1.5 {
        let event = found.offsets.firstIndex { $0 > number }! - 1
        display = MuonDisplay(muon: muon, offline: offline, event: firstEvent + event)
      }
    }
    for event in 0..<found.count {
      addPairs(found, found[event], weight: generated.weights[event])
    }
  }

  private mutating func countEfficiencies(
    _ generated: ParticleEvents, _ found: TriggerMuonEvents
  ) {
    var byParticle: [Int: Int] = [:]
    for (number, particle) in found.particles.enumerated() { byParticle[particle] = number }
    for particle in generated.pdg.indices where abs(generated.pdg[particle]) == 13 {
      generatedMuons += 1
      let (pt, eta) = (Double(generated.pt[particle]), Double(generated.eta[particle]))
      let muon = byParticle[particle].map { found.muons[$0] }
      if pt >= Self.stiff { acrossEta.fill(eta, passes: muon != nil) }
      guard abs(eta) < Self.acceptance else { continue }
      self.found.fill(pt, passes: muon != nil)
      guard let muon else { continue }
      for (curve, threshold) in Self.thresholds.enumerated() {
        turnOns[curve].fill(pt, passes: muon.pt >= threshold)
      }
    }
  }

  private mutating func addPairs(
    _ found: TriggerMuonEvents, _ muons: Range<Int>, weight: Double
  ) {
    for first in muons {
      for second in muons where second > first {
        let (a, b) = (found.offline[first], found.offline[second])
        guard a.charge != b.charge else { continue }
        let offline = Self.mass((a.pt, a.eta, a.phi), (b.pt, b.eta, b.phi))
        let (p, q) = (found.muons[first], found.muons[second])
        let trigger = Self.mass(
          (p.pt, p.pseudorapidity, p.azimuth), (q.pt, q.pseudorapidity, q.azimuth))
        for range in masses.indices {
          masses[range].offline.fill(offline, weight: weight)
          masses[range].trigger.fill(trigger, weight: weight)
        }
      }
    }
  }

  private typealias Direction = (pt: Double, eta: Double, phi: Double)

  private static func mass(_ first: Direction, _ second: Direction) -> Double {
    let muon = 0.105_658
    return
      (FourMomentum(pt: first.pt, eta: first.eta, phi: first.phi, mass: muon)
      + FourMomentum(pt: second.pt, eta: second.eta, phi: second.phi, mass: muon)).mass
  }
}
