import Foundation
import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowTensors
import WinnowTraining

/// One part of a run: its trainer, checkpoints between steps, and the Pareto set of learned widths.
final class StageRun {
  let trainer: Trainer
  private let run: TrainingRun
  private let stage: TrainingRun.Stage
  private let penalty: BitOperationPenalty?
  private let pruning: MagnitudePruning?
  private var pace: ProgressPace
  private var lastCheckpoint = ContinuousClock.now

  init(_ run: TrainingRun, _ stage: TrainingRun.Stage) throws {
    self.run = run
    self.stage = stage
    let recipe = run.recipe
    let network = try run.network(of: stage)
    let objective = try run.objective(for: network)
    if run.state.stage == 0 {
      try run.checkMetrics(of: network)
      try run.events.validate(classes: run.classes(objective, of: network))
    }
    try Self.requireMemory(objective, batch: recipe.batch)
    let training = try run.events.training(for: objective, batch: recipe.batch, seed: recipe.seed)
    let validation = try run.events.evaluation(
      run.events.split.validation, for: objective, batch: recipe.batch, seed: recipe.seed)
    let isQuantized = stage == .quantized
    let epochs = isQuantized ? recipe.quantization?.epochs ?? 0 : recipe.epochs
    let rate = isQuantized ? recipe.quantization?.learningRate : nil
    let optimizer = rate.map(recipe.optimizer.withLearningRate) ?? recipe.optimizer
    var plan = PlanOptions()
    plan.seed = recipe.seed
    plan.frozen = Set(
      network.nodes.map(\.name).filter { name in
        // Those of an imported network, too.
        network.inputs.contains { name.hasPrefix("\($0.name)_scaler_") }
      })
    if isQuantized, let policy = recipe.quantization?.policy { plan.quantization = policy }
    let pruned =
      stage == run.stages.last
      ? try recipe.pruning?.pruning(stepsPerEpoch: training.batchCount, epochs: epochs) : nil
    pruning = pruned?.pruning
    let configuration = TrainingConfiguration(
      batchSize: recipe.batch, epochs: epochs, threads: recipe.threads, optimizer: optimizer,
      schedule: try recipe.schedule?.schedule(
        rate: optimizer.optimizer.learningRate, stepsPerEpoch: training.batchCount, epochs: epochs),
      plateau: recipe.plateau?.plateau(rate: optimizer.optimizer.learningRate),
      clipping: recipe.clipping, l1: recipe.l1, l2: recipe.l2,
      movingAverage: recipe.movingAverage, earlyStopping: recipe.earlyStopping,
      firstBestEpoch: pruned?.lastingFrom ?? 0, plan: plan)
    var modifiers: [any TrainingModifier] = []
    if isQuantized, let widths = recipe.widths {
      let layout = try ParameterLayout(objective.network, frozen: plan.frozen)
      let penalty = try BitOperationPenalty(
        BitOperations(network, layout), factor: widths.factor(steps: epochs * training.batchCount))
      modifiers.append(penalty)
      self.penalty = penalty
    } else {
      penalty = nil
    }
    if let pruning { modifiers.append(pruning) }
    trainer = try Trainer(
      objective, data: training, validation: validation, configuration, modifiers: modifiers)
    pace = ProgressPace(
      stepsLeft: epochs * training.batchCount, batch: recipe.batch)
  }

  /// What a step's values and gradients take, before any of it is reserved.
  private static func requireMemory(_ objective: Objective, batch: Int) throws {
    var bytes = 0
    for (_, type) in try objective.network.verify() {
      let count = type.shape.reduce(1.0) { $0 * Double($1.size ?? batch) }
      guard count < 1e15 else {
        throw TrainingError("a batch of \(batch) events does not fit any memory; give a smaller batch")
      }
      bytes += 2 * Int(count) * MemoryLayout<Float>.stride
    }
    try AvailableMemory.require(
      bytes, for: "the values and gradients of a batch of \(batch) events",
      remedy: "give a smaller batch")
  }

  /// Lines of the epochs so far.
  var lines: [EpochLine] {
    trainer.history.enumerated().map { index, record in
      EpochLine(
        stage: stage.rawValue, epoch: record.epoch, loss: record.loss,
        validationLoss: record.validationLoss, learningRate: record.learningRate,
        isBest: record.isBest,
        effectiveBitOperations: index < run.state.costs.count && penalty != nil
          ? run.state.costs[index] : nil)
    }
  }

  /// Trains to the end of the part.
  func train() throws {
    if !trainer.isFinished {
      pace.begin(at: trainer.state.step)
      // A run that fails in its first step leaves nothing that a mended recipe would have to match.
      if run.state.stage > 0 || trainer.state.step > 0 { try writeCheckpoint() }
    }
    while !trainer.isFinished {
      try trainer.trainEpoch { trainer, loss in
        if pace.isDue { report(loss, isEpochEnd: false) }
        // After the epoch's last step comes the validation.
        if trainer.state.batch < trainer.batchCount, isCheckpointDue { try writeCheckpoint() }
      }
      if penalty != nil { try considerCandidate() }
      try writeCheckpoint()
      report(trainer.history.last?.loss ?? .nan, isEpochEnd: true)
    }
  }

  private var isCheckpointDue: Bool {
    let timing = run.recipe.checkpointing
    if let steps = timing.steps, trainer.state.step % steps == 0 { return true }
    return (ContinuousClock.now - lastCheckpoint) / .seconds(1) >= timing.seconds
  }

  private func writeCheckpoint() throws {
    try Checkpoint(trainer, attachment: run.state.encoded()).write(to: run.files.checkpoint)
    lastCheckpoint = .now
  }

  /// Keeps the epoch's network if no other beats it in loss and bit operations.
  private func considerCandidate() throws {
    guard let record = trainer.history.last else { return }
    let network = try trainer.network.fixingWidths()
    let cost = try BitOperationEstimate().cost(of: network)
    run.state.costs = Array(run.state.costs.prefix(record.epoch - 1)) + [cost]
    guard record.epoch > trainer.configuration.firstBestEpoch,
      run.state.front.insert(
        loss: record.validationLoss ?? record.loss, cost: cost, record.epoch) != nil
    else { return }
    try run.files.makeFolder("pareto")
    try NetworkFile.write(network, to: run.files.candidate(epoch: record.epoch))
  }

  private func report(_ loss: Double, isEpochEnd: Bool) {
    let record = trainer.history.last
    run.report(
      TrainingProgress(
        stage: stage.rawValue, epoch: isEpochEnd ? trainer.state.epoch : trainer.state.epoch + 1,
        epochs: trainer.configuration.epochs, batch: trainer.state.batch,
        batches: trainer.batchCount, loss: loss,
        validationLoss: isEpochEnd ? record?.validationLoss : nil,
        learningRate: isEpochEnd ? record?.learningRate ?? 0 : trainer.learningRate,
        eventsPerSecond: pace.eventsPerSecond(step: trainer.state.step),
        secondsLeft: pace.secondsLeft(step: trainer.state.step),
        effectiveBitOperations: penalty?.current, sparsity: pruning?.sparsity, isEpochEnd: isEpochEnd,
        isBest: isEpochEnd && record?.isBest == true))
    pace.reported()
  }
}
