import Testing
import WinnowFixedPoint
@testable import WinnowFirmware
import WinnowNetworkIR
import WinnowTensors

@Suite struct SortingTests {
  /// A network that sorts all zeros and ones sorts everything (Knuth, section 5.3.4, theorem Z).
  @Test(arguments: 1...16)
  func networksSort(count: Int) {
    let fewest = [0, 0, 1, 3, 5, 9, 12, 16, 19, 25, 29, 35, 39, 45, 51, 56, 60]
    let network = SortingNetwork(count)
    #expect(network.comparators.count == fewest[count])
    #expect(network.lines == Array(0..<count))
    for pattern in 0..<(1 << count) {
      #expect(sorts(network, pattern))
    }
  }

  /// Lines as the bits of a number.
  private func sorts(_ network: SortingNetwork, _ pattern: Int) -> Bool {
    var bits = pattern
    for comparator in network.comparators {
      let (low, high) = (bits >> comparator.low & 1, bits >> comparator.high & 1)
      if low == 1, high == 0 { bits ^= 1 << comparator.low | 1 << comparator.high }
    }
    let kept = network.lines.map { bits >> $0 & 1 }
    return kept == kept.sorted() && kept.reduce(0, +) == min(pattern.nonzeroBitCount, kept.count)
  }

  @Test(arguments: [(6, 2), (16, 4), (17, 17), (24, 5), (31, 8), (40, 6), (57, 57), (64, 1)])
  func largestComeUp(_ count: Int, _ keeping: Int) {
    let network = SortingNetwork(count, keeping: keeping)
    #expect(network.lines.count == keeping)
    #expect(network.comparators.count <= SortingNetwork(count).comparators.count)
    var random = RandomStream(seed: 1, label: "lines")
    for _ in 0..<500 {
      let values = (0..<count).map { _ in random.integer(in: 0...30) }
      var lines = values
      for comparator in network.comparators
      where lines[comparator.low] > lines[comparator.high] {
        lines.swapAt(comparator.low, comparator.high)
      }
      #expect(network.lines.map { lines[$0] } == Array(values.sorted().suffix(keeping)))
    }
  }

  static func network(
    _ operation: any Operator, outputs: Int, type: String, count: Int, keeping: Set<Int>
  ) -> Network {
    let names = (0..<outputs).map { "y\($0)" }
    return Network(
      name: "sorting", inputs: [.init("x", TensorType([2, .fixed(count)], .float64))],
      nodes: [
        Node("q", Quantize(ProofNetworks.type(type)), "x"),
        Node("sorted", operation, inputs: ["q"], outputs: names),
      ], outputs: names.enumerated().filter { keeping.contains($0.0) }.map(\.1))
  }

  /// Many ties: the interpreter's places, one by one.
  @Test(arguments: [2, 3, 7, 9, 13, 16, 21])
  func equalsInterpreter(count: Int) throws {
    let operations: [(any Operator, Int)] = [
      (TopK(min(3, count)), 2), (TopK(count, largest: false), 2), (Sort(), 2),
      (Sort(descends: true), 2), (ArgMax(), 1), (TopK(1, axis: 0), 2),
    ]
    for (operation, outputs) in operations {
      for keeping in [Set([0]), Set([outputs - 1]), Set(0..<outputs)] {
        let network = Self.network(
          operation, outputs: outputs, type: "fixed<4,3,RND,SAT>", count: count, keeping: keeping)
        let design = try ProofNetworks.design(network)
        try ProofNetworks.compare(design, events: 150)
      }
    }
  }
}
