import WinnowNetworkIR

/// What a reuse factor can be given for.
public struct FoldableLayer: Sendable, Codable, Hashable {
  /// Nodes whose sums are made together; any of their names stands for the layer.
  public var nodes: [String]
  /// The largest reuse factor: inputs × outputs.
  public var products: Int
}

/// All stages of a design, and which reuse factors suit a wish.
struct FoldedStages: Sendable {
  let stages: [FoldedStage]
  let settings: FoldedSettings

  /// - Throws: ``NetworkError`` when there is nothing to fold.
  init(_ program: FixedPointProgram, name: String, settings: FoldedSettings) throws {
    self.settings = settings
    let partition = FoldedPartition(program)
    guard partition.stages.contains(where: { !$0.rows.isEmpty }) else {
      throw NetworkError(
        "'\(program.name)' has no matrix of sums to fold; compile it with --style parallel")
    }
    var names: Set<String> = [name, name + "_logic"]
    stages = try partition.stages.map { stage in
      let wanted = "\(name)_\(verilogIdentifier(stage.nodes.first ?? "inputs"))"
      var own = wanted
      var suffix = 1
      while names.contains(own) {
        suffix += 1
        own = "\(wanted)_\(suffix)"
      }
      names.formUnion([own, own + "_logic"])
      return try FoldedStage(stage, name: own, settings: settings)
    }
  }

  func kernels(_ reuse: FoldedReuse) throws -> [any StreamKernel] {
    switch reuse {
    case .uniform(let factor):
      guard factor >= 1 else {
        throw NetworkError("a reuse factor of \(factor) is not possible; 1 or more is")
      }
      return try stages.map { try $0.kernel(min(factor, $0.products)) }
    case .layers(let factors, let others): return try kernels(factors, others: others)
    case .interval(let edges):
      guard edges >= 1 else {
        throw NetworkError("an interval of \(edges) clock edges is not possible; 1 or more is")
      }
      return try stages.map { try cheapest($0, within: edges) }
    case .budget(let tables, let blocks):
      return try fastest(
        lookUpTables: tables ?? settings.device.lookUpTables,
        multipliers: blocks ?? settings.device.multipliers)
    }
  }

  private func kernels(_ factors: [String: Int], others: Int) throws -> [any StreamKernel] {
    for (node, factor) in factors {
      guard let stage = stages.first(where: { $0.stage.nodes.contains(node) }) else {
        throw NetworkError("there is no folded layer '\(node)'; there are \(layerList)")
      }
      guard (1...stage.products).contains(factor) else {
        throw NetworkError(
          "layer '\(node)' has \(stage.products) products; its reuse factor is 1 to \(stage.products), not \(factor)"
        )
      }
    }
    return try stages.map { stage in
      let named = Set(stage.stage.nodes.compactMap { factors[$0] })
      guard named.count <= 1 else {
        throw NetworkError(
          "the layers \(stage.stage.nodes.joined(separator: ", ")) are worked on together; give them the same reuse factor"
        )
      }
      return try stage.kernel(named.first ?? min(others, stage.products))
    }
  }

  /// The names that reuse factors are given by, with the largest that each can have.
  private var layerList: String {
    layers.map { "\($0.nodes.joined(separator: " and ")) (1 to \($0.products))" }.joined(separator: ", ")
  }

  /// Layers that can be folded.
  var layers: [FoldableLayer] {
    stages.filter { $0.matrix != nil }.map {
      FoldableLayer(nodes: $0.stage.nodes, products: $0.products)
    }
  }

  /// The cheapest kernel of a stage that takes a token after a number of edges, parallel logic
  /// included where it may be cheaper.
  func cheapest(
    _ stage: FoldedStage, within edges: Int, products: FoldedProducts? = nil
  ) throws -> any StreamKernel {
    guard stage.matrix != nil, edges >= 2, stage.products >= 2 else { return try stage.parallel() }
    let folded = stage.folded(min(edges, stage.products), products: products)
    let price = settings.device.price(folded.resources)
    // Adders are searched for only where they could win.
    let rough = Double(stage.parallelEstimate) / Double(settings.device.lookUpTables)
    guard rough < 1.5 * price else { return folded }
    let parallel = try stage.parallel()
    return settings.device.price(parallel.resources) <= price ? parallel : folded
  }

  /// The shortest interval whose cheapest kernels fit.
  private func fastest(lookUpTables: Int, multipliers: Int) throws -> [any StreamKernel] {
    func fitting(_ edges: Int) throws -> [any StreamKernel]? {
      // Whole parallel layers are not compiled where they are far too large.
      if edges == 1, stages.reduce(0, { $0 + $1.parallelEstimate }) > 2 * lookUpTables { return nil }
      for products in [settings.products, .logic, .blocks] {
        if settings.products != .cheapest, products != settings.products { continue }
        let kernels = try stages.map { try cheapest($0, within: edges, products: products) }
        let total = kernels.reduce(Resources.none) { $0 + $1.resources }
        if total.lookUpTables <= lookUpTables, total.multipliers <= multipliers,
          total.flipFlops <= settings.device.flipFlops,
          total.blockMemories <= settings.device.blockMemories
        {
          return kernels
        }
      }
      return nil
    }
    let slowest = stages.map(\.products).max() ?? 1
    var (low, high) = (1, 1)
    var best = try fitting(1)
    while best == nil {
      guard high < slowest else {
        let least = try stages.map { try cheapest($0, within: slowest) }
          .reduce(Resources.none) { $0 + $1.resources }
        throw NetworkError(
          "no reuse factor fits \(lookUpTables) LUT and \(multipliers) DSP: the least is about \(least.lookUpTables) LUT and \(least.multipliers) DSP at an interval of \(slowest) edges; allow more, or choose a larger device"
        )
      }
      low = high + 1
      high = min(high * 2, slowest)
      best = try fitting(high)
    }
    while low < high {
      let middle = (low + high) / 2
      if let found = try fitting(middle) { (best, high) = (found, middle) } else { low = middle + 1 }
    }
    return best!
  }
}
