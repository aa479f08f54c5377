public import WinnowNetworkIR

/// A network at fixed sizes, ready to run forward and backward: memory laid out, work divided over
/// shards of the batch, nothing allocated from one step to the next.
///
///     let plan = try TrainingPlan<Float>(network, sizes: ["batch": 1024], seeds: ["loss"])
///     plan.input("x")!.values.copy(from: rows)
///     plan.forward()
///     plan.seed("loss")!.fill(1 / 1024)
///     plan.backward()
///     plan.gradient   // of all parameters, flat
///
/// The same bits for any number of threads in the team.
public final class TrainingPlan<Scalar: TrainingScalar>: @unchecked Sendable {
  public let network: Network
  public let options: PlanOptions
  public let parameters: Parameters<Scalar>
  public let shards: Int
  /// The gradient of every parameter after ``backward()``.
  public var gradient: Buffer<Scalar> { gradients[0] }
  public let clock: PlanClock

  let storage = Storage()
  let gradients: [Buffer<Scalar>]
  private var values: [String: PlanValue<Scalar>] = [:]
  let forwardProgram: Program
  let backwardProgram: Program
  private let team: ThreadTeam
  let sizes: [String: Int]
  let isTraining: Bool
  /// Values whose memory is shared with later ones, so that it no longer holds them after
  /// ``forward()``.
  let overwritten: Set<String>

  /// Lays a network out.
  ///
  /// - Parameters:
  ///   - network: with a symbolic batch (or nodes and edges) as the leading axis of its inputs.
  ///   - sizes: a number for every symbol.
  ///   - seeds: the values whose gradient is given before ``backward()``; none for evaluation.
  ///   - gradients: graph inputs whose gradients are wanted too.
  ///   - keeping: further values to read after ``forward()``, which no fusion may hide.
  ///   - parameters: shared with another plan of the same network; made from the network if `nil`.
  ///   - team: the threads.
  /// - Throws: ``NetworkError`` or ``TrainingError`` naming the node that cannot be trained.
  public init(
    _ network: Network, sizes: [String: Int], seeds: [String] = [], gradients wanted: [String] = [],
    keeping: [String] = [], parameters: Parameters<Scalar>? = nil, training: Bool = true,
    options: PlanOptions = PlanOptions(), team: ThreadTeam = ThreadTeam(1)
  ) throws {
    self.parameters = try parameters ?? Parameters(network, frozen: options.frozen)
    let kept = Set(network.outputs + seeds + keeping)
    let lowered = try TrainingPasses.all.reduce(network) {
      try $1.run(on: $0, keeping: kept, training: training, options: options)
    }
    self.network = network
    self.options = options
    self.team = team
    self.sizes = sizes
    isTraining = training
    clock = PlanClock(seed: options.seed)
    let analysis = try PlanAnalysis(
      lowered, sizes: sizes, seeds: seeds, wanted: wanted, layout: self.parameters.layout,
      options: options)
    shards = analysis.shards
    let count = self.parameters.layout.count
    let partials = seeds.isEmpty ? 0 : shards
    let storage = storage
    let flat = storage.allocate(max(partials, 1) * count, of: Scalar.self)
    gradients = (0..<max(partials, 1)).map { flat.part($0 * count..<($0 + 1) * count) }
    var builder = PlanBuilder<Scalar>(
      analysis: analysis, parameters: self.parameters, parameterGradients: gradients,
      storage: storage, clock: clock, training: training, options: options)
    try builder.build(seeds: seeds, keeping: kept)
    values = builder.values
    overwritten = Set((builder.recomputation?.inner ?? [:]).keys)
    forwardProgram = builder.forward
    backwardProgram = builder.backward
  }

  /// Bytes that activations, gradients and the operators' own memory take; parameters excepted.
  public var memory: Int { storage.bytes }

  /// A graph input, to be filled before ``forward()``; integers into `indices`.
  public func input(_ name: String) -> PlanValue<Scalar>? {
    network.inputs.contains { $0.name == name } ? values[name] : nil
  }

  /// A value of the graph after ``forward()``; `nil` if it is fused away.
  public func value(_ name: String) -> PlanValue<Scalar>? { values[name] }

  /// Where the gradient of a seed is to be written before ``backward()``.
  public func seed(_ name: String) -> Buffer<Scalar>? { values[name]?.gradients.first }

  /// Computes every value from the inputs.
  public func forward() {
    for input in network.inputs { values[input.name]?.spreadIntegers() }
    team.run(forwardProgram)
  }

  /// Takes a graph input's rows; integers are rounded from their reals.
  func setInput(_ name: String, _ rows: Buffer<Float>) {
    guard let input = values[name] else { return }
    for place in 0..<rows.count { input.values[place] = Scalar(rows[place]) }
    if input.indices.count > 0 {
      for place in 0..<rows.count { input.indices[place] = Int32(rows[place].rounded()) }
    }
  }

  /// Takes integer inputs from the reals that were written to their values.
  func readIntegers() {
    for input in network.inputs {
      guard let value = values[input.name], value.indices.count > 0 else { continue }
      for place in 0..<value.indices.count {
        value.indices[place] = Int32(Double(value.values[place]).rounded())
      }
    }
  }

  /// Computes the gradients of all parameters from the seeds.
  public func backward() { team.run(backwardProgram) }

  /// Names the next step: random numbers of dropout and noise depend on it.
  public func setStep(_ step: UInt64) { clock.step = step }
}

/// A value of a plan.
public struct PlanValue<Scalar: TrainingScalar>: Sendable {
  public let shape: [Int]
  /// Row-major; an integer value's elements as reals.
  public let values: Buffer<Scalar>
  /// An integer value's elements; else empty.
  public let indices: Buffer<Int32>
  /// One for a value with rows, one per shard for a shared one; empty if nobody needs it.
  let gradients: [Buffer<Scalar>]
  /// The symbol of the leading axis.
  let lead: String?

  public var gradient: Buffer<Scalar>? { gradients.first }

  func spreadIntegers() {
    guard indices.count > 0 else { return }
    for place in 0..<indices.count { values[place] = Scalar(indices[place]) }
  }
}
