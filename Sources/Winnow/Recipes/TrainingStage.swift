import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowTraining

extension TrainingRun {
  /// One part of a run: how its numbers are formed, and what it takes from the part before.
  struct Stage: Sendable, Hashable {
    enum Form: String, Sendable {
      case float
      /// In fixed point, its steps learned.
      case steps
      case quantized
    }

    var form: Form
    var epochs: Int
    /// Neurons go before it.
    var losesNeurons = false
    /// Of iterative pruning, from 1.
    var round: Int?

    /// As `metrics.json` and the progress say it.
    var name: String {
      let base = form == .float && losesNeurons ? "smaller" : form.rawValue
      return round.map { "\(base) round \($0)" } ?? base
    }
  }

  /// The parts of a recipe's run, one after another.
  static func stages(of recipe: Recipe) -> [Stage] {
    var stages: [Stage] = []
    let neurons = recipe.pruning?.neurons
    if recipe.epochs > 0 { stages.append(Stage(form: .float, epochs: recipe.epochs)) }
    if let neurons, case let epochs = neurons.epochs ?? recipe.epochs,
      epochs > 0 || recipe.quantization == nil
    {
      stages.append(Stage(form: .float, epochs: epochs, losesNeurons: true))
    }
    if let quantization = recipe.quantization {
      var losesNeurons = neurons != nil && !stages.contains(where: \.losesNeurons)
      if let steps = quantization.learnedSteps {
        stages.append(Stage(form: .steps, epochs: steps.epochs, losesNeurons: losesNeurons))
        losesNeurons = false
      }
      stages.append(Stage(form: .quantized, epochs: quantization.epochs, losesNeurons: losesNeurons))
    }
    if stages.isEmpty { stages.append(Stage(form: .float, epochs: 0)) }
    if let iterative = recipe.pruning?.iterative, let last = stages.last {
      stages += (1...iterative.pruning.rounds).map { round in
        Stage(form: last.form, epochs: last.epochs, round: round)
      }
    }
    return stages
  }

  /// Nodes that are not trained: scalers, those of an imported network too.
  static func frozen(_ network: Network) -> Set<String> {
    Set(
      network.nodes.map(\.name).filter { name in
        network.inputs.contains { name.hasPrefix("\($0.name)_scaler_") }
      })
  }

  /// The network that a part starts from, and the masks that it keeps.
  func network(of stage: Stage) throws -> (network: Network, masks: PruningMasks?) {
    let index = stages.firstIndex(of: stage)!
    var network = index == 0 ? try firstNetwork() : try NetworkFile.read(path: files.result(of: index - 1))
    if let round = stage.round, let iterative = recipe.pruning?.iterative {
      let rewind = iterative.keepsWeights ? network : try NetworkFile.read(path: files.rewind)
      return try iterative.pruning.begin(
        round - 1, trained: network, rewind: rewind, frozen: Self.frozen(network))
    }
    if stage.losesNeurons, let neurons = recipe.pruning?.neurons {
      network = try network.neuronsPruned(
        share: neurons.share, by: neurons.norm, layers: neurons.layers)
    }
    guard let quantization = recipe.quantization, stage.form != .float else { return (network, nil) }
    let before = index == 0 ? nil : stages[index - 1]
    if before?.form != .steps { network = try quantized(network, quantization) }
    switch stage.form {
    case .steps:
      if var steps = quantization.learnedSteps?.steps {
        // Steps of a scaler's constants are no parameters: it is not trained.
        steps.fixed += network.inputs.map { "\($0.name)_scaler_*" }
        network = try network.withLearnedSteps(steps)
      }
    default:
      if let widths = recipe.widths?.widths {
        network = try RecipeError.blaming("widths") { try network.withLearnedWidths(widths) }
      }
    }
    try refuseZeros(of: network)
    return (network, nil)
  }

  private func quantized(_ float: Network, _ quantization: QuantizationRecipe) throws -> Network {
    let plan = quantization.plan
    let prepared = try RecipeError.blaming("quantization") { try float.prepared(for: plan) }
    let rows = try events.sample(
      of: prepared.inputs.map(\.name), rows: quantization.calibrationRows, seed: recipe.seed)
    let calibration = try Calibration(prepared, inputs: rows, seed: recipe.seed)
    let network = try RecipeError.blaming("quantization") {
      try float.quantized(plan, calibration: calibration)
    }
    try network.checkWeightsRemain(of: prepared)
    guard quantization.correctsBiases else { return network }
    return try network.correctingBiases(against: prepared, inputs: rows)
  }

  /// The sign of a zero is 1: weights of ±1 cannot be pruned.
  private func refuseZeros(of network: Network) throws {
    guard let pruning = recipe.pruning, pruning.neurons == nil else { return }
    for node in network.nodes where node.operation is BipolarQuantize {
      guard network.constants[node.inputs[0]] != nil else { continue }
      throw pruning.place.error(
        "makes weights zero, and '\(node.inputs[0])' is binary, ±1; give it another quantiser, or prune neurons"
      )
    }
  }
}
