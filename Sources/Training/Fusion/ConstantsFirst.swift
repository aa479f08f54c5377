import WinnowNetworkIR

/// Puts what is computed from constants alone, such as quantised weights, before everything else.
///
/// Such nodes run on one thread; side by side they cost two barriers a step instead of two a layer, and
/// the rows of a shard go through all layers without a stop.
struct ConstantsFirst: TrainingPass {
  func run(
    on network: Network, keeping: Set<String>, training: Bool, options: PlanOptions
  ) throws -> Network {
    var variable = Set(network.inputs.map(\.name))
    var (first, rest): ([Node], [Node]) = ([], [])
    for node in network.nodes {
      if node.inputs.contains(where: variable.contains) {
        variable.formUnion(node.outputs)
        rest.append(node)
      } else {
        first.append(node)
      }
    }
    var result = network
    result.nodes = first + rest
    return result
  }
}
