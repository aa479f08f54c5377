import WinnowNetworkIR

/// The loss and the values of a network on data that it is not trained on.
///
/// Computed in float64 where the network is quantised, whose integers may need more than the 24 bits of
/// float32, so that the loss is that of the firmware's integers; else in float32.
public final class Evaluation {
  private enum Plan {
    case single(TrainingPlan<Float>)
    case double(TrainingPlan<Double>)
  }

  public let objective: Objective
  private let data: any BatchSource
  private let parameters: Parameters<Float>
  private let plan: Plan
  private let columns: [Buffer<Float>]
  private let weights: Buffer<Float>
  private let memory = Storage()

  /// - Parameters:
  ///   - data: every batch is full; rows that fill up the last one have weight 0.
  ///   - precise: compute in float64; `nil`: where the network has quantisers.
  public init(
    _ objective: Objective, _ data: any BatchSource, parameters: Parameters<Float>,
    options: PlanOptions = PlanOptions(), team: ThreadTeam = ThreadTeam(1), precise: Bool? = nil
  ) throws {
    self.objective = objective
    self.data = data
    self.parameters = parameters
    let sizes = [objective.batchSymbol: data.batchSize]
    guard data.batchCount > 0 else {
      throw TrainingError("the validation data is empty; give a larger split")
    }
    let isQuantized = objective.model.nodes.contains {
      $0.operation is Quantize || $0.operation is LearnedQuantize
    }
    if precise ?? isQuantized {
      plan = .double(
        try TrainingPlan<Double>(
          objective.network, sizes: sizes,
          parameters: Parameters<Double>(objective.network, layout: parameters.layout),
          training: false, options: options, team: team))
    } else {
      plan = .single(
        try TrainingPlan<Float>(
          objective.network, sizes: sizes, parameters: parameters, training: false,
          options: options, team: team))
    }
    try objective.check(data)
    let types = try objective.network.binding(sizes).verify()
    let memory = memory
    columns = try data.columns.map { name in
      guard let count = types[name]?.sizes?.reduce(1, *) else {
        throw TrainingError("the validation data's column '\(name)' is no input of the objective")
      }
      return memory.allocate(count, of: Float.self)
    }
    weights = memory.allocate(data.batchSize, of: Float.self)
  }

  /// The weighted mean loss over all rows.
  public func loss() throws -> Double {
    var mean = RunningMean()
    try forEachBatch { batch in
      let (sum, weight) = weightedSum(batch.values(of: objective.loss), batch.weights)
      mean.add(sum, weight: weight)
    }
    return mean.mean
  }

  /// One batch after its forward pass.
  public struct Batch {
    public let weights: Buffer<Float>
    fileprivate let read: (String) -> Buffer<Float>
    /// A value of the graph, rounded to float32 where it was computed in float64.
    public func values(of name: String) -> Buffer<Float> { read(name) }
  }

  /// Runs every batch forward, in order.
  public func forEachBatch(_ body: (Batch) throws -> Void) throws {
    try data.seek(epoch: 0, batch: 0)
    if case .double(let plan) = plan { plan.parameters.load(from: parameters) }
    for _ in 0..<data.batchCount {
      try data.next(into: columns, weights: weights)
      switch plan {
      case .single(let plan):
        for (name, column) in zip(data.columns, columns) { plan.setInput(name, column) }
        plan.forward()
        try body(Batch(weights: weights) { plan.value($0)!.values })
      case .double(let plan):
        for (name, column) in zip(data.columns, columns) { plan.setInput(name, column) }
        plan.forward()
        let memory = Storage()
        try body(
          Batch(weights: weights) { name in
            let values = plan.value(name)!.values
            let rounded = memory.allocate(values.count, of: Float.self)
            for place in 0..<values.count { rounded[place] = Float(values[place]) }
            return rounded
          })
      }
    }
  }
}
