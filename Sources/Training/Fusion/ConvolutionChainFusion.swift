import WinnowNetworkIR

/// Joins convolutions, rectifiers, pools, paddings and up-samplings that follow one another, so that
/// images stay in the kernels' layout from the first to the last.
struct ConvolutionChainFusion: TrainingPass {
  func run(
    on network: Network, keeping: Set<String>, training: Bool, options: PlanOptions
  ) throws -> Network {
    let readers = network.readers
    var result = network
    var joined: Set<String> = []
    for node in network.nodes where !joined.contains(node.name) {
      let nodes = chain(from: node, readers, keeping)
      guard nodes.count > 1, nodes.contains(where: \.isConvolution) else { continue }
      joined.formUnion(nodes.map(\.name))
      let last = nodes[nodes.count - 1]
      let fused = Node(
        last.name,
        ConvolutionChain(
          links: nodes.map { ConvolutionLink($0.operation)! },
          hasBias: nodes.filter(\.isConvolution).map { $0.inputs.count == 3 }),
        inputs: [node.inputs[0]] + nodes.flatMap { $0.inputs.dropFirst() }, outputs: last.outputs)
      let place = result.nodes.firstIndex { $0.name == last.name }!
      result.nodes[place] = fused
      let gone = Set(nodes.dropLast().map(\.name))
      result.nodes.removeAll { gone.contains($0.name) }
    }
    return result
  }

  /// The longest chain that begins at a node.
  private func chain(
    from first: Node, _ readers: [String: [Node]], _ keeping: Set<String>
  ) -> [Node] {
    guard let link = ConvolutionLink(first.operation), !link.isRectifier else { return [] }
    var nodes = [first]
    var previous = link
    while let last = nodes.last, !keeping.contains(last.outputs[0]),
      let next = readers[last.outputs[0]], next.count == 1,
      // The image, not the weights.
      next[0].inputs[0] == last.outputs[0], let link = ConvolutionLink(next[0].operation),
      !link.isRectifier || previous.isConvolution
    {
      nodes.append(next[0])
      previous = link
    }
    return nodes
  }
}

extension Node {
  fileprivate var isConvolution: Bool { ConvolutionLink(operation)?.isConvolution ?? false }
}
