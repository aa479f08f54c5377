/// Where numbers come from; every caption says it.
public struct Provenance: Sendable, Hashable, Codable {
  /// Which events, made or measured how: `Pythia 8.317, minimum bias, 14 TeV`.
  public var data: String
  /// How many: `45,000 events`.
  public var statistics: String
  /// What makes it again.
  public var command: String
  public var seed: UInt64?

  public init(data: String, statistics: String, command: String, seed: UInt64?) {
    (self.data, self.statistics, self.command, self.seed) = (data, statistics, command, seed)
  }
}
