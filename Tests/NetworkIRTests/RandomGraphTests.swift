import Testing
import WinnowFixedPoint
import WinnowNetworkIR

@Suite struct RandomGraphTests {
  /// Graphs at random: program, pruned program and interpreter agree on every value of every node,
  /// and every instruction stays inside its interval.
  @Test(arguments: 0..<20) func programEqualsInterpreter(block: Int) {
    for seed in block * 50..<(block + 1) * 50 {
      var graph = RandomGraph(seed: UInt64(seed))
      let network = graph.compose(nodes: 8)
      expectLowers(network, events: 24, seed: UInt64(seed))
    }
  }
}
