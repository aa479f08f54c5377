import WinnowNetworkIR

/// Computes a value once where several nodes apply the same operator to the same inputs.
struct CommonSubexpressionElimination: TrainingPass {
  private struct Key: Hashable {
    var operation: AnyHashable
    var inputs: [String]
  }

  func run(
    on network: Network, keeping: Set<String>, training: Bool, options: PlanOptions
  ) throws -> Network {
    var result = network
    result.nodes = []
    var known: [Key: [String]] = [:]
    var renamed: [String: String] = [:]
    for var node in network.nodes {
      node.inputs = node.inputs.map { renamed[$0] ?? $0 }
      let key = Key(operation: AnyHashable(node.operation), inputs: node.inputs)
      // Dropout draws anew at each node; normalisation moves its averages once per node.
      let isPure = !(node.operation is Dropout) && !(node.operation is BatchNormalization)
      if isPure, let outputs = known[key], !node.outputs.contains(where: keeping.contains) {
        for (old, new) in zip(node.outputs, outputs) { renamed[old] = new }
        continue
      }
      if isPure { known[key] = known[key] ?? node.outputs }
      result.nodes.append(node)
    }
    return result
  }
}
