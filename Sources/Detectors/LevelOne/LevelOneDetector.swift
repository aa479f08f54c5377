import WinnowEvents

/// A fast model of CMS's Level-1 trigger objects for papers/2 and AXOL1TL: trigger towers, anti-kt
/// jets and missing momentum from them, and electrons and muons with efficiency and resolution.
///
/// What each number rests on stands beside it; docs/detectors/level1.md compares the results with
/// what is published.
public struct LevelOneDetector: Sendable, Hashable {
  public var calorimeter = TriggerCalorimeter.cms
  public var electrons = ElectronResponse.cms
  public var muons = MuonResponse.cms
  public var jets = TriggerJets.cms
  /// Towers within this |η| add to the missing momentum: 5.0, with the forward calorimeter, as
  /// CMS's trigger has since 2017 (general knowledge; of JINST 15 (2020) P10017 only the abstract was
  /// read).
  public var missingMomentumEta = 5.0
  /// Whether measured muons count as seen in the missing momentum. CMS's Level-1 sum does not know
  /// them (`false`); the files of arXiv:2107.02157 come from Delphes, whose sum does.
  public var missingMomentumSeesMuons = false
  /// Parts of the calorimeter that measure nothing; none.
  public var deadTowers: [DeadRegion] = []

  public init() {}
  public static let cms = LevelOneDetector()

  /// - Throws: ``EventError`` for settings that no detector can have.
  public func validate() throws {
    for (name, value) in [
      ("barrel electron", electrons.barrelEfficiency),
      ("endcap electron", electrons.endcapEfficiency),
    ] + muons.regions.map({ ("muon", $0.efficiency) }) {
      guard value >= 0, value <= 1 else {
        throw EventError("the \(name) efficiency \(value) is none; give 0 to 1")
      }
    }
    guard muons.regions.allSatisfy({ $0.curvatureResolution >= 0 && $0.curvatureResolution < 1 }),
      muons.efficiencyAtThreshold > 0, muons.efficiencyAtThreshold < 1
    else {
      throw EventError(
        "a muon curvature resolution lies outside 0 to 1, or the efficiency at threshold does; give both within"
      )
    }
    guard calorimeter.towerStep > 0, calorimeter.leastDeposit > 0 else {
      throw EventError("a tower step or least deposit of 0 GeV cannot be counted; give more than 0")
    }
    guard calorimeter.electromagneticWidth >= 0, calorimeter.hadronicWidth >= 0,
      (calorimeter.electromagneticWidth + calorimeter.hadronicWidth).isFinite
    else { throw EventError("a factor below 0 on a calorimeter's width is none; give 0 or more") }
    guard electrons.maximumEta > 0, muons.maximumEta > 0, jets.maximumEta > 0,
      missingMomentumEta > 0
    else { throw EventError("an acceptance in |η| of 0 or less sees nothing; give more than 0") }
  }
}
