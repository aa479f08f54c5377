import Foundation
import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowTensors
import WinnowTraining

/// A recipe at work in a folder: trains, quantises, trains on, measures, writes.
///
/// Killed at any moment it goes on from its last checkpoint and ends with the same bits of
/// `network.onnx`, `last.onnx` and `metrics.json` as if it had never stopped.
public final class TrainingRun {
  public let recipe: Recipe
  let files: TrainingFiles
  var description: TrainingDescription
  var state = RunState()
  var events: TrainingEvents
  /// Whose answers are learned, if there is one.
  private(set) var teacher: Teacher?
  let stages: [Stage]
  var report: (TrainingProgress) -> Void = { _ in }

  /// What a folder holds before a run.
  public enum Start: Sendable {
    case fresh
    case resumed
    case finished
  }
  public let start: Start

  /// Opens a run's folder and the recipe's data.
  ///
  /// - Parameters:
  ///   - folder: absent, empty, or of a run of the same recipe, which is gone on with.
  ///   - command: how the run was started, for `run.json`.
  /// - Throws: ``RecipeError``, ``TrainingError`` or ``NetworkError``: one sentence.
  public convenience init(_ recipe: Recipe, in folder: String, command: [String] = []) throws {
    try self.init(recipe, in: folder, command: command, isKept: true)
  }

  /// - Parameter isKept: whether the run will write to the folder; else a run of any recipe may be
  ///   there.
  init(_ recipe: Recipe, in folder: String, command: [String] = [], isKept: Bool) throws {
    self.recipe = recipe
    files = TrainingFiles(folder: folder)
    stages = Self.stages(of: recipe)
    let inputs = FileIdentity.of(recipe)
    switch try files.state() {
    case .empty:
      description = TrainingDescription(recipe, inputs, command: command)
      start = .fresh
    case .training where !isKept:
      description = TrainingDescription(recipe, inputs, command: command)
      start = .fresh
    // What ended before its first checkpoint left nothing to keep.
    case .training(let earlier)
    where !earlier.isFinished && !FileManager.default.fileExists(atPath: files.checkpoint):
      description = TrainingDescription(recipe, inputs, command: command)
      start = .fresh
    case .training(let earlier):
      try earlier.requireSame(recipe, inputs, in: folder)
      description = earlier
      start = try files.isComplete(earlier) ? .finished : .resumed
    }
    events = try TrainingEvents(recipe.data)
  }

  /// Trains to the end.
  ///
  /// - Parameter report: called after steps and epochs, at most ten times a second.
  /// - Throws: ``TrainingError`` when the loss is no longer a number; the last checkpoint stays.
  public func run(_ report: @escaping (TrainingProgress) -> Void = { _ in }) throws -> TrainingMetrics {
    self.report = report
    let begin = ContinuousClock.now
    let earlierSeconds = description.seconds
    try prepareTeacher()
    try OutputFolder.make(files.folder)
    let lock = try RunLock(files.folder)
    defer { withExtendedLifetime(lock) {} }
    try files.prepare()
    if start == .resumed { description.resumptions += 1 }
    description.isFinished = false
    try files.write(description, to: files.description)
    var checkpoint: Checkpoint?
    if FileManager.default.fileExists(atPath: files.checkpoint) {
      let found = try Checkpoint(contentsOf: files.checkpoint)
      state = try RunState(found.attachment)
      checkpoint = found
    }
    var metrics: TrainingMetrics?
    while metrics == nil {
      let part = try StageRun(self, stages[state.stage])
      if let checkpoint { try checkpoint.restore(part.trainer) }
      checkpoint = nil
      try part.train()
      if state.stage == stages.count - 1 {
        metrics = try finish(part)
      } else {
        try part.writeResult(to: files.result(of: state.stage))
        state.earlier += part.lines
        state.stage += 1
      }
    }
    description.isFinished = true
    description.seconds = earlierSeconds + (ContinuousClock.now - begin) / .seconds(1)
    description.files = try written()
    try files.write(description, to: files.description)
    return metrics!
  }

