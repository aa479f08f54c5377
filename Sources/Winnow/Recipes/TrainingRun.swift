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
  /// The teacher's answers are a column of the data.
  let stages: [Stage]
  var report: (TrainingProgress) -> Void = { _ in }

  enum Stage: String {
    case float
    case quantized
  }

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
  public init(_ recipe: Recipe, in folder: String, command: [String] = []) throws {
    self.recipe = recipe
    files = TrainingFiles(folder: folder)
    stages =
      recipe.quantization == nil ? [.float] : recipe.epochs == 0 ? [.quantized] : [.float, .quantized]
    switch try files.state() {
    case .empty:
      description = TrainingDescription(recipe, command: command)
      start = .fresh
    // What ended before its first checkpoint left nothing to keep.
    case .training(let earlier)
    where !earlier.isFinished && !FileManager.default.fileExists(atPath: files.checkpoint):
      description = TrainingDescription(recipe, command: command)
      start = .fresh
    case .training(let earlier):
      if let place = recipe.settings.withoutThreads.firstDifference(from: earlier.recipe) {
        throw NetworkError(
          "'\(folder)' holds a run of another recipe ('\(place)' differs); give -o another folder")
      }
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
    if let distillation = recipe.distillation { try addTeacher(distillation) }
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
        try NetworkFile.write(part.trainer.bestNetwork, to: files.float)
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

  /// The network that a part starts from.
  func network(of stage: Stage) throws -> Network {
    guard stage == .quantized, let quantization = recipe.quantization else { return try firstNetwork() }
    let float = stages.count == 1 ? try firstNetwork() : try NetworkFile.read(path: files.float)
    let plan = quantization.plan
    let prepared = try RecipeError.blaming("quantization") { try float.prepared(for: plan) }
    let rows = try events.sample(
      of: prepared.inputs.map(\.name), rows: quantization.calibrationRows, seed: recipe.seed)
    let calibration = try Calibration(prepared, inputs: rows, seed: recipe.seed)
    var network = try RecipeError.blaming("quantization") {
      try float.quantized(plan, calibration: calibration)
    }
    try network.checkWeightsRemain(of: prepared)
    if quantization.correctsBiases {
      network = try network.correctingBiases(against: prepared, inputs: rows)
    }
    if var widths = recipe.widths?.widths {
      // Scalers are not trained, nor are their formats.
      widths.fixed += events.scalers.map { "\($0.input)_scaler_*" }
      network = try RecipeError.blaming("widths") { try network.withLearnedWidths(widths) }
    }
    return network
  }

  /// A network with the recipe's losses behind it.
  func objective(for network: Network) throws -> Objective {
    var terms = try recipe.losses.map { try term($0, network) }
    guard let distillation = recipe.distillation else {
      return try RecipeError.blaming("loss") { try Objective(network, losses: terms) }
    }
    guard let output = network.outputs.first else { throw TrainingError("the network has no output") }
    switch distillation.kind {
    case .mse, .mae:
      let loss: AnyLoss =
        distillation.kind == .mse
        ? .meanSquaredError(MeanSquaredError()) : .meanAbsoluteError(MeanAbsoluteError())
      terms.append(
        LossTerm(
          loss, inputs: [output], target: TrainingEvents.teacherName, weight: distillation.weight))
      return try Objective(network, losses: terms)
    case .kl:
      // The cross-entropy with the teacher's softmax at the temperature T is their divergence but for
      // a constant; T² keeps gradients comparable between temperatures (arXiv:1503.02531, section 2).
      var extended = network
      var logits = output
      let temperature = distillation.temperature
      if temperature != 1 {
        logits = "distillation/logits"
        extended.constants["distillation/cold"] = Tensor([1], .float32([Float(1 / temperature)]))
        extended.nodes.append(
          Node(logits, Arithmetic(.multiply), output, "distillation/cold"))
      }
      terms.append(
        LossTerm(
          .categoricalCrossEntropy(CategoricalCrossEntropy(fromLogits: true, takesLabels: false)),
          inputs: [logits], target: TrainingEvents.teacherName,
          weight: distillation.weight * temperature * temperature))
      var objective = try Objective(extended, losses: terms)
      objective.model = network
      return objective
    }
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
      weight: recipe.weight)
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

  private func addTeacher(_ distillation: DistillationRecipe) throws {
    let teacher = try NetworkRecipe.read(distillation.teacher)
    var (values, shape) = try events.answers(of: teacher)
    if distillation.kind == .kl {
      let width = shape.last ?? 1
      for row in stride(from: 0, to: values.count, by: width) {
        let scaled = values[row..<row + width].map { Double($0) / distillation.temperature }
        let largest = scaled.max() ?? 0
        let powers = scaled.map { exp($0 - largest) }
        let sum = powers.reduce(0, +)
        for (place, power) in powers.enumerated() { values[row + place] = Float(power / sum) }
      }
    }
    try events.append(
      TrainingColumn(
        TrainingEvents.teacherName, NumericArray(floats: values, shape: [events.data.count] + shape)))
  }
}
