/// Where a training stands between two steps.
public struct TrainerState: Sendable, Codable, Hashable {
  /// Steps done.
  public internal(set) var step = 0
  /// Epochs done.
  public internal(set) var epoch = 0
  /// Batches of the current epoch done.
  public internal(set) var batch = 0
  /// Factor of all penalties, which a schedule may raise.
  public var penaltyScale = 1.0
  public internal(set) var epochLoss = RunningMean()
  public internal(set) var plateau: ReduceOnPlateau?
  public internal(set) var earlyStopping: EarlyStopping?
  public internal(set) var bestLoss: Double?
  public internal(set) var bestEpoch: Int?
  public internal(set) var hasStopped = false
  public internal(set) var history: [EpochRecord] = []

  init(plateau: ReduceOnPlateau?, earlyStopping: EarlyStopping?) {
    self.plateau = plateau
    self.earlyStopping = earlyStopping
  }
}

/// A weighted mean that grows batch by batch.
public struct RunningMean: Sendable, Codable, Hashable {
  public private(set) var sum = 0.0
  public private(set) var weight = 0.0
  public var mean: Double { weight > 0 ? sum / weight : .nan }

  mutating func add(_ sum: Double, weight: Double) {
    self.sum += sum
    self.weight += weight
  }
}

/// What an epoch came to.
public struct EpochRecord: Sendable, Codable, Hashable {
  /// From 1.
  public var epoch: Int
  /// Mean over the epoch's batches, each before its step.
  public var loss: Double
  public var validationLoss: Double?
  public var learningRate: Double
  public var isBest: Bool
}
