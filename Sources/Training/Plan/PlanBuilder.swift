import WinnowNetworkIR

/// Lays out the values of a network, makes a pullback per node and shard, and orders the calls.
struct PlanBuilder<Scalar: TrainingScalar> {
  let analysis: PlanAnalysis
  let parameters: Parameters<Scalar>
  let parameterGradients: [Buffer<Scalar>]
  let storage: Storage
  let clock: PlanClock
  let training: Bool
  let options: PlanOptions

  private(set) var values: [String: PlanValue<Scalar>] = [:]
  private(set) var forward: Program
  private(set) var backward: Program
  /// Parts of gradients that something has written already, in the order of the backward pass.
  private var written: [String: Set<Int>] = [:]

  init(
    analysis: PlanAnalysis, parameters: Parameters<Scalar>, parameterGradients: [Buffer<Scalar>],
    storage: Storage, clock: PlanClock, training: Bool, options: PlanOptions
  ) {
    self.analysis = analysis
    self.parameters = parameters
    self.parameterGradients = parameterGradients
    self.storage = storage
    self.clock = clock
    self.training = training
    self.options = options
    forward = Program(shards: analysis.shards)
    backward = Program(shards: analysis.shards)
  }

  mutating func build(seeds: [String]) throws {
    try layOut()
    for seed in seeds {
      // A shared value's seed is written to its first part only.
      written[seed] = values[seed]?.lead == nil ? [0] : Set(0..<analysis.shards)
    }
    // Who writes a gradient first is known in the backward order only.
    var accumulation: [String: [[Bool]]] = [:]
    for node in analysis.network.nodes.reversed() where hasGradient(node) {
      accumulation[node.name] = claimGradients(of: node)
    }
    var made: [(node: Node, scope: Scope, pullbacks: [any Pullback])] = []
    for node in analysis.network.nodes {
      let scope = analysis.scope(of: node)
      do {
        let pullbacks = try pullbacks(of: node, scope, accumulation[node.name])
        append(pullbacks, scope, phases: pullbacks[0].forwardPhases, isBackward: false)
        made.append((node, scope, pullbacks))
      } catch let error as NetworkError {
        throw NetworkError("node '\(node.name)' (\(node.operation.name)): \(error.message)")
      }
    }
    guard !seeds.isEmpty else { return }
    for (node, scope, pullbacks) in made.reversed() where hasGradient(node) {
      for output in node.outputs { sumPartials(of: output) }
      append(pullbacks, scope, phases: pullbacks[0].backwardPhases, isBackward: true)
    }
    for input in analysis.network.inputs { sumPartials(of: input.name) }
    sumParameterGradients()
  }

  /// Whether the backward pass goes through a node.
  private func hasGradient(_ node: Node) -> Bool {
    guard let operation = node.operation as? any Differentiable else { return false }
    return node.outputs.contains(where: analysis.gradients.contains)
      && node.inputs.enumerated().contains { place, name in
        analysis.gradients.contains(name) && operation.isDifferentiable(input: place)
      }
  }

  // MARK: Memory

  private mutating func layOut() throws {
    let network = analysis.network
    for input in network.inputs { addValue(input.name) }
    for (name, tensor) in network.constants.sorted(by: { $0.key < $1.key }) {
      addConstant(name, tensor)
    }
    for node in network.nodes { for output in node.outputs { addValue(output) } }
  }

  private mutating func addConstant(_ name: String, _ tensor: Tensor) {
    if let entry = parameters.layout[name] {
      let source = entry.isState ? parameters.state : parameters.values
      let gradients =
        !entry.isState && analysis.gradients.contains(name)
        ? parameterGradients.map { $0.part(entry.range) } : []
      values[name] = PlanValue(
        shape: tensor.shape, values: source.part(entry.range),
        indices: storage.allocate(0, of: Int32.self), gradients: gradients, lead: nil)
      return
    }
    addValue(name)
    let value = values[name]!
    value.values.copy(from: tensor.elements.doubles.map { Scalar($0) })
    if case .integer(let elements) = tensor.elements {
      value.indices.copy(from: elements.map { Int32(clamping: $0) })
    }
  }

  private mutating func addValue(_ name: String) {
    let shape = analysis.shapes[name]!
    let count = shape.reduce(1, *)
    let lead = analysis.leads[name]
    var gradients: [Buffer<Scalar>] = []
    if analysis.gradients.contains(name) {
      let copies = lead == nil ? analysis.shards : 1
      gradients = (0..<copies).map { _ in storage.allocate(count, of: Scalar.self) }
    }
    let isInteger = analysis.types[name]?.element == .integer
    values[name] = PlanValue(
      shape: shape, values: storage.allocate(count, of: Scalar.self),
      indices: storage.allocate(isInteger ? count : 0, of: Int32.self), gradients: gradients,
      lead: lead)
  }

  // MARK: Pullbacks

