import WinnowDetectors
import WinnowEvents
import WinnowReports

/// An event to be drawn, with its pileup and without.
struct FlowDisplay: Sendable {
  var number: Int
  var pileup: Int
  /// Tracks, photons and neutral hadrons above the least pT: of the event with pileup, and without.
  var mixed: [TransverseMap.Kind]
  var clean: [TransverseMap.Kind]
  var jets: [FourMomentum]

  /// Softer candidates are not drawn: at 140 collisions there are thousands.
  static let leastPt: Float = 2.5
}

extension ParticleFlowReport {
  /// The first event with two generated jets above 30 GeV in the tracker; the first of all before.
  mutating func keepDisplay(_ flow: SimulatedFlow, _ event: Int, _ jets: [FourMomentum]) {
    let isFit = jets.count { $0.pt > 30 && abs($0.eta) < 2.5 } > 1
    guard display == nil || isFit && (display?.jets.count ?? 0) == 0 else { return }
    let hard = isFit ? jets.filter { $0.pt > 30 } : []
    display = FlowDisplay(
      number: flow.firstEvent + event, pileup: flow.mixed.pileup[event],
      mixed: Self.kinds(flow.mixed, event), clean: Self.kinds(flow.clean, event), jets: hard)
  }

  private static func kinds(_ candidates: FlowCandidates, _ event: Int) -> [TransverseMap.Kind] {
    let hard = candidates[event].filter { candidates.pt[$0] > FlowDisplay.leastPt }
    func kind(
      _ label: String, _ color: FigureColor, _ isIncluded: (Int) -> Bool
    ) -> TransverseMap.Kind {
      let chosen = hard.filter(isIncluded)
      return TransverseMap.Kind(
        label, transverseMomenta: chosen.map { Double(candidates.pt[$0]) },
        pseudorapidities: chosen.map { Double(candidates.eta[$0]) },
        azimuths: chosen.map { Double(candidates.phi[$0]) }, color: color)
    }
    return [
      kind("tracks", .blue) { candidates.charge[$0] != 0 },
      kind("photons", .orange) { candidates.charge[$0] == 0 && candidates.pdg[$0] == 22 },
      kind("neutral hadrons", .green) { candidates.charge[$0] == 0 && candidates.pdg[$0] != 22 },
    ]
  }

  func displayFigures() -> [Figure] {
    guard let display else { return [] }
    let cones = Series(
      display.jets.isEmpty ? "" : "generated jets", .circles, x: display.jets.map(\.eta),
      y: display.jets.map(\.phi), sizes: display.jets.map { _ in 0.4 }, color: .black)
    return [
      (name: "display-clean", title: "One collision", kinds: display.clean),
      (
        name: "display-pileup", title: "The same with \(display.pileup) more", kinds: display.mixed
      ),
    ].map { one in
      var figure = TransverseMap(kinds: one.kinds).particleFlowFigure(one.name, title: one.title)
      if !display.jets.isEmpty { figure.series.append(cones) }
      figure.caption +=
        " Event \(display.number); candidates above \(fixed(Double(FlowDisplay.leastPt), places: 1)) GeV."
      if !display.jets.isEmpty { figure.caption += " Circles: generated jets above 30 GeV." }
      return figure
    }
  }
}
