import Winnow

/// A trigger on the leading object of one kind, which a trigger on anomalies should add to.
struct SingleObjectTrigger: Sendable, Hashable {
  var object: LevelOneObject
  /// GeV.
  var threshold: Double

  var label: String { "\(object) ≥ \(Int(threshold)) GeV" }

  /// Thresholds of CMS's menus of 2018 and after: `L1_SingleMu22`, `L1_SingleEG36er2p5`,
  /// `L1_SingleJet180`, without their cuts on η and quality, which the 57 numbers do not have or do not
  /// need. Missing momentum is left out: our model does not correct it for pileup, and at 50 collisions
  /// 3 % of all crossings have 100 GeV of it.
  static let simple = [
    SingleObjectTrigger(object: .muon, threshold: 22),
    SingleObjectTrigger(object: .electron, threshold: 36),
    SingleObjectTrigger(object: .jet, threshold: 180),
  ]

  /// - Parameter x: 57 numbers an event.
  func takes(_ event: Int, of x: [Float]) -> Bool {
    // Objects of a kind stand in falling pT; not so in events from elsewhere.
    object.rows.contains { Double(x[PreparedEvents.width * event + 3 * $0]) >= threshold }
  }
}
