import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct ConcatenationFusionTests {
  /// Two steps of an interaction network with shared weights: node products, sums that are formed
  /// once, segment sums of parts.
  private static func network() throws -> Network {
    let builder = NetworkBuilder("interaction", seed: 3)
    let nodes = builder.input("nodes", [.nodes, 2])
    let receiver = builder.input("receiver", [.edges], .integer)
    let sender = builder.input("sender", [.edges], .integer)
    let start = builder.input("edges", [.edges, 3])
    func layer(_ name: String, _ inputs: Int, _ outputs: Int) -> (NetworkBuilder.Value) ->
      NetworkBuilder.Value
    {
      let weights = builder.parameter(
        "\(name)_weights", [inputs, outputs], .glorotNormal, fans: (inputs, outputs))
      let bias = builder.parameter(
        "\(name)_bias", [outputs], .normal(mean: 0, standardDeviation: 0.5), fans: (inputs, outputs))
      return { builder.apply(Dense(), to: [$0, weights, bias])[0].leakyRelu(0.25) }
    }
    let edge = layer("edge", 3 + 4 + 2 + 2, 4)
    let node = layer("node", 3 + 4 + 2, 2)
    var (h, e) = (nodes, start.dense(4, name: "first"))
    for _ in 0..<2 {
      let both = start.concatenated(with: e)
      h = node(both.segmentReduced(.sum, ids: receiver, over: nodes).concatenated(with: h))
      e = edge(both.concatenated(with: h.gathered(receiver), h.gathered(sender)))
    }
    return try builder.network(outputs: [e.dense(1, name: "score")])
  }

  /// Also in a second backward pass: nothing may be left of the first.
  @Test(arguments: [1, 2, 5]) func gradientsEqualDifferences(shards: Int) throws {
    let network = try Self.network()
    try GradientCheck(
      network: network, sizes: ["nodes": 5, "edges": 9],
      options: PlanOptions(shards: shards, tileRows: 2),
      inputs: [
        "receiver": [0, 0, 1, 1, 1, 2, 3, 3, 4], "sender": [1, 2, 0, 4, 3, 2, 0, 4, 3],
      ]
    ).run()
  }

  @Test func isFused() throws {
    let network = try Self.network()
    let fused = try TrainingPasses.all.reduce(network) {
      try $1.run(on: $0, keeping: Set(network.outputs), training: true, options: PlanOptions())
    }
    #expect(fused.nodes.contains { $0.operation is DenseSum })
    #expect(fused.nodes.contains { $0.operation is SlicedDense })
    #expect(!fused.nodes.contains { $0.operation is Gather })
  }
}
