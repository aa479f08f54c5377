public import WinnowNetworkIR

/// Trains a network: batches in, better parameters out, the same bits for the same seed and any
/// number of threads.
///
///     let trainer = try Trainer(objective, data: batches, validation: held, configuration)
///     while try trainer.trainEpoch() { print(trainer.history.last!) }
///     let network = trainer.network
public final class Trainer {
  public let objective: Objective
  public let configuration: TrainingConfiguration
  /// Where the training stands; with ``parameters`` and ``optimizerState`` it is all that a
  /// checkpoint holds.
  public internal(set) var state: TrainerState
  public internal(set) var optimizerState: OptimizerState<Float>
  /// Averages of the parameters, if there are any.
  public internal(set) var averages: [Float]
  /// The best parameters and moving averages of normalisations so far.
  public internal(set) var best: [Float]
  public let modifiers: [any TrainingModifier]
  public var parameters: Parameters<Float> { plan.parameters }

  let plan: TrainingPlan<Float>
  let evaluation: Evaluation?
  private let team: ThreadTeam
  private let data: any BatchSource
  private let inputs: [Buffer<Float>]
  private let weights: Buffer<Float>
  private let memory = Storage()

  /// - Parameters:
  ///   - objective: the network and its loss.
  ///   - data: rows for every input of the objective's graph.
  ///   - validation: rows that are not trained on; without them the training loss decides.
  ///   - modifiers: what changes parameters beside the optimiser, such as pruning.
  /// - Throws: ``TrainingError`` or ``NetworkError`` naming what does not fit.
  public init(
    _ objective: Objective, data: any BatchSource, validation: (any BatchSource)? = nil,
    _ configuration: TrainingConfiguration, modifiers: [any TrainingModifier] = []
  ) throws {
    try configuration.validate()
    self.objective = objective
    self.configuration = configuration
    self.data = data
    self.modifiers = modifiers
    let team = ThreadTeam(configuration.threads)
    self.team = team
    try objective.check(data)
    guard data.batchCount > 0 else {
      throw TrainingError(
        "the training data has fewer rows than one batch of \(data.batchSize); give a smaller batch or more data"
      )
    }
    let plan = try TrainingPlan<Float>(
      objective.network, sizes: [objective.batchSymbol: data.batchSize],
      seeds: [objective.loss] + objective.penalties.map(\.value), options: configuration.plan,
      team: team)
    self.plan = plan
    guard plan.parameters.layout.count > 0 else {
      throw TrainingError(
        "network '\(objective.model.name)' has nothing to train: no float weights, or all frozen")
    }
    inputs = try data.columns.map { column in
      guard let input = plan.input(column) else {
        throw TrainingError("the data's column '\(column)' is no input of the objective")
      }
      return input.values
    }
    weights = memory.allocate(data.batchSize, of: Float.self)
    evaluation = try validation.map {
      try Evaluation(objective, $0, parameters: plan.parameters, options: configuration.plan, team: team)
    }
    let count = plan.parameters.layout.count
    optimizerState = configuration.optimizer.optimizer.makeState(parameterCount: count)
    averages = configuration.movingAverage == nil ? [] : plan.parameters.values.array
    best = []
    state = TrainerState(
      plateau: configuration.plateau, earlyStopping: configuration.earlyStopping)
    for modifier in modifiers { try modifier.begin(parameters: plan.parameters) }
    try data.seek(epoch: 0, batch: 0)
  }

  /// The network as trained so far.
  public var network: Network { plan.parameters.written(into: objective.model) }

  /// The network with the best parameters on the validation data.
  public var bestNetwork: Network {
    guard !best.isEmpty else { return network }
    let current = snapshot()
    restore(best)
    defer { restore(current) }
    return network
  }

  /// Parameters and state in one array.
  func snapshot() -> [Float] { plan.parameters.values.array + plan.parameters.state.array }

  func restore(_ snapshot: [Float]) {
    let count = plan.parameters.values.count
    plan.parameters.values.copy(from: Array(snapshot[..<count]))
    plan.parameters.state.copy(from: Array(snapshot[count...]))
  }

  /// One step: the loss of the batch before the step, weighted by the events' weights.
  ///
  /// - Throws: ``TrainingError`` when the loss is no longer a number, naming the step and the first
  ///   value of the graph that is wrong; the parameters are those before the step.
  @discardableResult
  public func step() throws -> Double {
    try data.next(into: inputs, weights: weights)
    plan.readIntegers()
    plan.setStep(UInt64(state.step))
    plan.forward()
    let losses = plan.value(objective.loss)!.values
    let (sum, weight) = weightedSum(losses, weights)
    guard sum.isFinite, weight > 0 else { throw failure(weight: weight) }
    let seed = plan.seed(objective.loss)!
    for row in 0..<seed.count { seed[row] = Float(Double(weights[row]) / weight) }
    for penalty in objective.penalties {
      plan.seed(penalty.value)![0] = Float(penalty.factor * state.penaltyScale)
    }
    plan.backward()
    try update()
    state.step += 1
    state.batch += 1
    state.epochLoss.add(sum, weight: weight)
    return sum / weight
  }

