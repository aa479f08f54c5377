/// What the equality of a block rests on.
public enum ProofKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// Both sides evaluated for every value of the block's operands.
  case enumeration
  /// Both sides are the same exact sum of products, and every wire on the way is wide enough.
  case linearForm = "linear form"
  /// Sums proved by linear form, and what follows them by enumerating the sums' values.
  case formAndEnumeration = "linear form and enumeration"
  /// The same gate on operands proved equal; its wire holds every value it can take.
  case sameGate = "same gate"
  /// No assignment makes the sides differ, by a satisfiability solver.
  case satisfiability
}

/// How much a proof may spend.
public struct ProofLimits: Sendable, Hashable, Codable {
  /// Blocks of at most `2^enumerationBits` operand values are enumerated.
  public var enumerationBits: Int
  /// Seconds for one question to the solver.
  public var solverSeconds: Int
  /// Seconds for all questions to the solver together.
  public var totalSolverSeconds: Int
  /// Events simulated on both sides to guess which signal is which value.
  public var events: Int
  public var seed: UInt64

  public init(
    enumerationBits: Int = 20, solverSeconds: Int = 10, totalSolverSeconds: Int = 300,
    events: Int = 256, seed: UInt64 = 1
  ) {
    self.enumerationBits = enumerationBits
    self.solverSeconds = solverSeconds
    self.totalSolverSeconds = totalSolverSeconds
    self.events = events
    self.seed = seed
  }
}
