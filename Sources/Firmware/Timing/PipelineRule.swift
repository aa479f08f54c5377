/// What a pipeline stage may hold.
public enum PipelineRule: Sendable, Hashable, Codable {
  /// Paths that end within the clock's period, by a ``DelayModel``; MHz.
  case clock(Double)
  /// At most so many levels of logic one after another, as da4ml counts them: an adder of two signals, a
  /// comparison, a choice, a saturation, a product or a table is a level; wires, adders of a constant,
  /// negations and `max(x, 0)` are none. For comparison with peers; a clock is met by ``clock(_:)``.
  case levels(Int)
}

/// What placing registers aims at.
public enum PipelineGoal: String, Sendable, Hashable, Codable, CaseIterable {
  /// The fewest stages, and of those placements one with the fewest flip-flops.
  case latency
  /// The fewest flip-flops, with up to ``extraStages`` more stages.
  case area

  /// Stages above the least that ``area`` tries.
  static let extraStages = 4
}
