extension Trainer {
  /// Records of the epochs so far.
  public var history: [EpochRecord] { state.history }

  /// Passes over the epochs before one, from 0, as if they were done: schedules and the order of the
  /// data go on from there, the optimiser begins anew.
  ///
  /// - Throws: ``TrainingError`` when training has begun, or there is no such epoch.
  public func begin(atEpoch epoch: Int) throws {
    guard state.step == 0, (0...configuration.epochs).contains(epoch) else {
      throw TrainingError(
        "a training of \(configuration.epochs) epochs cannot begin at epoch \(epoch) after \(state.step) steps"
      )
    }
    state.epoch = epoch
    state.step = epoch * batchCount
    try seek()
  }

  /// Trains to the end of the current epoch, validates, and decides whether to go on.
  ///
  /// - Parameter progress: called after each step with the batch's loss.
  /// - Returns: false when all epochs are done or early stopping ended the training.
  /// - Throws: ``TrainingError`` when the loss is no longer a number.
  @discardableResult
  public func trainEpoch(progress: (Trainer, Double) throws -> Void = { _, _ in }) throws -> Bool {
    guard !isFinished else { return false }
    while state.batch < batchCount { try progress(self, step()) }
    try finishEpoch()
    return !isFinished
  }

  public var isFinished: Bool { state.hasStopped || state.epoch >= configuration.epochs }

  private func finishEpoch() throws {
    let loss = state.epochLoss.mean
    // Of the epoch's last step.
    let rate = learningRate(at: max(state.step - 1, 0))
    let current = snapshot()
    if configuration.movingAverage != nil {
      parameters.values.copy(from: averages)
    }
    let validationLoss = try evaluation?.loss()
    let monitored = validationLoss ?? loss
    guard monitored.isFinite else {
      restore(current)
      throw TrainingError(
        "the validation loss became \(monitored.isNaN ? "NaN" : "infinite") after epoch \(state.epoch + 1); lower the learning rate; the last checkpoint is good"
      )
    }
    let isBest =
      state.epoch >= configuration.firstBestEpoch
      && (state.bestLoss.map { monitored < $0 } ?? true)
    if isBest {
      state.bestLoss = monitored
      state.bestEpoch = state.epoch + 1
      best = snapshot()
    }
    restore(current)
    state.plateau?.update(monitored)
    // The state is read before it is changed: the two accesses may not overlap.
    let epoch = state.epoch
    if epoch >= configuration.firstBestEpoch,
      state.earlyStopping?.update(epoch: epoch, value: monitored).stops == true
    {
      state.hasStopped = true
    }
    state.history.append(
      EpochRecord(
        epoch: state.epoch + 1, loss: loss, validationLoss: validationLoss, learningRate: rate,
        isBest: isBest))
    state.epoch += 1
    state.batch = 0
    state.epochLoss = RunningMean()
    try seek()
  }
}
