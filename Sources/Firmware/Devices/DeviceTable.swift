extension Device {
  /// Every device known; `winnow devices` prints it.
  public static let all: [Device] = [
    Device(
      part: "xcvu9p-flgb2104-2-e", family: .ultraScalePlus, lookUpTables: 1_182_240,
      flipFlops: 2_364_480, multipliers: 6_840, blockMemories: 2_160,
      source: "AMD DS890, Virtex UltraScale+ table"),
    Device(
      part: "xcvu13p-flga2577-2-e", family: .ultraScalePlus, lookUpTables: 1_728_000,
      flipFlops: 3_456_000, multipliers: 12_288, blockMemories: 2_688,
      source: "AMD DS890, Virtex UltraScale+ table"),
    Device(
      part: "xc7vx690tffg1927-2", family: .virtex7, lookUpTables: 433_200, flipFlops: 866_400,
      multipliers: 3_600, blockMemories: 1_470, source: "AMD DS180, Virtex-7 table"),
    Device(
      part: "xcku115-flvb2104-2-e", family: .ultraScale, lookUpTables: 663_360,
      flipFlops: 1_326_720, multipliers: 5_520, blockMemories: 2_160,
      source: "AMD DS890, Kintex UltraScale table"),
    Device(
      part: "xcu50-fsvh2104-2-e", family: .ultraScalePlus, lookUpTables: 871_680,
      flipFlops: 1_743_360, multipliers: 5_952, blockMemories: 1_344,
      source: "AMD DS965, Alveo U50"),
    Device(
      part: "xcu250-figd2104-2l-e", family: .ultraScalePlus, lookUpTables: 1_728_000,
      flipFlops: 3_456_000, multipliers: 12_288, blockMemories: 2_688,
      source: "AMD DS962, Alveo U250 (the whole chip, shell included)"),
    Device(
      part: "xcvc1902-vsva2197-2MP-e-S", family: .versal, lookUpTables: 899_840,
      flipFlops: 1_799_680, multipliers: 1_968, blockMemories: 967,
      source: "AMD DS950, Versal AI Core table"),
    Device(
      part: "AGFB014R24B2E2V", family: .agilex, lookUpTables: 974_400, flipFlops: 1_948_800,
      multipliers: 4_510, blockMemories: 7_110,
      source: "Intel Agilex 7 F-series product table (487,200 ALMs)"),
  ]

  /// The device whose part number starts with the given text, case aside: `xcvu9p` will do.
  ///
  /// - Returns: `nil` if none or more than one matches.
  public static func named(_ text: String) -> Device? {
    let wanted = text.lowercased()
    if let exact = all.first(where: { $0.part.lowercased() == wanted }) { return exact }
    let matches = all.filter { $0.part.lowercased().hasPrefix(wanted) }
    return matches.count == 1 && !wanted.isEmpty ? matches[0] : nil
  }
}
