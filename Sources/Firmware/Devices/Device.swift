/// An FPGA or accelerator card that designs are fitted to.
public struct Device: Sendable, Hashable, Codable {
  /// The vendor's full part number.
  public var part: String
  public var family: Family
  /// Six-input look-up tables; for Agilex the two halves of each ALM.
  public var lookUpTables: Int
  public var flipFlops: Int
  /// Multiplier blocks.
  public var multipliers: Int
  /// Block memories of 36 Kb (Agilex: 20 Kb).
  public var blockMemories: Int
  /// Where the figures stand.
  public var source: String

  public enum Family: String, Sendable, Hashable, Codable, CaseIterable {
    case virtex7 = "Virtex-7"
    case ultraScale = "Kintex UltraScale"
    case ultraScalePlus = "UltraScale+"
    case versal = "Versal"
    case agilex = "Agilex 7"
  }
}

extension Device.Family {
  /// The delay model that registers are placed by.
  public var delays: DelayModel {
    switch self {
    case .virtex7:
      DelayModel(lookUpTable: 1.00, carry: 0.025, multiplier: 3.2, registerOverhead: 0.55, maximumClock: 710)
    case .ultraScale:
      DelayModel(lookUpTable: 0.80, carry: 0.018, multiplier: 2.7, registerOverhead: 0.45, maximumClock: 725)
    case .ultraScalePlus:
      DelayModel(lookUpTable: 0.65, carry: 0.012, multiplier: 2.1, registerOverhead: 0.35, maximumClock: 775)
    case .versal:
      DelayModel(lookUpTable: 0.60, carry: 0.012, multiplier: 1.9, registerOverhead: 0.33, maximumClock: 1000)
    case .agilex:
      DelayModel(lookUpTable: 0.60, carry: 0.010, multiplier: 2.0, registerOverhead: 0.35, maximumClock: 900)
    }
  }

  /// What Yosys calls the family, for the synthesis that counts cells; `nil` where it has none.
  var yosysName: String? {
    switch self {
    case .virtex7: "xc7"
    case .ultraScale: "xcu"
    case .ultraScalePlus, .versal: "xcup"
    case .agilex: nil
    }
  }
}
