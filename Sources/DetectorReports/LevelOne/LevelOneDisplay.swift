import WinnowEvents
import WinnowReports

/// The first event with a lepton and two jets whose names do not cover one another, as generated and
/// as the trigger finds it.
struct LevelOneDisplay: Sendable {
  let number: Int
  private let generated: TransverseMap
  private let found: TransverseMap

  /// `nil` for an event with less to see.
  init?(
    _ truth: GeneratedObjects, _ events: LevelOneEvents, _ event: Int, number: Int, radius: Double
  ) {
    func all(_ kind: LevelOneObject) -> [LevelOnePlace] {
      LevelOnePlace.all(kind, of: event, in: events)
    }
    let (electrons, muons) = (all(.electron), all(.muon))
    let missing = all(.missingMomentum).first
    // The same thing twice would hide its own name.
    let jets = all(.jet).filter { jet in
      !electrons.contains { deltaR($0.eta, $0.phi, jet.eta, jet.phi) < radius }
    }
    guard let lepton = (electrons + muons).map(\.pt).max(), lepton > 20,
      (2...6).contains(jets.count), let missing,
      Self.isClear((electrons + muons + jets).map { ($0.eta, $0.phi) }, missing: missing.phi)
    else { return nil }
    // As hard as the trigger's, so that the two pictures hold the same.
    func kept(_ objects: [GeneratedObject], above least: Double, within eta: Double)
      -> [GeneratedObject]
    {
      objects.filter { $0.pt > least && abs($0.eta) < eta }
    }
    let trueElectrons = kept(truth.electrons, above: 5, within: 3)
    let trueMuons = kept(truth.muons, above: 3, within: 2.1)
    let trueJets = kept(truth.jets.map(\.jet), above: 15, within: 4).filter { jet in
      !trueElectrons.contains { deltaR($0.eta, $0.phi, jet.eta, jet.phi) < radius }
    }
    guard
      Self.isClear(
        (trueElectrons + trueMuons + trueJets).map { ($0.eta, $0.phi) }, missing: truth.missingPhi)
    else { return nil }
    self.number = number
    func kind(
      _ label: String, _ places: [(Double, Double, Double)], _ color: FigureColor,
      radius: Double? = nil
    ) -> TransverseMap.Kind {
      TransverseMap.Kind(
        label, transverseMomenta: places.map(\.0), pseudorapidities: places.map(\.1),
        azimuths: places.map(\.2), color: color, radius: radius)
    }
    func list(_ places: [LevelOnePlace]) -> [(Double, Double, Double)] {
      places.map { ($0.pt, $0.eta, $0.phi) }
    }
    found = TransverseMap(
      kinds: [
        kind("jets", list(jets), .blue, radius: radius),
        kind("electrons", list(electrons), .vermillion), kind("muons", list(muons), .green),
      ], missing: (missing.pt, missing.phi))
    func list(_ objects: [GeneratedObject]) -> [(Double, Double, Double)] {
      objects.map { ($0.pt, $0.eta, $0.phi) }
    }
    generated = TransverseMap(
      kinds: [
        kind("jets", list(trueJets), .blue, radius: radius),
        kind("electrons", list(trueElectrons), .vermillion),
        kind("muons", list(trueMuons), .green),
      ], missing: (truth.missing, truth.missingPhi))
  }

  /// Whether names, which stand to the right, and the line of the missing momentum leave one another
  /// free, and no cone is cut.
  private static func isClear(_ places: [(eta: Double, phi: Double)], missing: Double) -> Bool {
    for (index, place) in places.enumerated() {
      if abs(place.phi - missing) < 0.3 || abs(place.phi) > 2.7 || abs(place.eta) > 3.5 {
        return false
      }
      for other in places[..<index]
      where abs(other.phi - place.phi) < 0.5 && abs(other.eta - place.eta) < 1.8 { return false }
    }
    return true
  }

  var figures: [Figure] {
    var (before, after) = (
      generated.levelOneFigure("display-generated", title: "Event \(number) as generated"),
      found.levelOneFigure("display-found", title: "Event \(number) as the trigger finds it")
    )
    before.caption =
      "Jets above 15 GeV within |η| < 4, electrons above 5 GeV, muons above 3 GeV; a jet at an electron is not drawn; the missing momentum is that of what is not seen. "
      + before.caption
    after.caption = "An electron is also a jet, as in the trigger; that jet is not drawn. " + after.caption
    return [before, after]
  }
}
