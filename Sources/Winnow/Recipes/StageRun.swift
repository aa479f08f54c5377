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
  private let pruning: (any SparsityModifier)?
  private var gauge: FirmwareGauge?
  private var pace: ProgressPace
  private var lastCheckpoint = ContinuousClock.now

  init(_ run: TrainingRun, _ stage: TrainingRun.Stage) throws {
    self.run = run
    self.stage = stage
    let recipe = run.recipe
    let (network, masks) = try run.network(of: stage)
    let objective = try run.objective(for: network)
    if run.state.stage == 0 {
      try recipe.data.checkNoise(isReadBy: objective.network, run.teacher?.inputs ?? [])
      try run.checkMetrics(of: network)
      try run.checkNames(in: network)
      try run.events.validate(classes: run.classes(objective, of: network))
      try run.checkProbabilities()
      try run.events.checkValidationWeights()
    }
    try Self.requireMemory(objective, batch: recipe.batch)
    let training = try run.events.training(for: objective, batch: recipe.batch, seed: recipe.seed)
    let validation = try run.events.evaluation(
      run.events.split.validation, for: objective, batch: recipe.batch, seed: recipe.seed)
    let isQuantized = stage.form != .float
    let epochs = stage.epochs
    let rate = isQuantized ? recipe.quantization?.learningRate : nil
    let optimizer = rate.map(recipe.optimizer.withLearningRate) ?? recipe.optimizer
    var plan = PlanOptions()
    plan.seed = recipe.seed
    plan.frozen = TrainingRun.frozen(network)
    // A live teacher and the graphs of losses are no part of what is trained.
    let own = Set(network.nodes.map(\.name))
    plan.frozen.formUnion(objective.network.nodes.map(\.name).filter { !own.contains($0) })
    if isQuantized, let policy = recipe.quantization?.policy { plan.quantization = policy }
    let pruned =
      stage == run.stages.last
      ? try recipe.pruning?.pruning(
        of: network, firmware: recipe.firmware, stepsPerEpoch: training.batchCount, epochs: epochs) : nil
    pruning = masks.map(FixedMasks.init) ?? pruned?.pruning
    gauge = isQuantized ? FirmwareGauge(network, options: recipe.firmware.options) : nil
    let configuration = TrainingConfiguration(
      batchSize: recipe.batch, epochs: epochs, threads: recipe.threads, optimizer: optimizer,
      schedule: try recipe.schedule?.schedule(
        rate: optimizer.optimizer.learningRate, stepsPerEpoch: training.batchCount, epochs: epochs),
      plateau: recipe.plateau?.plateau(rate: optimizer.optimizer.learningRate),
      clipping: recipe.clipping, l1: recipe.l1, l2: recipe.l2,
      movingAverage: recipe.movingAverage, earlyStopping: recipe.earlyStopping,
      firstBestEpoch: pruned?.lastingFrom ?? 0, plan: plan)
    var modifiers: [any TrainingModifier] = []
    if stage.form == .quantized, let widths = recipe.widths {
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
    // Weights, two shards' gradients, three slots of an optimiser, the best ones and two copies.
    let weights = objective.network.constants.values.reduce(0) { $0 + $1.shape.reduce(1, *) }
    bytes += 9 * weights * MemoryLayout<Float>.stride
    try AvailableMemory.require(
      bytes, for: "\(weights) weights with the values and gradients of a batch of \(batch) events",
      remedy: "give a smaller batch or network")
  }

  /// Lines of the epochs so far.
  var lines: [EpochLine] {
    trainer.history.enumerated().map { index, record in
      EpochLine(
        stage: stage.name, epoch: record.epoch, loss: record.loss,
        validationLoss: record.validationLoss, learningRate: record.learningRate,
        isBest: record.isBest,
        effectiveBitOperations: index < run.state.costs.count && penalty != nil
          ? run.state.costs[index] : nil)
    }
  }

  /// Trains to the end of the part.
  func train() throws {
    if stage.round != nil, trainer.state.step == 0, let iterative = run.recipe.pruning?.iterative {
      try trainer.begin(atEpoch: iterative.rewind)
    }
    try writeRewind()
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
      try writeRewind()
      try writeCheckpoint()
      report(trainer.history.last?.loss ?? .nan, isEpochEnd: true)
    }
  }

  /// Writes the network that rounds of pruning go back to, where this is its epoch.
  private func writeRewind() throws {
    guard let iterative = run.recipe.pruning?.iterative, !iterative.keepsWeights, stage.round == nil,
      stage == run.stages.last(where: { $0.round == nil })
    else { return }
    if trainer.state.epoch == iterative.rewind, trainer.state.batch == 0 {
      try NetworkFile.write(trainer.network, to: run.files.rewind)
    } else if trainer.isFinished, trainer.state.epoch < iterative.rewind {
      throw TrainingError(
        "early stopping ended the training after epoch \(trainer.state.epoch), before epoch \(iterative.rewind) to which 'pruning.rewind' goes back; give an earlier one"
      )
    }
  }

  /// Writes the best network for the part behind: its steps, where they were learned, as types.
  func writeResult(to path: String) throws {
    let best = trainer.bestNetwork
    try NetworkFile.write(stage.form == .steps ? best.fixingWidths() : best, to: path)
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
    let figures =
      isEpochEnd ? gauge?.figures { [trainer] in try trainer.network.fixingWidths() } : nil
    let counted = isEpochEnd && penalty != nil ? run.state.costs.last : nil
    run.report(
      TrainingProgress(
        stage: stage.name, epoch: isEpochEnd ? trainer.state.epoch : trainer.state.epoch + 1,
        epochs: trainer.configuration.epochs, batch: trainer.state.batch,
        batches: trainer.batchCount, loss: loss,
        validationLoss: isEpochEnd ? record?.validationLoss : nil,
        learningRate: isEpochEnd ? record?.learningRate ?? 0 : trainer.learningRate,
        eventsPerSecond: pace.eventsPerSecond(step: trainer.state.step),
        secondsLeft: pace.secondsLeft(step: trainer.state.step),
        effectiveBitOperations: counted ?? figures.map { Double($0.effectiveBitOperations) },
        bitOperationBound: penalty?.current, lookUpTables: figures?.lookUpTables,
        sparsity: pruning?.sparsity, isEpochEnd: isEpochEnd, isBest: isEpochEnd && record?.isBest == true))
    pace.reported()
  }
}
