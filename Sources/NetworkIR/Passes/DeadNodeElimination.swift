/// Removes nodes and constants that no graph output needs; graph inputs stay.
public struct DeadNodeElimination: Pass {
  public static let name = "DeadNodeElimination"

  public init() {}

  public func run(on network: Network) throws -> Network {
    var needed = Set(network.outputs)
    var kept: [Node] = []
    for node in network.nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs)
      kept.append(node)
    }
    var result = network
    result.nodes = kept.reversed()
    result.constants = network.constants.filter { needed.contains($0.key) }
    return result
  }
}
