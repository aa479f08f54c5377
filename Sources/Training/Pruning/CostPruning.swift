public import WinnowNetworkIR

/// Prunes the smallest weights while training goes on, as many as bring the network's cost to a target:
/// the cost falls on a schedule, and from its end on no epoch ends with a cost above the target.
///
/// At each choice the sparsity is bisected on the weights as they are; each try costs one estimate. What
/// is pruned gets no gradient and stays zero, unless a later choice takes it back.
public final class CostPruning: TrainingModifier {
  /// When the weights are chosen, counted in steps.
  public struct Schedule: Sendable, Hashable, Codable {
    public var begin, end: Int
    /// Choices from begin to end, both included; the cost falls between them as the third power.
    public var choices: Int
    /// After the end the cost is looked at after as many steps, which should end an epoch.
    public var stepsPerEpoch: Int

    public init(begin: Int, end: Int, choices: Int = 5, stepsPerEpoch: Int) {
      self.begin = begin
      self.end = end
      self.choices = choices
      self.stepsPerEpoch = stepsPerEpoch
    }
  }

  public let target: Double
  /// Costs from `(1 − tolerance) · target` to `target` are good enough to stop bisecting.
  public let tolerance: Double
  public let schedule: Schedule
  public let scope: PruningMasks.Scope
  /// Constants that stay whole; `*` stands for any characters.
  public let excluding: [String]
  public private(set) var masks: PruningMasks?
  /// The cost at the last choice or look.
  public private(set) var cost: Double?

  private let model: Network
  private let estimate: any ResourceEstimate
  /// The cost when pruning begins.
  private var initial: Float = 0
  private var chosen: Float = 0
  private var scratch: Parameters<Float>?

  /// The highest sparsity that is tried.
  private static let most: Float = 0.99

  /// - Parameter model: the network that is trained, quantised.
  /// - Throws: ``TrainingError`` when target or schedule are impossible.
  public init(
    _ model: Network, toCost target: Double, by estimate: any ResourceEstimate,
    tolerance: Double = 0.03, schedule: Schedule, scope: PruningMasks.Scope = .tensor,
    excluding: [String] = []
  ) throws {
    guard target > 0, target.isFinite, tolerance > 0, tolerance < 1 else {
      throw TrainingError(
        "pruning to \(target) \(estimate.unit) within \(tolerance) is impossible; give a target above 0 and a tolerance between 0 and 1"
      )
    }
    guard schedule.begin >= 0, schedule.end >= schedule.begin, schedule.choices >= 1,
      schedule.stepsPerEpoch >= 1
    else {
      throw TrainingError(
        "pruning from step \(schedule.begin) to \(schedule.end) with \(schedule.choices) choices is impossible; the steps must be in order"
      )
    }
    self.model = model
    self.target = target
    self.estimate = estimate
    self.tolerance = tolerance
    self.schedule = schedule
    self.scope = scope
    self.excluding = excluding
  }

  /// The share of the weights that are pruned now.
  public var sparsity: Double { masks?.sparsity ?? 0 }

  public var snapshot: [Float] {
    get { [initial, chosen] + (masks?.values ?? []) }
    set {
      guard newValue.count > 2 else { return }
      (initial, chosen) = (newValue[0], newValue[1])
      // A snapshot of another network is refused where checkpoints are read.
      try? masks?.restore(Array(newValue[2...]))
    }
  }

  public func begin(parameters: Parameters<Float>) throws {
    masks = try PruningMasks(parameters.layout, excluding: excluding)
    scratch = try Parameters<Float>(model, layout: parameters.layout)
    try update(before: 0, parameters.values)
  }

  public func willUpdate(step: Int, gradient: Buffer<Float>, _ parameters: Buffer<Float>) {
    masks?.apply(to: gradient)
  }

  public func didUpdate(step: Int, _ parameters: Buffer<Float>) throws {
    masks?.apply(to: parameters)
    try update(before: step + 1, parameters)
  }

  private func update(before step: Int, _ parameters: Buffer<Float>) throws {
    if let choice = choice(at: step) {
      if choice == 0 { initial = Float(try cost(of: parameters, 0).cost) }
      let rest = 1 - Double(choice) / Double(max(schedule.choices - 1, 1))
      let allowed =
        schedule.choices == 1
        ? target : target + max(Double(initial) - target, 0) * rest * rest * rest
      try choose(allowed, parameters)
    } else if step > schedule.end, step % schedule.stepsPerEpoch == 0 {
      // Weights have moved on since the last choice.
      cost = try cost(of: parameters, nil).cost
      if cost! > target { try choose(target, parameters) }
    }
  }

  /// The number of the choice that is due before a step; the first at the beginning, the last at the end.
  private func choice(at step: Int) -> Int? {
    guard (schedule.begin...schedule.end).contains(step) else { return nil }
    let (length, last) = (schedule.end - schedule.begin, schedule.choices - 1)
    if length == 0 || last == 0 { return step == schedule.begin ? last : nil }
    // Of choices that fall on one step the last counts.
    return (0...last).last { schedule.begin + length * $0 / last == step }
  }

  /// The masks of the smallest sparsity whose cost is allowed, or of one whose cost is near enough.
  private func choose(_ allowed: Double, _ parameters: Buffer<Float>) throws {
    var high: Float?
    var best: (sparsity: Float, masks: PruningMasks, cost: Double)?
    var tried = chosen
    // What is zero already costs the same under fewer masks: only more are looked for.
    let least = sparsity > 0 ? chosen : 0
    var low = least
    for _ in 0..<16 {
      let (masks, cost) = try cost(of: parameters, tried)
      if cost <= allowed {
        best = (tried, masks, cost)
        high = tried
        if tried <= least || cost >= allowed * (1 - tolerance) { break }
        // The whole network comes first: it may be cheap enough.
        tried = low == 0 && tried < 0.05 ? 0 : (low + tried) / 2
      } else {
        low = tried
        guard low < Self.most else { break }
        tried = high.map { (low + $0) / 2 } ?? min(Self.most, (1 + low) / 2)
      }
      if let high, high - low < 1e-4 { break }
    }
    guard let best else {
      throw TrainingError(
        "even \(Int(Self.most * 100)) % of the weights pruned leaves more than \(Int(allowed)) \(estimate.unit); give a higher target, narrower formats or smaller layers"
      )
    }
    (chosen, masks, cost) = (best.sparsity, best.masks, best.cost)
    masks?.apply(to: parameters)
  }

  /// The cost of the network with a share of its weights gone, or as it is.
  private func cost(
    of parameters: Buffer<Float>, _ sparsity: Float?
  ) throws -> (masks: PruningMasks, cost: Double) {
    guard let scratch, var masks else { preconditionFailure("pruning has not begun") }
    scratch.values.copy(from: parameters)
    if let sparsity {
      masks.choose(sparsity: sparsity, scope, parameters)
      masks.apply(to: scratch.values)
    }
    return (masks, try estimate.cost(of: scratch.written(into: model).fixingWidths()))
  }
}
