public import WinnowEvents

/// Consecutive events of a sample, simulated.
public struct SimulatedFlow: Sendable, Hashable {
  public var generated: ParticleEvents
  /// With pileup.
  public var mixed: FlowCandidates
  /// The same events without.
  public var clean: FlowCandidates
  /// Of the mixed candidates; empty where none were computed.
  public var puppiWeights: [Float]
  /// The number of the first event in its sample.
  public var firstEvent: Int

  public init(
    generated: ParticleEvents, mixed: FlowCandidates, clean: FlowCandidates,
    puppiWeights: [Float], firstEvent: Int
  ) {
    (self.generated, self.mixed, self.clean) = (generated, mixed, clean)
    (self.puppiWeights, self.firstEvent) = (puppiWeights, firstEvent)
  }
}
