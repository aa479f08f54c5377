import WinnowNetworkIR
import WinnowTensors
import WinnowTraining

/// A teacher at work: what a student is to answer for each event.
///
/// Either its answers are a column of the data, or its nodes stand beside the student's and run at
/// every step.
struct Teacher {
  private let recipe: DistillationRecipe
  /// The teacher, its score and its decision: one output, the target.
  private let network: Network
  /// What the teacher reads.
  var inputs: [String] { network.inputs.map(\.name) }
  /// The shape of an event's target.
  private let shape: [Int]
  /// The score above which an event is accepted.
  private(set) var threshold: Float?
  /// Weights of rejected and accepted events.
  private var balance: (rejected: Double, accepted: Double)?

  /// Reads the teacher; fits its threshold on the training events.
  init(_ recipe: DistillationRecipe, on events: inout TrainingEvents, seed: UInt64) throws {
    self.recipe = recipe
    var network = try NetworkRecipe.read(recipe.teacher)
    if let score = recipe.score {
      network = try AnomalyScore.graph(score.definition(of: network), of: network)
    }
    guard network.outputs.count == 1 else {
      throw TrainingError(
        "the teacher '\(network.name)' has \(network.outputs.count) outputs; one is needed, or a 'score'"
      )
    }
    switch recipe.lesson {
    case .score: break
    case .logarithm: network = try AnomalyScore.logarithm(of: network)
    case .decision:
      let (scores, shape) = try events.answers(
        of: network, rows: events.split.training, seed: seed)
      guard shape.reduce(1, *) == 1 else {
        throw TrainingError(
          "the teacher '\(network.name)' answers with \(shape.reduce(1, *)) numbers per event, of which there is no decision; give a 'score'"
        )
      }
      let threshold =
        try recipe.threshold.map { Float($0) }
        ?? AnomalyScore.threshold(scores, acceptance: recipe.acceptance!)
      let decisions = AnomalyScore.decisions(scores, above: threshold)
      self.threshold = threshold
      if recipe.isBalanced {
        let weights = try AnomalyScore.balancedWeights(decisions)
        func weight(_ decision: Float) -> Double {
          Double(weights[decisions.firstIndex(of: decision)!])
        }
        balance = (weight(0), weight(1))
      }
      network = try AnomalyScore.decision(of: network, above: threshold)
    }
    if recipe.kind == .kl { try network.appendSoftmax(temperature: recipe.temperature) }
    self.network = network
    if recipe.isLive {
      shape = try events.answers(of: network, rows: RowSet(0..<1), seed: seed).shape
      return
    }
    let answers = try events.answers(of: network, rows: RowSet(0..<events.data.count), seed: seed)
    shape = answers.shape
    try events.append(
      TrainingColumn(
        TrainingEvents.teacherName,
        NumericArray(floats: answers.values, shape: [events.data.count] + shape)))
  }

  /// Adds what the student is compared with to its graph.
  ///
  /// - Returns: the loss of the student's first output.
  func append(to student: inout Network) throws -> LossTerm {
    guard let output = student.outputs.first, let type = try student.verify()[output] else {
      throw TrainingError("the network has no output")
    }
    let (width, wanted) = (
      type.shape.dropFirst().reduce(1) { $0 * ($1.size ?? 1) }, shape.reduce(1, *)
    )
    guard width == wanted else {
      throw TrainingError(
        "the teacher gives \(wanted) number\(wanted == 1 ? "" : "s") per event to learn, and the network answers with \(width); end the network with a layer of \(wanted)"
      )
    }
    var target = TrainingEvents.teacherName
    if recipe.isLive {
      let joined = try Distillation.joined(student, network)
      (student, target) = (joined.network, joined.target)
      student.outputs.append(target)
    } else {
      student.inputs.append(
        .init(target, TensorType([type.shape[0]] + shape.map { .fixed($0) }, .float32)))
    }
    return LossTerm(
      loss, inputs: [try appendLogits(to: &student, output)], target: target,
      weight: recipe.kind == .kl
        ? recipe.weight * recipe.temperature * recipe.temperature : recipe.weight,
      eventWeights: appendWeights(to: &student, target))
  }

  private var loss: AnyLoss {
    switch recipe.kind {
    case .mse: .meanSquaredError(MeanSquaredError())
    case .mae: .meanAbsoluteError(MeanAbsoluteError())
    case .binaryCrossEntropy: .binaryCrossEntropy(BinaryCrossEntropy(fromLogits: true))
    // The cross-entropy with the teacher's softmax at the temperature T is their divergence but for
    // a constant; T² keeps gradients comparable between temperatures (arXiv:1503.02531, section 2).
    case .kl:
      .categoricalCrossEntropy(CategoricalCrossEntropy(fromLogits: true, takesLabels: false))
    }
  }

  private func appendLogits(to student: inout Network, _ output: String) throws -> String {
    guard recipe.kind == .kl, recipe.temperature != 1 else { return output }
    student.constants["distillation/cold"] = Tensor(
      [1], .float32([Float(1 / recipe.temperature)]))
    student.nodes.append(
      Node("distillation/logits", Arithmetic(.multiply), output, "distillation/cold"))
    return "distillation/logits"
  }

  /// `rejected + (accepted − rejected) · decision`.
  private func appendWeights(to student: inout Network, _ decision: String) -> String? {
    guard let balance else { return nil }
    let constants = [("slope", balance.accepted - balance.rejected), ("first", balance.rejected)]
    for (name, value) in constants {
      student.constants["distillation/\(name)"] = Tensor([1], .float32([Float(value)]))
    }
    student.nodes.append(
      Node("distillation/excess", Arithmetic(.multiply), decision, "distillation/slope"))
    student.nodes.append(
      Node("distillation/weights", Arithmetic(.add), "distillation/excess", "distillation/first"))
    return "distillation/weights"
  }
}

extension DistillationRecipe.Score {
  /// The score of a detector: of its first output, or of its last two as μ and ln σ².
  func definition(of detector: Network) throws -> AnomalyScore.Definition {
    switch kind {
    case .mse:
      guard let output = outputs.first ?? detector.outputs.first,
        let target = target ?? (detector.inputs.count == 1 ? detector.inputs[0].name : nil)
      else {
        throw place.error("compares with an input, and the teacher has several; name one as 'target'")
      }
      return .reconstruction(output: output, target: target, scales: scales, mask: mask)
    case .kl, .rz:
      let latent = outputs.isEmpty ? detector.outputs.suffix(2) : outputs[...]
      guard latent.count == 2, let mean = latent.first, let variance = latent.last else {
        throw place.error(
          "reads μ and ln σ², and the teacher has \(detector.outputs.count) output; name two values as 'outputs'"
        )
      }
      return kind == .rz
        ? .radius(mean: mean, logVariance: variance)
        : .divergence(mean: mean, logVariance: variance, takesMean: takesMean)
    }
  }
}

extension Network {
  /// The probabilities of the only output at a temperature.
  fileprivate mutating func appendSoftmax(temperature: Double) throws {
    var logits = outputs[0]
    if temperature != 1 {
      let (factor, product) = (freeName("cold"), freeName("cold_logits"))
      constants[factor] = Tensor([1], .float32([Float(1 / temperature)]))
      nodes.append(Node(product, Arithmetic(.multiply), logits, factor))
      logits = product
    }
    let name = freeName("probabilities")
    nodes.append(Node(name, Softmax(axis: -1), logits))
    outputs = [name]
  }
}
