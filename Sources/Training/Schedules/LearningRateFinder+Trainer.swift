extension LearningRateFinder {
  /// The rates of the test as a schedule, which its trainer must have.
  public var schedule: AnySchedule {
    .exponential(ExponentialSchedule(initial: first, decay: last / first, steps: steps - 1))
  }
}

extension Trainer {
  /// Makes the steps of a range test. A loss that is no longer a number ends the test.
  ///
  /// - Parameter progress: called after each step.
  /// - Throws: ``TrainingError`` where the trainer does not have the test's rates, or data cannot
  ///   be read.
  public func find(
    _ finder: inout LearningRateFinder, progress: (LearningRateFinder) -> Void = { _ in }
  ) throws {
    try finder.validate()
    guard configuration.schedule == finder.schedule, configuration.plateau == nil else {
      throw TrainingError("a range test needs a trainer with the test's schedule and no plateau")
    }
    while finder.nextRate != nil {
      let loss: Double
      do { loss = try step() } catch let error {
        guard hasDiverged else { throw error }
        loss = .infinity
      }
      finder.record(loss: loss)
      progress(finder)
    }
  }

  /// Whether the last batch's loss is no number.
  private var hasDiverged: Bool {
    plan.value(objective.loss)!.values.array.contains { !$0.isFinite }
  }
}
