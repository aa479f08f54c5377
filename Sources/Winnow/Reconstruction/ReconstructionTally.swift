import WinnowDetectors
import WinnowReconstruction

/// What becomes of the events together: counts, responses, residuals.
struct ReconstructionTally {
  private let settings: EventReconstruction
  private var byPt: JetResponse
  private var byEta: JetResponse
  private var counts = ReconstructedEvents.Counts()
  private var missing: [Double] = []
  private var trueMissing: [Double] = []

  /// GeV; those above the threshold count.
  private static let ptEdges = [20.0, 30, 50, 80, 120, 200, 400, 1000, 7000]
  private static let etaEdges = [0.0, 1.5, 2.5, 3, 4, 5]

  init(_ settings: EventReconstruction) throws {
    self.settings = settings
    let least = settings.jets.minimumPt
    byPt = try JetResponse(edges: [least] + Self.ptEdges.filter { $0 > least } + [.infinity])
    byEta = try JetResponse(
      edges: Self.etaEdges.filter { $0 < settings.maximumEta } + [settings.maximumEta])
  }

  mutating func add(_ event: ReconstructedEvent) throws {
    let least = settings.jets.minimumPt
    counts.events += 1
    counts.leptons += event.leptons.count
    for jet in event.jets where jet.momentum.pt >= least {
      counts.jets += 1
      if jet.pair == nil { counts.jetsWithoutPair += 1 }
    }
    for truth in event.trueJets where truth.momentum.pt >= least {
      counts.trueJets += 1
      guard let pair = truth.pair else { continue }
      counts.trueJetsFound += 1
      let (pt, truePt) = (event.jets[pair].momentum.pt, truth.momentum.pt)
      try byPt.add(pt, truth: truePt)
      try byEta.add(pt, truth: truePt, in: abs(truth.momentum.eta))
    }
    missing += [event.missing.px - event.invisible.x, event.missing.py - event.invisible.y]
    if let truth = event.trueMissing {
      trueMissing += [truth.px - event.invisible.x, truth.py - event.invisible.y]
    }
  }

  func result(
    output: String, hasTrueJets: Bool, skipped: SkippedParticles
  ) -> ReconstructedEvents {
    ReconstructedEvents(
      output: output, counts: counts, skipped: skipped.count > 0 ? skipped.description : nil,
      hasTrueJets: hasTrueJets,
      responseByPt: byPt.bins.filter { $0.count > 0 }.map(ReconstructedEvents.Response.init),
      responseByEta: byEta.bins.filter { $0.count > 0 }.map(ReconstructedEvents.Response.init),
      missing: .init(missing), trueMissing: .init(trueMissing))
  }
}
