import Testing
import Winnow
import WinnowTestSupport

/// A broken execution is caught, and its network shrunk to the fault.
@Suite struct NetworkShrinkingTests {
  @Test func brokenNetlistsAreCaughtAndShrunk() async throws {
    let seed: UInt64 = 7
    let random = RandomNetwork(seed: seed)

    /// The disagreement of a netlist whose first mutable gate that shows is changed.
    func fault(_ network: Network) -> Disagreement? {
      guard
        let design = try? RandomNetwork.design(network, clock: random.clock, part: random.part),
        let compared = try? ComparedNetwork(design, events: 60, seed: seed)
      else { return nil }
      for mutation in design.netlist.mutations(12, seed: 1) {
        do { try compared.compareInProcess(netlist: mutation.logic) } catch let error as Disagreement {
          return error
        } catch {}
      }
      return nil
    }

    let first = try #require(fault(random.network), "no mutation was caught")
    #expect(first.execution == "netlist" && first.expected != first.found)
    let shrunk = await random.network.shrunk { fault($0) != nil }
    try shrunk.verify()
    #expect(fault(shrunk) != nil)
    #expect(shrunk.nodes.count < random.network.nodes.count)
    #expect(shrunk.nodes.count <= 3, "\(shrunk.readableText)")
    #expect(shrunk.inputs.flatMap { $0.type.sizes ?? [] }.reduce(1, *) <= 4, "\(shrunk.readableText)")
    #expect(shrunk.readableText.contains("Quantize("))
  }

  @Test func healthyNetworksStay() async {
    let network = RandomNetwork(seed: 3).network
    let same = await network.shrunk(attempts: 20) { _ in false }
    #expect(same == network)
  }

  /// A sum that becomes coarser must not move past a clamp whose bounds need its finer step.
  @Test func constantAddedPastClamp() throws {
    let network = Network(
      name: "past_clamp", inputs: [.init("x", TensorType([1], .float64))],
      constants: [
        "w": Tensor([1, 1], .fixed([2], fraction: 0)), "b": Tensor([1], .fixed([1], fraction: 0)),
        "one": Tensor([], .fixed([1], fraction: 0)),
      ],
      nodes: [
        Node("q", Quantize(FixedPointType(signed: true, width: 3, integer: 3)), "x"),
        Node("odd", Dense(), "q", "w", "b"), Node("relu", Clip(low: 0, high: 6), "odd"),
        Node("sum", Arithmetic(.add), "relu", "one"),
        Node(
          "even",
          Quantize(FixedPointType(signed: true, width: 4, integer: 5, rounding: .nearestToEven)), "relu"),
      ], outputs: ["sum", "even"])
    try ComparedNetwork(Design(network), events: 32, seed: 1).compareInProcess()
  }
}
