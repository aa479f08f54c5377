import WinnowDetectors
import WinnowEvents
import WinnowMetrics
import WinnowReports

extension LevelOneReport {
  private static let colors: [FigureColor] = [.blue, .vermillion, .green]

  /// Efficiencies of one kind at its threshold, by region.
  func turnOn(_ response: ObjectResponse, _ name: String, _ kind: String, to high: Double) -> Figure {
    Figure(
      "turn-on-\(name)",
      title: "\(kind) with p_{T} ≥ \(Int(response.threshold)) GeV at Level 1",
      x: Axis("generated p_{T} [GeV]", from: 0, to: high), y: Axis("efficiency", from: 0, to: 1.05),
      series: zip(response.regions, Self.colors).map {
        Series($0.label, $0.turnOn, color: $1)
      },
      annotations: [.verticalLine(response.threshold)], legend: .bottomRight,
      caption:
        "Of all generated, found or not; errors after Clopper and Pearson. The line is the threshold."
    )
  }

  var missingTurnOn: Figure {
    Figure(
      "turn-on-missing",
      title: "Missing momentum ≥ \(Int(missing.threshold)) GeV at Level 1",
      x: Axis("true missing p_{T} [GeV]", from: 0, to: 200), y: Axis("efficiency", from: 0, to: 1.05),
      series: [Series("all events", missing.turnOn, color: .blue)],
      annotations: [.verticalLine(missing.threshold)], legend: .bottomRight,
      caption: "True is the sum of \(unseen). The line is the threshold.")
  }

  /// Who carries the momentum that the detector does not see.
  var unseen: String { detector.missingMomentumSeesMuons ? "neutrinos" : "neutrinos and muons" }

  var responses: Figure {
    Figure(
      "response", title: "Median response",
      x: Axis("generated p_{T} [GeV]", from: 4, to: 400, isLogarithmic: true),
      y: Axis("median of p_{T}(L1)/p_{T}(generated)", from: 0.6, to: 1.8),
      series: [
        electrons.regions[0].ratio.medians("electrons, barrel"),
        muons.regions[0].ratio.medians("muons, barrel"),
        jets.regions[0].ratio.medians("jets, |η| < 1.3"),
        missing.ratio.medians("missing momentum"),
      ], annotations: [.horizontalLine(1)], legend: .topRight,
      caption:
        "Muons are measured high on purpose, so that 90 % of those found pass at their true p_{T}. Near the least p_{T} that an object is kept at (electrons 5, jets 15 GeV) only upward fluctuations are left."
    )
  }

  var jetResolution: Figure {
    var series: [Series] = []
    for (place, region) in jets.regions.enumerated() {
      var ours = region.ratio.widths("jets, \(region.label)")
      ours.color = Self.colors[place]
      series.append(ours)
    }
    for (place, published) in PublishedLevelOne.jets.enumerated() {
      var line = PublishedLevelOne.line(
        published.label, from: 20, to: place == 2 ? 130 : 400, isDashed: place == 1
      ) { published($0) }
      // A third line could not be told from the second.
      if place == 2 {
        let kept = stride(from: 0, to: line.x.count, by: 5)
        line = Series(
          line.label, .points, x: kept.map { line.x[$0] }, y: kept.map { line.y[$0] },
          isPublished: true)
      }
      series.append(line)
    }
    return Figure(
      "resolution-jets", title: "Resolution of jets",
      x: Axis("generated p_{T} [GeV]", from: 15, to: 400, isLogarithmic: true),
      y: Axis("σ(p_{T})/p_{T}", from: 0, to: 0.5), series: series, legend: .topRight,
      caption:
        "Half the central 68 % of p_{T}(L1)/p_{T}(generated), jets without another within ΔR 0.8. Black: \(PublishedLevelOne.jetSource)."
    )
  }

