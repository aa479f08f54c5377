/// Replaces nodes whose inputs are all constants by their values.
///
/// The results become constants under the names of the node's outputs, graph outputs included.
public struct ConstantFolding: Pass {
  public static let name = "ConstantFolding"

  public init() {}

  public func run(on network: Network) throws -> Network {
    var folded = network
    folded.nodes = []
    for node in network.nodes {
      let constants = node.inputs.compactMap { folded.constants[$0] }
      guard !constants.isEmpty, constants.count == node.inputs.count else {
        folded.nodes.append(node)
        continue
      }
      let results: [Tensor]
      do { results = try node.operation.evaluate(constants) } catch {
        throw network.located(error, at: node)
      }
      // The verifier takes no NaN among constants; such a node stays and fails where it runs.
      guard results.allSatisfy(\.elements.isFinite) else {
        folded.nodes.append(node)
        continue
      }
      for (name, result) in zip(node.outputs, results) { folded.constants[name] = result }
    }
    return folded
  }
}
