/// Ends a training whose monitored quantity no longer improves (Keras's `EarlyStopping`).
///
/// Call `update` after each epoch. What it remembers is part of the value and is coded with it; the
/// weights themselves are `BestWeights`'.
public struct EarlyStopping: Sendable, Codable, Hashable {
  /// The epochs without improvement after which training ends.
  public let patience: Int
  public let improvement: Improvement
  /// A value that must be beaten for the wait to start anew.
  public let baseline: Double?
  /// Epochs before this one are not looked at.
  public let firstEpoch: Int

  /// The best value so far and the epoch it belongs to.
  public private(set) var best: Double?
  public private(set) var bestEpoch: Int?
  /// The epoch after which training ended.
  public private(set) var stoppedEpoch: Int?
  private var waited = 0

  public init(
    patience: Int = 0, improvement: Improvement = Improvement(), baseline: Double? = nil,
    firstEpoch: Int = 0
  ) {
    self.patience = patience
    self.improvement = improvement
    self.baseline = baseline
    self.firstEpoch = firstEpoch
  }

  /// What to do after an epoch.
  public struct Verdict: Sendable, Hashable {
    /// Whether the weights of this epoch are the best so far.
    public let isBest: Bool
    /// Whether to end training.
    public let stops: Bool
  }

  /// Takes the monitored value of an epoch, counted from 0.
  ///
  /// The very first epoch does not end a training, as in Keras.
  public mutating func update(epoch: Int, value: Double) -> Verdict {
    if epoch < firstEpoch { return Verdict(isBest: false, stops: false) }
    // The first epoch that is looked at is the best so far, even where its value is NaN.
    let isFirst = bestEpoch == nil
    if isFirst { bestEpoch = epoch }
    waited += 1
    if improvement.isBetter(value, than: best) {
      best = value
      bestEpoch = epoch
      if baseline == nil || improvement.isBetter(value, than: baseline) { waited = 0 }
      return Verdict(isBest: true, stops: false)
    }
    let stops = waited >= patience && epoch > 0
    if stops { stoppedEpoch = epoch }
    return Verdict(isBest: isFirst, stops: stops)
  }
}

/// Keeps a copy of the weights of the best epoch.
public struct BestWeights<Scalar: OptimizerScalar & Codable>: Sendable, Codable, Hashable {
  public let improvement: Improvement
  public private(set) var best: Double?
  public private(set) var epoch: Int?
  /// The weights of that epoch; empty before the first.
  public private(set) var weights: [Scalar] = []

  public init(improvement: Improvement = Improvement()) { self.improvement = improvement }

  /// Copies the weights where the value is the best so far, or the first.
  ///
  /// - Returns: whether they were copied.
  @discardableResult
  public mutating func update(epoch: Int, value: Double, weights: [Scalar]) -> Bool {
    let isBetter = improvement.isBetter(value, than: best)
    guard isBetter || self.epoch == nil else { return false }
    if isBetter { best = value }
    self.epoch = epoch
    self.weights = weights
    return true
  }
}
