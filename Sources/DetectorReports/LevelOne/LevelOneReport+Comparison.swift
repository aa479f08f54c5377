import WinnowMetrics
import WinnowReports

extension LevelOneReport {
  /// Published numbers beside ours.
  var comparison: ReportTable {
    ReportTable(
      "published", title: "Published and ours", comparing: muonRows + jetRows + missingRows,
      caption:
        "Ours are of this sample, whose spectra differ from the published ones: widths of muons depend on it most. Published muons are zero-bias collisions against offline muons, ours the sample's against generated ones. The resolutions of jets and missing momentum are those of calorimeters read out in full, not of the trigger."
    )
  }

  private var muonRows: [ReportTable.Comparison] {
    let barrel = muons.regions[0]
    let ratios = barrel.ratio.merged(2.5...45)
    let (eta, phi) = (muons.eta.merged(2.5...45), muons.phi.merged(2.5...45))
    // At the threshold: the bin about it.
    let place = barrel.turnOnOfFound.binning.bin(muons.threshold)
    let atThreshold = barrel.turnOnOfFound.efficiency(place)
    let edges = barrel.turnOnOfFound.binning.edges
    var rows = [
      ReportTable.Comparison(
        "muons of \(Int(edges[place])) to \(Int(edges[place + 1])) GeV, those found: part with p_{T} ≥ \(Int(muons.threshold)) GeV, barrel",
        published: .number(PublishedLevelOne.muonConvention),
        ours: atThreshold.total > 0
          ? .measured(atThreshold.value, atThreshold.interval()) : .empty,
        source: PublishedLevelOne.muonConventionSource)
    ]
    func add(_ what: String, _ published: Double, _ histogram: Histogram) {
      let width = histogram.standardDeviation
      rows.append(
        ReportTable.Comparison(
          what, published: .number(published), ours: measured(width, histogram.total),
          source: PublishedLevelOne.muonSource))
    }
    add(
      "muon p_{T}: RMS of (L1 − generated)/generated, barrel, 3 to 40 GeV",
      PublishedLevelOne.muonPt, ratios)
    add("muon η: RMS, |η| < 2.1, 3 to 40 GeV", PublishedLevelOne.muonEta, eta)
    add("muon φ: RMS [rad], |η| < 2.1, 3 to 40 GeV", PublishedLevelOne.muonPhi, phi)
    return rows
  }

  private var jetRows: [ReportTable.Comparison] {
    var rows: [ReportTable.Comparison] = []
    for (region, published) in zip(jets.regions, PublishedLevelOne.jets) {
      for range in [30.0...50, 80...130] {
        let merged = region.ratio.merged(range)
        guard merged.total >= Double(region.ratio.fewest) else { continue }
        // The published curve at the middle of the range.
        let middle = (range.lowerBound + range.upperBound) / 2
        let width = merged.coreWidth
        rows.append(
          ReportTable.Comparison(
            "jet σ(p_{T})/p_{T}, \(region.label), \(Int(range.lowerBound)) to \(Int(range.upperBound)) GeV",
            published: .number(published(middle)), ours: measured(width, merged.total),
            source: PublishedLevelOne.jetSource))
      }
    }
    return rows
  }

  private var missingRows: [ReportTable.Comparison] {
    let component = missing.component
    return [50.0...75, 200...250, 400...500, 800...1000].compactMap { range in
      let merged = component.merged(range)
      guard merged.total >= Double(component.fewest) else { return nil }
      let middle = (range.lowerBound + range.upperBound) / 2
      return ReportTable.Comparison(
        "missing momentum σ of x and y [GeV], ΣE_{T} of \(Int(range.lowerBound)) to \(Int(range.upperBound)) GeV",
        published: .number(PublishedLevelOne.missing(sum: middle)),
        ours: measured(merged.coreWidth, merged.total),
        source: PublishedLevelOne.missingSource)
    }
  }

  /// A width with the error of a Gaussian's.
  private func measured(_ width: Double, _ count: Double) -> ReportTable.Cell {
    guard count >= Double(missing.component.fewest), width.isFinite else { return .empty }
    let error = 1.19 * width / count.squareRoot()
    return .measured(width, (width - error)...(width + error))
  }
}
