import WinnowDetectors
import WinnowMetrics
public import WinnowReports

extension DriftTubeReport {
  /// The page: displays, hits, response, decays, and what is published beside what is found.
  ///
  /// - Throws: ``ReportError`` where no event was added.
  public func page(_ provenance: Provenance) throws -> ReportPage {
    guard count > 0 else {
      throw ReportError("no event of drift tubes was added; there is nothing to show")
    }
    func blocks(_ figures: [Figure]) -> [ReportPage.Block] { figures.map { .figure($0) } }
    return ReportPage(
      "Muon drift tubes in a toroid",
      summary:
        "Decays of long-lived particles in 20 layers of 333 drift tubes, after A. Coccaro et al., Mach. Learn.: Sci. Technol. 4 (2023) 045040. Published values stand beside ours; the paper prints no geometry, momenta or noise rate, and its figures 3 to 5 need trained networks.",
      sections: [
        ReportPage.Section("Published and found", [.table(comparison)]),
        ReportPage.Section("Events", blocks(try displayFigures())),
        ReportPage.Section("Hits and background", blocks(try hitFigures()) + [.table(productTable)]),
        ReportPage.Section("Response", blocks(try responseFigures()) + [.table(lengthTable)]),
        ReportPage.Section("Decays", blocks(try decayFigures())),
      ], provenance: provenance)
  }

  private var comparison: ReportTable {
    typealias Comparison = ReportTable.Comparison
    let (response, paper) = (sample.response, "Mach. Learn.: Sci. Technol. 4 (2023) 045040")
    let layers = response.geometry.layers
    let rates = layers.indices.map { backgroundRate(layer: $0) }
    let weights = rates.map { 1 / ($0.error * $0.error) }
    let total = weights.reduce(0, +)
    let rate = zip(rates, weights).reduce(0) { $0 + $1.0.value * $1.1 } / total
    let rateError = (1 / total).squareRoot()
    let published = Self.publishedResolution
    var rows = [
      Comparison(
        "images", published: .number(Double(LongLivedSample.publishedCount)),
        ours: .number(Double(count)), source: paper),
      Comparison("layers", published: .number(20), ours: .number(Double(layers.count)), source: paper),
      Comparison(
        "tubes of a layer", published: .number(333),
        ours: .number(Double(DriftTubeGeometry.tubesPerLayer)), source: paper),
      Comparison(
        "mean L_{r} [m] (uniform in 0 to 5)", published: .number(2.5), ours: .number(meanLength),
        source: paper),
    ]
    if let fit {
      rows.append(
        Comparison(
          "single-hit resolution [µm]",
          published: .measured(
            published.value,
            published.value - published.error...published.value + published.error),
          ours: .measured(fit.sigma, fit.sigma - fit.sigmaError...fit.sigma + fit.sigmaError),
          source: "ATLAS, JINST 14 (2019) P09011"))
    }
    rows += [
      Comparison(
        "field × depth [Tm]", published: .text("1.5 to 5.5"),
        ours: .number(
          response.toroid.field * (response.toroid.outerRadius - response.toroid.innerRadius) / 1000),
        source: "ATLAS, JINST 3 (2008) S08003: bending power of the barrel"),
      Comparison(
        "background rate [Hz/cm^{2}]", published: .text("not printed"),
        ours: rateError.isFinite ? .measured(rate, rate - rateError...rate + rateError) : .empty,
        source: "set to \(fixed(100 * response.backgroundRate, places: 1))"),
      Comparison(
        "background hits per image", published: .text("not printed"), ours: .number(meanBackground),
        source: paper),
    ]
    return ReportTable(
      "comparison", title: "Published values and this simulation", comparing: rows)
  }

  private var meanLength: Double {
    let binning = decayLengths.binning
    let sum = decayLengths.sums.indices.reduce(0) {
      $0 + decayLengths.sums[$1] * binning.center($1)
    }
    return sum / max(decayLengths.total, 1)
  }

  private var productTable: ReportTable {
    let rows = Self.shownMultiplicities.compactMap { number -> [ReportTable.Cell]? in
      guard let profile = hitsOfProducts[number] else { return nil }
      let bins = [0, 5, 10, 15, 19]
      return [.number(Double(number))] + bins.map { found(profile.mean($0)) }
    }
    let columns = [0, 5, 10, 15, 19].map { bin in
      let edges = background.binning.edges
      return ReportTable.Column(
        "L_{r} \(fixed(edges[bin], places: 2))–\(fixed(edges[bin + 1], places: 2)) m", digits: 4)
    }
    return ReportTable(
      "hits", title: "Hits of tracks in an event",
      columns: [ReportTable.Column("products")] + columns, rows: rows)
  }

  private var lengthTable: ReportTable {
    let edges = background.binning.edges
    let rows = stride(from: 0, to: background.binning.count, by: 2).map { bin -> [ReportTable.Cell] in
      [
        .text("\(fixed(edges[bin], places: 2))–\(fixed(edges[bin + 1], places: 2))"),
        found(hitsPerTrack.mean(bin)),
      ] + spreads.map { found($0.mean(bin)) }
    }
    return ReportTable(
      "lengths", title: "What tells the decay length",
      columns: [
        ReportTable.Column("L_{r} [m]"), ReportTable.Column("hits per track", digits: 3),
        ReportTable.Column("spread, inner [tubes]", digits: 3),
        ReportTable.Column("middle", digits: 3), ReportTable.Column("outer", digits: 3),
      ], rows: rows)
  }
}