  private func update() throws {
    let layout = plan.parameters.layout
    let (values, gradient) = (plan.parameters.values, plan.gradient)
    for entry in layout.entries where entry.isKernel && (configuration.l1 > 0 || configuration.l2 > 0) {
      let penalty = ParameterPenalty(range: entry.range, l1: configuration.l1, l2: configuration.l2)
      unsafe penalty.addGradient(
        parameters: values.base, gradients: gradient.base, part: entry.range)
    }
    for modifier in modifiers { modifier.willUpdate(step: state.step, gradient: gradient, values) }
    unsafe configuration.clipping.apply(
      to: UnsafeMutableBufferPointer(start: gradient.base, count: gradient.count),
      tensors: layout.entries.map(\.range))
    let optimizer = configuration.optimizer.optimizer
    let numbers = optimizer.begin(&optimizerState, learningRate: learningRate)
    unsafe optimizerState.withUnsafeSlots { slots in
      unsafe self.run(optimizer, slots, numbers)
    }
    for modifier in modifiers { try modifier.didUpdate(step: state.step, values) }
    if let average = configuration.movingAverage {
      unsafe averages.withUnsafeMutableBufferPointer { averages in
        unsafe average.update(
          averages: averages.baseAddress!, parameters: values.base, range: 0..<values.count,
          step: state.step)
      }
    }
  }

  /// Each thread updates a part; an element's bits do not depend on the division.
  private func run(
    _ optimizer: any Optimizer, _ slots: OptimizerSlots<Float>, _ numbers: OptimizerStep
  ) {
    let (values, gradient) = (plan.parameters.values, plan.gradient)
    let threads = values.count < 1 << 16 ? 1 : team.count
    if threads == 1 {
      unsafe optimizer.update(
        parameters: values.base, gradients: gradient.base, slots: slots, range: 0..<values.count,
        step: numbers)
      return
    }
    let parts = team.count
    team.run { member in
      unsafe optimizer.update(
        parameters: values.base, gradients: gradient.base, slots: slots,
        range: shardRange(member, of: parts, count: values.count), step: numbers)
    }
  }

  /// Batches of an epoch.
  public var batchCount: Int { data.batchCount }

  /// Goes to where the state stands.
  func seek() throws { try data.seek(epoch: state.epoch, batch: state.batch) }

  /// The rate of the next step.
  public var learningRate: Double { learningRate(at: state.step) }

  func learningRate(at step: Int) -> Double {
    if let plateau = state.plateau { return plateau.rate }
    return configuration.schedule?.rate(at: step) ?? configuration.optimizer.optimizer.learningRate
  }

  private func failure(weight: Double) -> TrainingError {
    guard weight > 0 else {
      return TrainingError("the events of step \(state.step) have no weight; check the weights")
    }
    let place = plan.firstNonFinite().map { "; the first value that is no number is '\($0)'" } ?? ""
    return TrainingError(
      "the loss became \(plan.value(objective.loss)!.values.array.contains { $0.isNaN } ? "NaN" : "infinite") at step \(state.step) (epoch \(state.epoch + 1))\(place); lower the learning rate or clip gradients; the last checkpoint is good"
    )
  }
}

/// `Σ w·x` and `Σ w`, in the order of the rows.
func weightedSum(_ values: Buffer<Float>, _ weights: Buffer<Float>) -> (sum: Double, weight: Double) {
  var (sum, total) = (0.0, 0.0)
  for row in 0..<values.count {
    let weight = Double(weights[row])
    // A row that fills up a batch may hold anything.
    if weight != 0 {
      sum += weight * Double(values[row])
      total += weight
    }
  }
  return (sum, total)
}

/// Changes gradients or parameters beside the optimiser: masks of pruned weights, width limits.
public protocol TrainingModifier: AnyObject {
  /// What it remembers, for checkpoints.
  var snapshot: [Float] { get set }
  func begin(parameters: Parameters<Float>) throws
  func willUpdate(step: Int, gradient: Buffer<Float>, _ parameters: Buffer<Float>)
  /// What it throws ends the training; the last checkpoint stays.
  func didUpdate(step: Int, _ parameters: Buffer<Float>) throws
}

extension TrainingModifier {
  public var snapshot: [Float] {
    get { [] }
    set {}
  }
  public func begin(parameters: Parameters<Float>) throws {}
  public func willUpdate(step: Int, gradient: Buffer<Float>, _ parameters: Buffer<Float>) {}
  public func didUpdate(step: Int, _ parameters: Buffer<Float>) {}
}