  /// For each shard and input: whether the gradient is added to an earlier one.
  private mutating func claimGradients(of node: Node) -> [[Bool]] {
    guard let operation = node.operation as? any Differentiable else { return [] }
    let scope = analysis.scope(of: node)
    var whole = true
    if case .rows = scope { whole = false }
    if case .collective = scope { whole = false }
    var result: [[Bool]] = []
    for shard in 0..<(whole ? 1 : analysis.shards) {
      var flags: [Bool] = []
      var here: Set<String> = []
      for (place, name) in node.inputs.enumerated() {
        let part = values[name]!.lead == nil || !whole ? shard : 0
        // An input without gradient, such as the number of segments, writes nothing.
        guard operation.isDifferentiable(input: place) else {
          flags.append(false)
          continue
        }
        // The same input twice: the second adds.
        flags.append(written[name]?.contains(part) == true || here.contains(name))
        here.insert(name)
      }
      result.append(flags)
    }
    for (place, name) in node.inputs.enumerated()
    where analysis.gradients.contains(name) && operation.isDifferentiable(input: place) {
      let all = values[name]!.lead != nil || !whole
      written[name, default: []].formUnion(all ? Array(0..<analysis.shards) : [0])
    }
    return result
  }

  private func pullbacks(
    of node: Node, _ scope: Scope, _ accumulation: [[Bool]]?
  ) throws -> [any Pullback] {
    let shared = SharedState()
    let count: Int
    if case .whole = scope { count = 1 } else { count = analysis.shards }
    return try (0..<count).map { shard in
      let site = site(of: node, scope, shard, accumulation?[shard], shared)
      if analysis.types[node.outputs[0]]?.element == .integer {
        return try integerPullback(node.operation, site)
      }
      guard let operation = node.operation as? any Differentiable else {
        throw NetworkError(
          "has no pullback; docs/training.md lists the operators that can be trained")
      }
      return try operation.pullback(site)
    }
  }

  private func site(
    of node: Node, _ scope: Scope, _ shard: Int, _ accumulation: [Bool]?, _ shared: SharedState
  ) -> Site<Scalar> {
    var isRows = false
    if case .rows = scope { isRows = true }
    let operation = node.operation as? any Differentiable
    let lead = node.outputs.compactMap { values[$0]!.lead }.first
    let firstRow =
      isRows ? shardRange(shard, of: analysis.shards, count: analysis.sizes[lead!]!).lowerBound : 0
    return Site(
      node: node.name,
      inputs: node.inputs.enumerated().map { place, name in
        let differentiable = operation?.isDifferentiable(input: place) ?? false
        return operand(
          name, rows: isRows, shard, accumulates: accumulation?[place] ?? false,
          wantsGradient: differentiable && accumulation != nil)
      },
      outputs: node.outputs.map {
        operand($0, rows: isRows, shard, accumulates: false, wantsGradient: true)
      },
      isTraining: training && !options.frozen.contains(node.name), options: options, shard: shard,
      shards: analysis.shards, firstRow: firstRow,
      batchRows: lead.map { analysis.sizes[$0]! } ?? 1, shared: shared, clock: clock, storage: storage)
  }

  private func operand(
    _ name: String, rows: Bool, _ shard: Int, accumulates: Bool, wantsGradient: Bool
  ) -> Operand<Scalar> {
    let value = values[name]!
    var shape = value.shape
    var range = 0..<value.values.count
    if rows, value.lead != nil {
      let part = shardRange(shard, of: analysis.shards, count: shape[0])
      let stride = shape.dropFirst().reduce(1, *)
      shape[0] = part.count
      range = part.lowerBound * stride..<part.upperBound * stride
    }
    var gradient: Buffer<Scalar>?
    if wantsGradient, !value.gradients.isEmpty {
      gradient =
        value.lead == nil
        ? value.gradients[min(shard, value.gradients.count - 1)] : value.gradients[0].part(range)
    }
    return Operand(
      name: name, shape: shape, values: value.values.part(range),
      indices: value.indices.count > 0 ? value.indices.part(range) : value.indices,
      gradient: gradient, accumulates: accumulates, isBatched: value.lead != nil)
  }

  // MARK: Order

  private mutating func append(
    _ pullbacks: [any Pullback], _ scope: Scope, phases: Int, isBackward: Bool
  ) {
    for phase in 0..<phases {
      let tasks = pullbacks.map { Task(pullback: $0, phase: phase, isBackward: isBackward) }
      switch scope {
      case .whole: add(isBackward) { $0.appendSerial(tasks[0]) }
      case .rows: add(isBackward) { $0.appendParallel(tasks, meets: phase > 0) }
      case .collective: add(isBackward) { $0.appendParallel(tasks, meets: true) }
      }
    }
    // What comes after may read what another shard wrote.
    if case .collective = scope { add(isBackward) { $0.close() } }
  }

  private mutating func add(_ isBackward: Bool, _ change: (inout Program) -> Void) {
    if isBackward { change(&backward) } else { change(&forward) }
  }

  /// Adds the shards' gradients of a shared value, in order, before its producer goes on.
  private mutating func sumPartials(of name: String) {
    guard let value = values[name], value.lead == nil, value.gradients.count > 1 else { return }
    let sum = PartialSum(value.gradients, 0..<value.values.count)
    backward.appendSerial(Task(pullback: sum, phase: 0, isBackward: true))
  }

  private mutating func sumParameterGradients() {
    let count = parameters.layout.count
    let tasks = (0..<analysis.shards).map { shard in
      Task(
        pullback: PartialSum(
          parameterGradients, shardRange(shard, of: analysis.shards, count: count)),
        phase: 0, isBackward: true)
    }
    backward.appendParallel(tasks, meets: true)
  }
}
