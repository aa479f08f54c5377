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
  private let scratch: [ScratchPad<Scalar>]
  private var wholeValues: Set<String> = []
  private(set) var recomputation: Recomputation?
  private var region: SharedRegion<Scalar>?
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
    scratch = (0..<analysis.shards).map { _ in ScratchPad(storage) }
    forward = Program(shards: analysis.shards)
    backward = Program(shards: analysis.shards)
  }

  mutating func build(seeds: [String], keeping: Set<String>) throws {
    wholeValues = try analysis.wholeValues()
    if options.checkpoints > 1, !seeds.isEmpty {
      recomputation = Recomputation(
        analysis, parts: options.checkpoints, keeping: keeping.union(seeds).union(wholeValues))
    }
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
        append(node, pullbacks, scope, isBackward: false)
        made.append((node, scope, pullbacks))
      } catch let error as NetworkError {
        throw NetworkError("node '\(node.name)' (\(node.operation.name)): \(error.message)")
      }
    }
    guard !seeds.isEmpty else { return }
    var part = recomputation.map { $0.count - 1 } ?? 0
    for (node, scope, pullbacks) in made.reversed() {
      if let own = recomputation?.parts[node.name], own != part {
        part = own
        computeAgain(made.filter { recomputation?.parts[$0.node.name] == own })
      }
      guard hasGradient(node) else { continue }
      for output in node.outputs { sumPartials(of: output) }
      append(node, pullbacks, scope, isBackward: true)
    }
    for input in analysis.network.inputs { sumPartials(of: input.name) }
    sumParameterGradients()
  }

  /// The forward pass of a part once more, before its backward pass.
  private mutating func computeAgain(
    _ nodes: [(node: Node, scope: Scope, pullbacks: [any Pullback])]
  ) {
    for starts in [true, false] {
      let mark = RecomputationMark(clock, starts: starts)
      backward.close()
      backward.appendSerial(Task(node: "(recomputation)", pullback: mark, phase: 0, isBackward: true))
      backward.close()
      guard starts else { continue }
      for (node, scope, pullbacks) in nodes {
        append(node, pullbacks, scope, isBackward: false, inBackward: true)
      }
    }
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
    if let recomputation {
      var counts: [Int: Int] = [:]
      for (name, part) in recomputation.inner {
        let count = SharedRegion<Scalar>.padded(analysis.shapes[name]!.reduce(1, *))
        counts[part, default: 0] += analysis.gradients.contains(name) ? 2 * count : count
      }
      region = SharedRegion(counts, in: storage)
    }
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
      let copies = lead == nil || wholeValues.contains(name) ? analysis.shards : 1
      gradients = (0..<copies).map { _ in memory(of: name, count) }
    }
    let isInteger = analysis.types[name]?.element == .integer
    values[name] = PlanValue(
      shape: shape, values: memory(of: name, count),
      indices: storage.allocate(isInteger ? count : 0, of: Int32.self), gradients: gradients,
      lead: lead)
  }

  private mutating func memory(of name: String, _ count: Int) -> Buffer<Scalar> {
    if let part = recomputation?.inner[name], region != nil {
      return region!.take(count, part: part)
    }
    return storage.allocate(count, of: Scalar.self)
  }

  /// Whether each shard has a gradient of its own of a value.
  private func isShared(_ name: String) -> Bool {
    values[name]!.lead == nil || wholeValues.contains(name)
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
        let part = isShared(name) || !whole ? shard : 0
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
      let all = !isShared(name) || !whole
      written[name, default: []].formUnion(all ? Array(0..<analysis.shards) : [0])
    }
    return result
  }

  /// The symbol of the rows that a node's outputs have.
  private func lead(of node: Node) -> String {
    node.outputs.compactMap { values[$0]!.lead }.first ?? ""
  }

  private func pullbacks(
    of node: Node, _ scope: Scope, _ accumulation: [[Bool]]?
  ) throws -> [any Pullback] {
    let shared = SharedState()
    let parts =
      switch scope {
      case .whole: 1
      case .collective: analysis.shards
      case .rows: analysis.tiles(of: lead(of: node))
      }
    return try (0..<parts).map { part in
      let site = site(of: node, scope, part, of: parts, accumulation, shared)
      if analysis.types[node.outputs[0]]?.element == .integer {
        return try integerPullback(node.operation, site)
      }
      guard let operation = node.operation as? any Differentiable else {
        throw NetworkError(
          "has no pullback; add one as docs/adding-an-operator.md says")
      }
      return try operation.pullback(site)
    }
  }

  private func site(
    of node: Node, _ scope: Scope, _ part: Int, of parts: Int, _ accumulation: [[Bool]]?,
    _ shared: SharedState
  ) -> Site<Scalar> {
    var isRows = false
    if case .rows = scope { isRows = true }
    let operation = node.operation as? any Differentiable
    let batchRows = analysis.sizes[lead(of: node)] ?? 1
    // Tiles of a shard share its gradients of weights: the first sets them, the others add.
    let tilesOfShard = isRows ? parts / analysis.shards : 1
    let shard = part / tilesOfShard
    let isLaterTile = part % tilesOfShard > 0
    return Site(
      node: node.name,
      inputs: node.inputs.enumerated().map { place, name in
        let differentiable = operation?.isDifferentiable(input: place) ?? false
        let adds = accumulation?[shard][place] ?? false
        let isWhole = operation?.wholeInputs.contains(place) ?? false
        return operand(
          name, rows: isRows && !isWhole ? (part, parts) : nil, shard,
          accumulates: adds || (isLaterTile && isShared(name)),
          wantsGradient: differentiable && accumulation != nil)
      },
      outputs: node.outputs.map {
        operand(
          $0, rows: isRows ? (part, parts) : nil, shard, accumulates: false, wantsGradient: true)
      },
      isTraining: training && !options.frozen.contains(node.name), options: options, shard: part,
      shards: isRows ? parts : analysis.shards, owner: shard, owners: analysis.shards,
      isFirstOfOwner: !isLaterTile,
      firstRow: isRows ? shardRange(part, of: parts, count: batchRows).lowerBound : 0,
      batchRows: batchRows, shared: shared, clock: clock, storage: storage,
      scratch: scratch[shard])
  }

  private func operand(
    _ name: String, rows: (part: Int, parts: Int)?, _ shard: Int, accumulates: Bool,
    wantsGradient: Bool
  ) -> Operand<Scalar> {
    let value = values[name]!
    var shape = value.shape
    var range = 0..<value.values.count
    if let rows, value.lead != nil {
      let part = shardRange(rows.part, of: rows.parts, count: shape[0])
      let stride = shape.dropFirst().reduce(1, *)
      shape[0] = part.count
      range = part.lowerBound * stride..<part.upperBound * stride
    }
    var gradient: Buffer<Scalar>?
    if wantsGradient, !value.gradients.isEmpty {
      gradient =
        rows == nil || value.lead == nil
        ? value.gradients[min(shard, value.gradients.count - 1)] : value.gradients[0].part(range)
    }
    return Operand(
      name: name, shape: shape, values: value.values.part(range),
      indices: value.indices.count > 0 ? value.indices.part(range) : value.indices,
      gradient: gradient, accumulates: accumulates, isBatched: value.lead != nil)
  }

  // MARK: Order

  private mutating func append(
    _ node: Node, _ pullbacks: [any Pullback], _ scope: Scope, isBackward: Bool,
    inBackward: Bool? = nil
  ) {
    let inBackward = inBackward ?? isBackward
    let lead = lead(of: node)
    let readsWhole = node.inputs.contains(where: wholeValues.contains)
    let phases = isBackward ? pullbacks[0].backwardPhases : pullbacks[0].forwardPhases
    for phase in 0..<phases {
      let tasks = pullbacks.map {
        Task(node: node.name, pullback: $0, phase: phase, isBackward: isBackward)
      }
      switch scope {
      case .whole: add(inBackward) { $0.appendSerial(tasks[0]) }
      case .rows:
        let meets = phase > 0 || (readsWhole && !isBackward)
        add(inBackward) { $0.appendParallel(tasks, lead: lead, meets: meets) }
      case .collective: add(inBackward) { $0.appendParallel(tasks, lead: "", meets: true) }
      }
    }
    // What comes after may read what another shard wrote.
    if case .collective = scope { add(inBackward) { $0.close() } }
  }

  private mutating func add(_ isBackward: Bool, _ change: (inout Program) -> Void) {
    if isBackward { change(&backward) } else { change(&forward) }
  }

  /// Adds the shards' gradients of a shared value, in order, before its producer goes on.
  private mutating func sumPartials(of name: String) {
    guard let value = values[name], isShared(name), value.gradients.count > 1 else { return }
    sum(value.gradients, count: value.values.count)
  }

  private mutating func sumParameterGradients() {
    sum(parameterGradients, count: parameters.layout.count)
  }

  private static var sumName: String { "(sums of gradients)" }

  /// By one thread if it is little, else each shard sums a range.
  private mutating func sum(_ gradients: [Buffer<Scalar>], count: Int) {
    if count < 1 << 12 {
      let sum = PartialSum(gradients, 0..<count)
      return backward.appendSerial(Task(node: Self.sumName, pullback: sum, phase: 0, isBackward: true))
    }
    let tasks = (0..<analysis.shards).map { shard in
      let range = shardRange(shard, of: analysis.shards, count: count)
      return Task(
        node: Self.sumName, pullback: PartialSum(gradients, range), phase: 0, isBackward: true)
    }
    backward.appendParallel(tasks, lead: "", meets: true)
    backward.close()
  }
}
