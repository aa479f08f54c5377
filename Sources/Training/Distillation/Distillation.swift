public import WinnowNetworkIR

/// Trains a small network to answer as a large one does.
public struct Distillation: Sendable, Hashable, Codable {
  public var loss: DistillationLoss
  /// Weight of the teacher's part; the rest is that of the data's own targets, if there are any.
  public var weight: Double

  public init(_ loss: DistillationLoss, weight: Double = 1) {
    self.loss = loss
    self.weight = weight
  }

  /// The objective of a student whose teacher runs beside it on the same events.
  ///
  /// - Parameters:
  ///   - student: one output.
  ///   - teacher: one output of the student's shape; inputs by the student's names, others become
  ///     columns of the data.
  ///   - labels: a further input with the data's own targets, and how the student is held to them.
  /// - Returns: the objective, and the teacher's nodes, which belong into ``PlanOptions/frozen``: they
  ///   run as in evaluation and are not trained.
  /// - Throws: ``TrainingError`` when the networks do not fit.
  public func objective(
    student: Network, teacher: Network,
    labels: (input: Network.Input, loss: DistillationLoss)? = nil
  ) throws -> (objective: Objective, frozen: Set<String>) {
    let joined = try Self.joined(student, teacher)
    let objective = try objective(student, in: joined.network, target: joined.target, labels)
    return (objective, joined.frozen)
  }

  /// A student and its teacher in one graph.
  ///
  /// - Returns: the graph, with the student's outputs; the value that holds the teacher's answer; the
  ///   teacher's nodes, which belong into ``PlanOptions/frozen``.
  /// - Throws: ``TrainingError`` when the teacher has several outputs, or reads the student's inputs in
  ///   another shape.
  public static func joined(
    _ student: Network, _ teacher: Network
  ) throws -> (network: Network, target: String, frozen: Set<String>) {
    guard teacher.outputs.count == 1 else {
      throw TrainingError("the teacher has \(teacher.outputs.count) outputs; distillation needs one")
    }
    var joined = student
    let names = try joined.append(teacher, prefix: "teacher")
    let frozen = Set(joined.nodes.dropFirst(student.nodes.count).map(\.name))
    return (joined, names[teacher.outputs[0]]!, frozen)
  }

  /// The objective of a student whose teacher's answers are a column of the data.
  ///
  /// - Parameter target: the further input that holds them (``teacherOutputs(_:_:batch:team:)``); for
  ///   a divergence logits.
  public func objective(
    student: Network, target: Network.Input,
    labels: (input: Network.Input, loss: DistillationLoss)? = nil
  ) throws -> Objective {
    var network = student
    network.inputs.append(target)
    return try objective(student, in: network, target: target.name, labels)
  }

  private func objective(
    _ student: Network, in network: Network, target: String,
    _ labels: (input: Network.Input, loss: DistillationLoss)?
  ) throws -> Objective {
    try loss.validate()
    try labels?.loss.validate()
    guard weight > 0, weight <= 1, weight == 1 || labels != nil else {
      throw TrainingError(
        "the teacher's weight is \(weight)\(labels == nil ? " and there are no labels for the rest" : ""); give a number above 0, at most 1"
      )
    }
    let types = try network.verify()
    guard student.outputs.count == 1, let type = types[student.outputs[0]],
      let wanted = types[target], type.shape == wanted.shape
    else {
      throw TrainingError(
        "the student's output is \(student.outputs.first.flatMap { types[$0]?.description } ?? "missing"), the teacher's \(types[target]?.description ?? "missing"); both must be one value of one shape"
      )
    }
    var graph = LossGraph(network: network, rank: type.shape.count)
    var total = loss.append(to: &graph, student: student.outputs[0], teacher: target)
    if let labels {
      graph.network.inputs.append(labels.input)
      let hard = labels.loss.append(
        to: &graph, student: student.outputs[0], teacher: labels.input.name)
      let soft = graph.add(Arithmetic(.multiply), total, graph.constant(weight))
      let rest = graph.add(Arithmetic(.multiply), hard, graph.constant(1 - weight))
      total = graph.add(Arithmetic(.add), soft, rest)
    }
    graph.network.outputs.append(total)
    return try Objective(model: student, network: graph.network, loss: total)
  }

  /// A teacher's answers to rows of data, in evaluation mode: a column to train on.
  public static func teacherOutputs(
    _ teacher: Network, _ inputs: [String: [Float]], batch: Int = 1024,
    team: ThreadTeam = ThreadTeam(1)
  ) throws -> [Float] {
    guard teacher.outputs.count == 1 else {
      throw TrainingError("the teacher has \(teacher.outputs.count) outputs; distillation needs one")
    }
    var rows: [Float] = []
    try teacher.evaluate(inputs, batch: batch, team: team) {
      (plan: TrainingPlan<Float>, count: Int) in
      let values = plan.value(teacher.outputs[0])!.values
      rows += values.part(0..<values.count / (plan.value(teacher.outputs[0])!.shape.first ?? 1) * count).array
    }
    return rows
  }
}