  /// The metrics of a run that is finished.
  public func metrics() throws -> TrainingMetrics {
    let bytes = try InputFile.read(files.metrics)
    do { return try JSONDecoder().decode(TrainingMetrics.self, from: Data(bytes)) } catch {
      throw NetworkError(
        "'\(files.metrics)' is damaged; remove it, and the same command writes it again")
    }
  }

  private func written() throws -> [String] {
    let manager = FileManager.default
    return try manager.subpathsOfDirectory(atPath: files.folder).filter { name in
      let type = try manager.attributesOfItem(atPath: "\(files.folder)/\(name)")[.type]
      return type as? FileAttributeType != .typeDirectory && name != "run.json" && name != ".lock"
    }.sorted()
  }

  // MARK: Networks

  /// The network that the first part trains, its scalers in front.
  func firstNetwork() throws -> Network {
    var network = try recipe.network.network(
      recipe.name, inputs: events.inputShapes,
      noise: recipe.data.noise.map { ($0.name, [$0.width]) }, seed: recipe.seed)
    try recipe.data.checkNoise(isReadBy: network)
    for (input, scaler) in events.scalers {
      network = try scaler.prepended(to: network, input: input).network
    }
    return network
  }

  /// A network with the recipe's losses behind it.
  func objective(for network: Network) throws -> Objective {
    try objectiveAndTarget(for: network).objective
  }

  /// The objective, and the value that holds what is learned of a teacher.
  func objectiveAndTarget(for network: Network) throws -> (objective: Objective, target: String?) {
    var terms = try recipe.losses.map { try term($0, network) }
    let graphs = try recipe.graphLosses.map { try $0.term() }
    var extended = network
    for loss in recipe.losses { try loss.zeros?.append(to: &extended, events.data) }
    let distilled = try teacher?.append(to: &extended)
    if let distilled { terms.append(distilled) }
    var objective = try RecipeError.blaming("loss") {
      try Objective(extended, losses: terms, graphs: graphs)
    }
    objective.model = network
    return (objective, distilled?.target)
  }

  private func term(_ recipe: LossRecipe, _ network: Network) throws -> LossTerm {
    let target = recipe.target ?? self.recipe.data.targets.first?.name
    let loss = try recipe.loss(
      targetIsScalar: target.map(events.targetIsScalar) ?? false,
      values: recipe.inputs?.count ?? network.outputs.count)
    let inputs = recipe.inputs ?? Array(network.outputs.prefix(loss.loss.inputNames.count))
    guard inputs.count == loss.loss.inputNames.count else {
      throw RecipeError(
        "the loss '\(recipe.kind.rawValue)' reads \(loss.loss.inputNames.joined(separator: ", ")), and \(inputs.count == 1 ? "1 value is" : "\(inputs.count) values are") there; name them with 'inputs'"
      )
    }
    if loss.loss.target != .none, target == nil {
      throw RecipeError(
        "the loss '\(recipe.kind.rawValue)' compares with a target, and there is none; give 'data.targets'")
    }
    return LossTerm(
      loss, inputs: inputs, target: loss.loss.target == .none ? nil : target, mask: recipe.mask,
      weight: recipe.weight, eventWeights: recipe.eventWeights)
  }

  /// Columns of labels with their numbers of classes.
  func classes(_ objective: Objective, of network: Network) throws -> [String: Int] {
    let types = try network.verify()
    var classes: [String: Int] = [:]
    for loss in recipe.losses {
      let term = try term(loss, network)
      guard term.loss.loss.target == .labels, let target = term.target,
        events.data.columns.contains(where: { $0.name == target })
      else { continue }
      classes[target] = types[term.inputs[0]]?.shape.last?.size
    }
    return classes
  }

  /// Fits what a teacher's answers need and makes them a column of the data, unless it runs live.
  func prepareTeacher() throws {
    guard let distillation = recipe.distillation, teacher == nil else { return }
    teacher = try Teacher(distillation, on: &events, seed: recipe.seed)
  }
}
