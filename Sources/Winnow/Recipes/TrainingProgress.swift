/// Where a training stands.
public struct TrainingProgress: Sendable {
  /// The part: `float`, `smaller`, `steps` or `quantized`; rounds of pruning with their number behind.
  public var stage: String
  public var epoch: Int
  public var epochs: Int
  public var batch: Int
  public var batches: Int
  /// Of the batch, or of the epoch at its end.
  public var loss: Double
  public var validationLoss: Double?
  public var learningRate: Double
  public var eventsPerSecond: Double
  /// Of this part, should no early stopping end it.
  public var secondsLeft: Double
  /// Of the exact program, at the end of an epoch of a quantised part, where there was time to count.
  public var effectiveBitOperations: Double?
  /// What is made small where widths are learned: the exact number is at most as large.
  public var bitOperationBound: Double?
  /// `winnow compile`'s estimate, at the end of an epoch of a quantised part, where there was time to
  /// compile.
  public var lookUpTables: Int?
  /// Where weights are pruned.
  public var sparsity: Double?
  public var isEpochEnd: Bool
  public var isBest: Bool
}

/// Rates of a training, and when the next report is due.
struct ProgressPace {
  private let steps: Int
  private let batch: Int
  private var first = 0
  private var start = ContinuousClock.now
  private var last = ContinuousClock.now

  init(stepsLeft steps: Int, batch: Int) {
    self.steps = steps
    self.batch = batch
  }

  mutating func begin(at step: Int) {
    first = step
    start = .now
  }

  var isDue: Bool { ContinuousClock.now - last >= .milliseconds(100) }

  mutating func reported() { last = .now }

  private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  func eventsPerSecond(step: Int) -> Double { Double((step - first) * batch) / max(seconds, 1e-9) }

  func secondsLeft(step: Int) -> Double {
    step > first ? seconds / Double(step - first) * Double(max(steps - step, 0)) : 0
  }
}
