import Testing
import WinnowNetworkIR

@Suite struct PassPipelineTests {
  private struct Breaking: Pass {
    static let name = "Breaking"
    func run(on network: Network) throws -> Network {
      var network = network
      network.outputs = ["gone"]
      return network
    }
  }

  private struct Throwing: Pass {
    static let name = "Throwing"
    func run(on network: Network) throws -> Network { throw NetworkError("no luck") }
  }

  private var simple: Network {
    var graph = GraphWriter("simple")
    graph.input("x", [2])
    graph.add(Relu())
    return graph.finished()
  }

  @Test func verifiesAfterEveryPass() {
    let error = #expect(throws: NetworkError.self) {
      try PassPipeline([ConstantFolding(), Breaking(), Throwing()]).run(on: simple)
    }
    #expect(error?.message == "pass Breaking: no node computes the output 'gone'")
  }

  @Test func namesThePassThatThrows() {
    let error = #expect(throws: NetworkError.self) { try PassPipeline([Throwing()]).run(on: simple) }
    #expect(error?.message == "pass Throwing: no luck")
  }

  @Test func refusesMalformedInput() {
    var network = simple
    network.outputs = ["gone"]
    let error = #expect(throws: NetworkError.self) { try PassPipeline([]).run(on: network) }
    #expect(error?.message == "no node computes the output 'gone'")
  }

  /// All passes on random graphs: no output changes.
  @Test(arguments: 0..<20) func standardKeepsOutputs(block: Int) throws {
    for seed in block * 10..<(block + 1) * 10 {
      var graph = RandomGraph(seed: UInt64(seed))
      let network = graph.compose(nodes: 10)
      for pass in PassPipeline.standard.passes {
        try expectUnchanged(pass, on: network, events: 8, seed: UInt64(seed))
      }
      let after = try PassPipeline.standard.run(on: network)
      #expect(after.nodes.count <= network.nodes.count)
    }
  }
}
