/// Trigger muons of some events with the offline muons that they belong to: event `n` owns
/// `offsets[n]..<offsets[n + 1]`.
public struct TriggerMuonEvents: Sendable {
  public var offsets = [0]
  public var muons: [TriggerMuon] = []
  /// One for each of ``muons``, the truth of papers/4.
  public var offline: [OfflineMuon] = []
  /// The particle, counted over all of the generated events, that each of ``muons`` is.
  public var particles: [Int] = []
  /// Muons that no response can be given for.
  public var skips = SkippedParticles()

  public init() {}

  public var count: Int { offsets.count - 1 }
  public subscript(event: Int) -> Range<Int> { offsets[event]..<offsets[event + 1] }
}
