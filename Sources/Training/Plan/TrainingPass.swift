import WinnowNetworkIR

/// Rewrites a network for training: the same function, fewer passes over memory.
///
/// What a pass makes lives in plans only; the network that is trained and written stays as it was.
protocol TrainingPass: Sendable {
  /// - Parameter keeping: values that must still exist.
  func run(
    on network: Network, keeping: Set<String>, training: Bool, options: PlanOptions
  ) throws -> Network
}

enum TrainingPasses {
  static let all: [any TrainingPass] = [
    CommonSubexpressionElimination(), ConcatenationFusion(), CommonSubexpressionElimination(),
    UnreadNodeElimination(), RectifiedDenseFusion(), NormalizedActivationFusion(),
    ConvolutionChainFusion(), ConstantsFirst(),
  ]
}

/// Leaves out nodes that nothing reads.
struct UnreadNodeElimination: TrainingPass {
  func run(
    on network: Network, keeping: Set<String>, training: Bool, options: PlanOptions
  ) throws -> Network {
    var result = network
    var needed = keeping
    var nodes: [Node] = []
    for node in network.nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs)
      nodes.append(node)
    }
    result.nodes = nodes.reversed()
    return result
  }
}
