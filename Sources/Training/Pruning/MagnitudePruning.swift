/// Prunes the smallest weights while training goes on, on a schedule; from trained weights as a rule.
///
/// What is pruned gets no gradient and stays zero, unless a later choice takes it back.
public final class MagnitudePruning: TrainingModifier {
  public let schedule: PruningSchedule
  public let scope: PruningMasks.Scope
  /// Constants that stay whole; `*` stands for any characters.
  public let excluding: [String]
  public private(set) var masks: PruningMasks?

  /// - Throws: ``TrainingError`` when the schedule is impossible.
  public init(
    _ schedule: PruningSchedule, scope: PruningMasks.Scope = .tensor, excluding: [String] = []
  ) throws {
    try schedule.validate()
    self.schedule = schedule
    self.scope = scope
    self.excluding = excluding
  }

  /// The share of the weights that are pruned now.
  public var sparsity: Double { masks?.sparsity ?? 0 }

  public var snapshot: [Float] {
    get { masks?.values ?? [] }
    // A snapshot of another network is refused where checkpoints are read.
    set { try? masks?.restore(newValue) }
  }

  public func begin(parameters: Parameters<Float>) throws {
    masks = try PruningMasks(parameters.layout, excluding: excluding)
    choose(before: 0, parameters.values)
  }

  public func willUpdate(step: Int, gradient: Buffer<Float>, _ parameters: Buffer<Float>) {
    masks?.apply(to: gradient)
  }

  public func didUpdate(step: Int, _ parameters: Buffer<Float>) {
    choose(before: step + 1, parameters)
    masks?.apply(to: parameters)
  }

  /// The masks of a step are chosen before it, as in the toolkit.
  private func choose(before step: Int, _ parameters: Buffer<Float>) {
    guard schedule.isActive(at: step) else { return }
    masks?.choose(sparsity: schedule.sparsity(at: step), scope, parameters)
    masks?.apply(to: parameters)
  }
}

/// Keeps pruned weights at zero: masks that no longer change.
public final class FixedMasks: TrainingModifier {
  public let masks: PruningMasks

  public init(_ masks: PruningMasks) { self.masks = masks }

  public func begin(parameters: Parameters<Float>) throws {
    guard masks.values.count == parameters.values.count else {
      throw TrainingError(
        "the masks are of \(masks.values.count) parameters, the network has \(parameters.values.count)")
    }
    masks.apply(to: parameters.values)
  }

  public func willUpdate(step: Int, gradient: Buffer<Float>, _ parameters: Buffer<Float>) {
    masks.apply(to: gradient)
  }

  public func didUpdate(step: Int, _ parameters: Buffer<Float>) { masks.apply(to: parameters) }
}
