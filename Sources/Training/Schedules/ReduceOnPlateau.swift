/// Lowers the learning rate when a monitored quantity stops improving (Keras's
/// `ReduceLROnPlateau`, defaults included).
///
/// Call `update` after each epoch. What it remembers is part of the value and is coded with it.
public struct ReduceOnPlateau: Sendable, Codable, Hashable {
  /// The present learning rate.
  public private(set) var rate: Double
  public let factor: Double
  /// The epochs without improvement after which the rate is lowered.
  public let patience: Int
  public let improvement: Improvement
  /// The epochs after a reduction in which nothing is counted.
  public let cooldown: Int
  public let minimumRate: Double

  /// The best value so far.
  public private(set) var best: Double?
  private var waited = 0
  private var cooling = 0

  public init(
    initial: Double, factor: Double = 0.1, patience: Int = 10,
    improvement: Improvement = Improvement(minimumChange: 1e-4), cooldown: Int = 0,
    minimumRate: Double = 0
  ) {
    rate = initial
    self.factor = factor
    self.patience = patience
    self.improvement = improvement
    self.cooldown = cooldown
    self.minimumRate = minimumRate
  }

  public func validate() throws(HyperparameterError) {
    try checkRates(rate, minimumRate, of: "plateau")
    try HyperparameterError.require(
      factor >= 0 && factor < 1,
      "the plateau schedule multiplies the rate by \(factor); give a factor below 1")
    try HyperparameterError.require(
      patience >= 0 && cooldown >= 0,
      "the plateau schedule waits \(patience) epochs and cools \(cooldown); give 0 or more")
  }

  /// Takes the monitored value of an epoch.
  ///
  /// - Returns: whether the rate was lowered.
  @discardableResult
  public mutating func update(_ value: Double) -> Bool {
    if cooling > 0 {
      cooling -= 1
      waited = 0
    }
    if improvement.isBetter(value, than: best) {
      best = value
      waited = 0
      return false
    }
    if cooling > 0 { return false }
    waited += 1
    guard waited >= patience, rate > minimumRate else { return false }
    rate = max(rate * factor, minimumRate)
    cooling = cooldown
    waited = 0
    return true
  }
}
