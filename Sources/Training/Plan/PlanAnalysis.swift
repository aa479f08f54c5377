import WinnowNetworkIR

/// What a plan needs to know of a network before memory is laid out.
struct PlanAnalysis {
  let network: Network
  let types: [String: TensorType]
  let sizes: [String: Int]
  /// Shape of every value in numbers.
  let shapes: [String: [Int]]
  /// The symbol of the leading axis, for values that have rows.
  let leads: [String: String]
  /// Values whose gradient is computed.
  let gradients: Set<String>
  let shards: Int
  private let rowsOfTile: Int

  init(
    _ network: Network, sizes: [String: Int], seeds: [String], wanted: [String],
    layout: ParameterLayout, options: PlanOptions
  ) throws {
    for symbol in network.symbols where sizes[symbol] == nil {
      throw TrainingError("the size of '\(symbol)' is not given; training needs a number for it")
    }
    self.network = network
    self.sizes = sizes
    types = try network.verify()
    shapes = try network.binding(sizes).verify().mapValues { type in
      guard let shape = type.sizes else {
        throw TrainingError("a value of type \(type) has no known shape; bind its symbols")
      }
      return shape
    }
    leads = types.compactMapValues { type in
      if case .symbol(let name, _) = type.shape.first { return name }
      return nil
    }
    gradients = try Self.gradients(network, types, seeds: seeds, wanted: wanted, layout)
    let leading = leads.values.compactMap { sizes[$0] }.max() ?? 1
    // Tables that tiles read whole have a gradient per shard, too.
    let hasTables = network.nodes.contains {
      ($0.operation as? any Differentiable)?.wholeInputs.isEmpty == false
    }
    shards = try Self.shards(
      leading: leading, isLarge: layout.count > 1 << 19 || (hasTables && leading > 1 << 14),
      options)
    rowsOfTile = options.tileRows ?? 512
  }

  /// Tiles that the rows of a symbol are cut into: the same number for each shard.
  func tiles(of symbol: String) -> Int {
    let rows = ((sizes[symbol] ?? 1) + shards - 1) / shards
    return shards * max(1, (rows + rowsOfTile - 1) / rowsOfTile)
  }

  /// Parts of about 512 rows, two to eight; two for networks of millions of parameters and large
  /// graphs, because each part has its own gradient of all parameters and tables.
  private static func shards(leading: Int, isLarge: Bool, _ options: PlanOptions) throws -> Int {
    if let shards = options.shards {
      guard shards >= 1, shards <= 1024 else {
        throw TrainingError("shards is \(shards); give 1 to 1024")
      }
      return shards
    }
    return min(max(leading / 512, min(2, leading)), isLarge ? 2 : 8)
  }

  private static func gradients(
    _ network: Network, _ types: [String: TensorType], seeds: [String], wanted: [String],
    _ layout: ParameterLayout
  ) throws -> Set<String> {
    for seed in seeds where types[seed] == nil {
      throw TrainingError("the network has no value '\(seed)' to start the gradient from")
    }
    var requires = Set(wanted).union(layout.entries.map(\.name))
    for node in network.nodes {
      guard let operation = node.operation as? any Differentiable else { continue }
      let needs = node.inputs.enumerated().contains { place, name in
        requires.contains(name) && operation.isDifferentiable(input: place)
      }
      if needs { requires.formUnion(node.outputs.filter { types[$0]?.element != .integer }) }
    }
    var reaches = Set(seeds)
    for node in network.nodes.reversed() where node.outputs.contains(where: reaches.contains) {
      guard let operation = node.operation as? any Differentiable else {
        if node.inputs.contains(where: requires.contains) {
          throw TrainingError(
            "node '\(node.name)' (\(node.operation.name)) cannot be trained through; freeze what stands before it, or train another network"
          )
        }
        continue
      }
      for (place, name) in node.inputs.enumerated() where operation.isDifferentiable(input: place) {
        reaches.insert(name)
      }
    }
    return requires.intersection(reaches)
  }

  /// Values that have rows but are read whole by tiles of other rows: their gradients are formed per
  /// shard, like those of weights.
  func wholeValues() throws -> Set<String> {
    var whole: Set<String> = []
    for node in network.nodes {
      guard let operation = node.operation as? any Differentiable, case .rows = scope(of: node) else {
        continue
      }
      for place in operation.wholeInputs where leads[node.inputs[place]] != nil {
        whole.insert(node.inputs[place])
      }
    }
    return whole
  }

  /// How a node divides; `.rows` only where all leading axes are one symbol's.
  func scope(of node: Node) -> Scope {
    guard let operation = node.operation as? any Differentiable else { return .whole }
    if types[node.outputs[0]]?.element == .integer { return .whole }
    let scope = operation.scope(node.inputs.map { types[$0]! })
    guard case .rows = scope else { return scope }
    let rowInputs = node.inputs.enumerated().filter { !operation.wholeInputs.contains($0.offset) }
    let symbols = Set((rowInputs.map(\.element) + node.outputs).compactMap { leads[$0] })
    let outputsHaveRows = node.outputs.allSatisfy { leads[$0] != nil }
    return symbols.count == 1 && outputsHaveRows ? .rows : .whole
  }
}
