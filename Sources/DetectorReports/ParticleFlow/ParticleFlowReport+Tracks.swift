import WinnowDetectors
import WinnowMetrics
import WinnowReports

/// The tracks of Delphes' card, by which the paper's events were made.
///
/// - Reference: delphes/delphes, `cards/CMS_PhaseII/CMS_PhaseII_200PU_v04.tcl`,
///   ChargedHadronTrackingEfficiency: plateau above 1 GeV and slope from 0.2 GeV below |η| 1.2, 2.5
///   and 4.
enum PublishedTracks {
  static let plateaus = [0.97, 0.87, 0.82]
  static let slopes = [0.96, 0.85, 0.80]
  /// CMS, JINST 9 (2014) P10009: muons of 100 GeV, µm.
  static let (d0, dz) = (10.0, 30.0)
}

extension ParticleFlowReport {
  func trackFigures() -> [Figure] {
    let colors: [FigureColor] = [.blue, .vermillion, .green]
    let ranges = ["|η| < 1.2", "1.2 < |η| < 2.5", "2.5 < |η| < 4"]
    var efficiencies: [Series] = []
    for region in 0..<3 {
      efficiencies.append(Series(ranges[region], tracks.efficiencies[region], color: colors[region]))
    }
    let rise = Array(stride(from: 0.2, through: 1.0, by: 0.1))
    for region in 0..<3 {
      let (slope, plateau) = (PublishedTracks.slopes[region], PublishedTracks.plateaus[region])
      efficiencies.append(
        Series(
          region == 0 ? "Delphes' card" : "", .line, x: [0.1, 0.2] + rise + [1, 50],
          y: [0, 0] + rise.map { $0 * slope } + [plateau, plateau], color: .black,
          isPublished: true))
    }
    let edges = FlowTracks.edges
    return [
      Figure(
        "efficiency-pt", title: "Tracks of charged hadrons",
        x: Axis("p_{T} [GeV]", from: 0.1, to: 50, isLogarithmic: true),
        y: Axis("efficiency", from: 0, to: 1.1), series: efficiencies,
        caption:
          "Of the collision of interest, without pileup; lines: Delphes' card CMS_PhaseII_200PU_v04."),
      Figure(
        "efficiency-eta", title: "Tracks of charged hadrons above 1 GeV",
        x: Axis("|η|", from: 0, to: 4.4), y: Axis("efficiency", from: 0, to: 1.1),
        series: [
          Series("simulated", tracks.efficiencyAcross),
          Series(
            "Delphes' card", .line, x: zip(edges, edges.dropFirst()).flatMap { [$0, $1] } + [4, 4.4],
            y: PublishedTracks.plateaus.flatMap { [$0, $0] } + [0, 0], isPublished: true),
        ], caption: "At the particle's own η; Delphes takes that of its position."),
      Figure(
        "track-resolution", title: "Momenta of tracks", x: Axis("|η|", from: 0, to: 4),
        y: Axis("σ(p_{T})/p_{T} [%]", from: 0, to: 15),
        series: [
          tracks.momenta[0].widths("about 1 GeV", times: 100, color: .blue),
          tracks.momenta[1].widths("about 10 GeV", times: 100, color: .vermillion),
        ] + cardMomenta,
        caption:
          "Half the central 68 % of found tracks in 0.8–1.25 and 7–14 GeV; open: the card's formula at 1 and 10 GeV."
      ),
      Figure(
        "impact", title: "Impact parameters of prompt tracks, |η| < 1",
        x: Axis("p_{T} [GeV]", from: 0.2, to: 130, isLogarithmic: true),
        y: Axis("σ [µm]", from: 5, to: 2000, isLogarithmic: true),
        series: [
          tracks.d0.widths("d_{0}", color: .blue), tracks.dz.widths("d_{z}", color: .vermillion),
          Series(
            "CMS, muons of 100 GeV", .points, x: [100, 100],
            y: [PublishedTracks.d0, PublishedTracks.dz], isPublished: true),
        ],
        caption:
          "CMS, JINST 9 (2014) P10009, of another tracker; the rise to low p_{T} is a choice of ours."
      ),
    ]
  }

  private var cardMomenta: [Series] {
    let table = FlowTracker.hadronSpread
    let centers = table.indices.map { 0.2 * Double($0) + 0.1 }
    return [
      Series(
        "Delphes' card", .points, x: centers, y: table.map { 100 * $0.x },
        sizes: centers.map { _ in 0.7 }, isPublished: true),
      Series(
        "", .points, x: centers, y: table.map { 100 * $0.y }, sizes: centers.map { _ in 0.7 },
        isPublished: true),
    ]
  }
}
