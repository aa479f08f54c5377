import WinnowNetworkIR

/// Rewrites segment sums and dense layers of concatenations, so that the concatenations need not be
/// formed: a sum of parts instead, with products per node for what was gathered.
///
/// The same numbers up to the order of a sum.
struct ConcatenationFusion: TrainingPass {
  func run(
    on network: Network, keeping: Set<String>, training: Bool, options: PlanOptions
  ) throws -> Network {
    try partDenseLayers(distributeSegmentSums(network))
  }

  /// `SegmentReduce(Concatenate(a, b))` becomes `Concatenate(SegmentReduce(a), SegmentReduce(b))`.
  private func distributeSegmentSums(_ network: Network) throws -> Network {
    var result = network
    let types = try network.verify()
    result.nodes = []
    for node in network.nodes {
      guard let reduce = node.operation as? SegmentReduce,
        reduce.function == .sum || reduce.function == .mean,
        let parts = parts(of: node.inputs[0], network, types)
      else {
        result.nodes.append(node)
        continue
      }
      var names: [String] = []
      for (place, part) in parts.enumerated() {
        let name = "\(node.name)/part\(place)"
        var inputs = node.inputs
        inputs[0] = part
        result.nodes.append(Node(name, reduce, inputs: inputs, outputs: [name]))
        names.append(name)
      }
      result.nodes.append(
        Node(node.name, Concatenate(axis: 1), inputs: names, outputs: node.outputs))
    }
    return result
  }

  /// The parts of a matrix that is a concatenation of matrices along its columns, nested ones too.
  private func parts(
    of value: String, _ network: Network, _ types: [String: TensorType]
  ) -> [String]? {
    guard let node = network.producer(of: value), let join = node.operation as? Concatenate,
      types[value]?.shape.count == 2, join.axis == 1 || join.axis == -1
    else { return nil }
    return node.inputs.flatMap { parts(of: $0, network, types) ?? [$0] }
  }

  private func partDenseLayers(_ network: Network) throws -> Network {
    let types = try network.verify()
    let layers = network.nodes.compactMap { node -> (node: Node, parts: [String])? in
      guard let dense = node.operation as? Dense, dense.accumulation == .exact,
        let parts = parts(of: node.inputs[0], network, types)
      else { return nil }
      return (node, parts)
    }
    // How many layers multiply the same value by the same rows of the same weights.
    var uses: [String: Int] = [:]
    for layer in layers {
      for (part, rows) in zip(layer.parts, ranges(layer.parts, types)) {
        uses["\(part) \(layer.node.inputs[1]) \(rows)", default: 0] += 1
      }
    }
    var result = network
    result.nodes = []
    for node in network.nodes {
      guard let layer = layers.first(where: { $0.node.name == node.name }) else {
        result.nodes.append(node)
        continue
      }
      var (terms, inputs): ([DenseSum.Term], [String]) = ([], [])
      for (place, (part, rows)) in zip(layer.parts, ranges(layer.parts, types)).enumerated() {
        let name = "\(node.name)/product\(place)"
        let weights = node.inputs[1]
        if let source = gathered(part, network, types) {
          result.nodes.append(
            Node(name, SlicedDense(rows: rows), inputs: [source.table, weights], outputs: [name]))
          terms.append(.gathered)
          inputs += [name, source.index]
        } else if uses["\(part) \(weights) \(rows)"]! > 1 {
          result.nodes.append(
            Node(name, SlicedDense(rows: rows), inputs: [part, weights], outputs: [name]))
          terms.append(.added)
          inputs.append(name)
        } else {
          terms.append(.product(rows: rows))
          inputs.append(part)
        }
      }
      let hasBias = node.inputs.count == 3
      result.nodes.append(
        Node(
          node.name, DenseSum(terms: terms, hasBias: hasBias, slope: 1),
          inputs: inputs + node.inputs[1...], outputs: node.outputs))
    }
    return result
  }

  private func ranges(_ parts: [String], _ types: [String: TensorType]) -> [Range<Int>] {
    var start = 0
    return parts.map { part in
      let count = types[part]!.shape[1].size ?? 0
      defer { start += count }
      return start..<start + count
    }
  }

  /// The node features and edge index behind a part, if it was gathered along axis 0 from one
  /// symbol's rows for another's.
  private func gathered(
    _ part: String, _ network: Network, _ types: [String: TensorType]
  ) -> (table: String, index: String)? {
    guard let node = network.producer(of: part), let gather = node.operation as? Gather,
      gather.axis == 0, types[node.inputs[0]]!.shape.count == 2,
      types[node.inputs[1]]!.shape.count == 1, case .symbol = types[node.inputs[0]]!.shape[0],
      case .symbol = types[node.inputs[1]]!.shape[0]
    else { return nil }
    return (node.inputs[0], node.inputs[1])
  }
}

/// Joins dense layers with the rectifier that alone reads them.
struct RectifiedDenseFusion: TrainingPass {
  func run(
    on network: Network, keeping: Set<String>, training: Bool, options: PlanOptions
  ) throws -> Network {
    var result = network
    let readers = network.readers
    let types = try network.verify()
    for node in network.nodes {
      guard let sum = self.sum(node, types), !keeping.contains(node.outputs[0]),
        !options.frozen.contains(node.name), let reader = readers[node.outputs[0]],
        reader.count == 1, let slope = reader[0].operation.rectifierSlope
      else { continue }
      var fused = sum
      fused.slope = slope
      let joined = Node(node.name, fused, inputs: node.inputs, outputs: reader[0].outputs)
      result.nodes.removeAll { $0.name == node.name }
      result.nodes[result.nodes.firstIndex { $0.name == reader[0].name }!] = joined
    }
    return result
  }

  private func sum(_ node: Node, _ types: [String: TensorType]) -> DenseSum? {
    if let sum = node.operation as? DenseSum { return sum.slope == 1 ? sum : nil }
    guard let dense = node.operation as? Dense, dense.accumulation == .exact,
      let rows = types[node.inputs[1]]?.shape[0].size
    else { return nil }
    return DenseSum(terms: [.product(rows: 0..<rows)], hasBias: node.inputs.count == 3, slope: 1)
  }
}
