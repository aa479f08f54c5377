/// Where a training stands.
public struct TrainingProgress: Sendable {
  /// `float` or `quantized`.
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
  /// Where widths are learned.
  public var effectiveBitOperations: Double?
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
