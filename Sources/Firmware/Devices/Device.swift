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
  ///
  /// UltraScale+: read off routed paths that Vivado 2021.2 reported for small designs on an
  /// xczu3eg-sbva484, speed grade -1, slow corner (public evaluation runs of FPGA mapping tools). A net between
  /// slices 0.16 to 0.60 ns, 0.32 on average, and a LUT 0.04 to 0.20 ns, 0.15 on average: 0.47; S to CO 0.20 to 0.24, CI to
  /// O 0.09 to 0.15, and the nets at both ends: 0.35; CI to CO with its net 0.051 per CARRY8: 0.0064 a bit; C to
  /// Q 0.096, uncertainty 0.035, the last net and set-up 0.02: 0.15, and 0.10 for skew, 0.106 in a VU9P
  /// path (github.com/alexforencich/verilog-axi, issue 13, whose 15 levels take 0.28 ns each, routed). 775
  /// MHz is what AMD DS923 gives for global clock buffers at -2, not read again here; the
  /// multiplier has no source, and the other families' figures are rounded estimates without one.
  public var delays: DelayModel {
    switch self {
    case .virtex7:
      DelayModel(lookUpTable: 1.00, carry: 0.025, multiplier: 3.2, registerOverhead: 0.55, maximumClock: 710)
    case .ultraScale:
      DelayModel(lookUpTable: 0.80, carry: 0.018, multiplier: 2.7, registerOverhead: 0.45, maximumClock: 725)
    case .ultraScalePlus:
      DelayModel(
        lookUpTable: 0.47, carryEntry: 0.35, carry: 0.0064, multiplier: 2.1, registerOverhead: 0.25,
        maximumClock: 775)
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