  var leptonResolution: Figure {
    var series: [Series] = []
    let colors: [FigureColor] = [.blue, .sky, .vermillion, .orange, .purple]
    let regions =
      electrons.regions.map { ("electrons, \($0.label)", $0) }
      + muons.regions.map { ("muons, \($0.label)", $0) }
    for (place, region) in regions.enumerated() {
      var ours = region.1.ratio.widths(region.0)
      ours.color = colors[place % colors.count]
      series.append(ours)
    }
    return Figure(
      "resolution-leptons", title: "Resolution of electrons and muons",
      x: Axis("generated p_{T} [GeV]", from: 3, to: 200, isLogarithmic: true),
      y: Axis("σ(p_{T})/p_{T}", from: 0, to: 0.9), series: series, legend: .topRight,
      caption: "Half the central 68 % of p_{T}(L1)/p_{T}(generated).")
  }

  func angle(_ name: String, _ label: String, _ bins: (ObjectResponse) -> ResponseBins) -> Figure {
    let kinds = [("electrons", electrons), ("muons", muons), ("jets", jets)]
    return Figure(
      "angle-\(name)", title: "Resolution in \(label)",
      x: Axis("generated p_{T} [GeV]", from: 3, to: 400, isLogarithmic: true),
      y: Axis(name == "phi" ? "σ(φ) [rad]" : "σ(η)", from: 0),
      series: zip(kinds, Self.colors).map { kind, color in
        var ours = bins(kind.1).widths(kind.0)
        ours.color = color
        return ours
      }, legend: .topRight,
      caption: name == "phi"
        ? "Half the central 68 %. Electrons turn by up to 0.74 GeV/p_{T} on their way to the calorimeter, to one side or the other by their charge; the trigger does not undo it."
        : "Half the central 68 %.")
  }

  var missingResolution: Figure {
    var ours = missing.component.widths("this model")
    ours.color = .blue
    return Figure(
      "resolution-missing", title: "Resolution of the missing momentum",
      x: Axis("generated ΣE_{T}, |η| < 5 [GeV]", from: 0, to: 1500),
      y: Axis("σ of x and y [GeV]", from: 0, to: 50),
      series: [
        ours,
        PublishedLevelOne.line("3.8 ⊕ 0.97√ΣE_{T} ⊕ 0.012 ΣE_{T}", from: 20, to: 1500) {
          PublishedLevelOne.missing(sum: $0)
        },
        PublishedLevelOne.line("the same over √2", from: 20, to: 1500, isDashed: true) {
          PublishedLevelOne.missing(sum: $0) / 2.0.squareRoot()
        },
      ], legend: .topLeft,
      caption:
        "Half the central 68 % of L1 less true, x and y together. Black: \(PublishedLevelOne.missingSource); the full line if it is meant for one component, the dashed one if for the vector; without pileup, whose energy would widen ours but is not in the sum."
    )
  }

  var multiplicities: Figure {
    let kinds: [LevelOneObject] = [.electron, .muon, .jet]
    return Figure(
      "multiplicity", title: "Objects in an event",
      x: Axis("objects", from: -0.5, to: 10.5),
      y: Axis("part of the events", from: 1e-4, to: 2, isLogarithmic: true),
      series: zip(kinds, Self.colors).map { kind, color in
        Series(
          "\(kind)s", yields.counts[kind.rawValue - 1], isDensity: true, color: color)
      }, legend: .topRight, caption: "At most 4 electrons, 4 muons and 10 jets are kept.")
  }

  var spectra: Figure {
    let colors: [FigureColor] = [.black, .blue, .vermillion, .green]
    return Figure(
      "spectra", title: "Hardest object of each kind",
      x: Axis("p_{T}(L1) [GeV]", from: 0, to: 250),
      y: Axis("part of the events per GeV", from: 1e-5, to: 1, isLogarithmic: true),
      series: zip(LevelOneObject.allCases, colors).compactMap { kind, color in
        let spectrum = yields.spectra[kind.rawValue - 1]
        guard spectrum.total > 0 else { return nil }
        return Series("\(kind)", spectrum, isDensity: true, color: color)
      }, legend: .topRight, caption: "Each kind normalised to the events that have one.")
  }
}
