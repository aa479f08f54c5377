public import WinnowEvents

/// Which events a sample keeps.
public struct LevelOneSelection: Sendable, Hashable {
  /// At least one electron or muon above this pT in GeV.
  public var leptonPt: Double

  public init(leptonPt: Double) { self.leptonPt = leptonPt }

  /// That of the ADC2021 files: leading electron or muon above 23 GeV (arXiv:2107.02157).
  public static let adc2021 = LevelOneSelection(leptonPt: 23)

  public func accepts(_ event: Int, of events: LevelOneEvents) -> Bool {
    let first = event * LevelOneEvents.objects
    let electron = first + LevelOneObject.electron.rows.lowerBound
    let muon = first + LevelOneObject.muon.rows.lowerBound
    return Double(max(events.pt[electron], events.pt[muon])) > leptonPt
  }

  /// The accepted events with their weights, in their order.
  public func filter(_ events: LevelOneEvents) -> LevelOneEvents {
    events.filtered { accepts($0, of: events) }
  }
}
