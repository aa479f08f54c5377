import WinnowDetectors
import WinnowMetrics
public import WinnowReports

extension ParticleFlowReport {
  /// The page: published values beside ours, an event with and without pileup, candidates, features,
  /// tracks, jets and missing momentum.
  ///
  /// - Throws: ``ReportError`` where no event was added.
  public func page(_ provenance: Provenance) throws -> ReportPage {
    guard count > 0 else {
      throw ReportError("no event of particle flow was added; there is nothing to show")
    }
    func section(_ title: String, _ figures: [Figure]) -> ReportPage.Section {
      // A small sample fills no bin of some.
      ReportPage.Section(title, figures.filter(\.isFilled).map { .figure($0) })
    }
    var last = section("Jets and missing momentum", objectFigures())
    last.blocks.append(.table(resolutionTable))
    if !objects.hasJets {
      last.blocks.append(.text("This build has no FastJet, and the page no jets."))
    }
    return ReportPage(
      "Particle flow with pileup",
      summary:
        "Candidates of a Phase-2 detector with \(fixed(meanPileup, places: 0)) pileup collisions on average, and of the same events without, after A. Bal et al., DistillNet. The detector follows Delphes' cards CMS_PhaseII_140PU_v02 and, in its order of steps and end-cap towers, 200PU_v04; the paper prints its resolutions inside figures only.",
      sections: [
        ReportPage.Section("Published and found", [.table(comparison)]),
        section("An event", displayFigures()), section("Candidates", candidateFigures()),
        section("Features", featureFigures()), section("Tracks", trackFigures()), last,
      ], provenance: provenance)
  }

  private var comparison: ReportTable {
    typealias Comparison = ReportTable.Comparison
    let paper = "DistillNet, section 2"
    let events = Double(max(count, 1))
    let mean = candidatesMean
    let found = collisionsMean
    let error = (max(meanPileup, 0) / events).squareRoot()
    var rows = [
      Comparison(
        "pileup collisions", published: .number(140),
        ours: .measured(found, found - error...found + error), source: paper),
      Comparison(
        "candidates of an event", published: .text("padded to 9,000"), ours: .number(mean),
        source: "DistillNet, section 4.1"),
      Comparison(
        "of them tracks, photons, neutral hadrons", published: .text("not printed"),
        ours: .text(
          etas.map { fixed($0.total / events, places: 0) }.joined(separator: ", ")),
        source: "DistillNet, section 4.1"),
      Comparison(
        "events with more than 9,000 candidates [%]", published: .text("not printed"),
        ours: .number(100 * Double(overfull) / events), source: "DistillNet, section 4.1"),
      Comparison(
        "candidates without pileup", published: .text("not printed"),
        ours: .number(Double(cleanCandidates) / events), source: paper),
      Comparison(
        "features of a candidate", published: .number(16),
        ours: .number(Double(FlowCandidates.featureNames.count)), source: "DistillNet, table 1"),
    ]
    func gain(_ quantity: String, _ published: String, _ responses: [ResponseBins]) {
      let (puppi, best) = (
        responses[FlowCollection.puppi.rawValue][0].halfQuartileWidth,
        responses[FlowCollection.fractions.rawValue][0].halfQuartileWidth
      )
      guard puppi > 0, best.isFinite else { return }
      rows.append(
        Comparison(
          "\(quantity): better than PUPPI by [%]", published: .text(published),
          ours: .text("\(fixed(100 * (1 - best / puppi), places: 0)) (limit: true fractions)"),
          source: "DistillNet, section 3"))
    }
    gain("p_{T}^{miss} resolution", "10 (GNN), 6–7 (DistillNet)", objects.missing)
    gain("jet energy resolution", "18 (GNN), 12 (DistillNet)", objects.jetEnergies)
    return ReportTable(
      "comparison", title: "Published values and this simulation", comparing: rows,
      caption:
        "True fractions as weights are what any weight per candidate can reach here; the networks' gains are the paper's, of its own simulation."
    )
  }

  private var candidatesMean: Double {
    Double(kinds.reduce(0, +)) / Double(max(count, 1))
  }

  private var collisionsMean: Double {
    let binning = collisions.binning
    let sum = collisions.sums.indices.reduce(0) {
      $0 + collisions.sums[$1] * (binning.edges[$1] + binning.edges[$1 + 1]) / 2
    }
    return sum / max(collisions.sums.reduce(0, +), 1)
  }

  /// The bin of 40 to 60 GeV.
  private static let tabled = 3

  /// Empty where a figure would not show the bin either.
  private func shown(
    _ response: ResponseBins, _ bin: Int, _ value: (Histogram) -> Double
  ) -> ReportTable.Cell {
    response[bin].entries < response.fewest ? .empty : found(value(response[bin]))
  }

  private var resolutionTable: ReportTable {
    let rows = FlowCollection.allCases.map { collection -> [ReportTable.Cell] in
      let place = collection.rawValue
      let (missing, component) = (objects.missing[place], objects.components[place])
      let (energy, jets) = (objects.jetEnergies[place], objects.jets[place])
      return [
        .text(collection.label), shown(missing, 0, \.halfQuartileWidth),
        shown(component, 0, \.coreWidth), shown(energy, 0, \.halfQuartileWidth),
        shown(energy, 0, \.median), shown(jets, Self.tabled, \.median),
        shown(jets, Self.tabled, \.coreWidth),
      ]
    }
    return ReportTable(
      "resolutions", title: "Resolutions",
      columns: [
        ReportTable.Column("candidates"),
        ReportTable.Column("p_{T}^{miss}", digits: 3),
        ReportTable.Column("σ of p_{x}^{miss} [GeV]", digits: 3),
        ReportTable.Column("jet energy", digits: 3),
        ReportTable.Column("its median", digits: 2),
        ReportTable.Column("jet scale", digits: 3),
        ReportTable.Column("its σ", digits: 3),
      ], rows: rows,
      caption:
        "(q_{75} − q_{25})/2 of (X − X_{gen})/X_{gen}, as the paper defines them: p_{T}^{miss} of events with more than 10 GeV generated, energies of all jets above 15 GeV with their median. Scale: median and σ of p_{T}/p_{T}^{gen} of jets of 40 to 60 GeV, |η| < 2.5. σ: half the central 68 %."
    )
  }
}
