import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

@Suite struct DataflowTests {
  static func weights(_ shape: [Int], _ name: String, bits: Int = 6, keep: Double = 1) -> Tensor {
    var random = RandomStream(seed: 7, label: name)
    let limit = 1 << (bits - 1)
    return Tensor(
      shape,
      .fixed(
        (0..<shape.reduce(1, *)).map { _ in
          let value = Int128(random.integer(in: -limit...limit - 1))
          return random.uniform() < keep ? value : 0
        }, fraction: bits - 1))
  }

  @Test func chain() async throws {
    let eight = FixedPointType(signed: true, width: 8, integer: 4, rounding: .nearest, overflow: .saturate)
    let unsigned = FixedPointType(
      signed: false, width: 6, integer: 3, rounding: .nearest, overflow: .saturate)
    let network = Network(
      name: "chain", inputs: [.init("x", TensorType([.batch, 2, 7, 6], .float32))],
      constants: [
        "w": Self.weights([3, 2, 3, 3], "w"), "b": Self.weights([3], "b"),
        "v": Self.weights([3 * 3 * 3, 4], "v"),
      ],
      nodes: [
        Node("input", Quantize(eight), "x"),
        Node("conv", Convolution(SlidingWindow(kernel: [3, 3], padding: [1, 1, 1, 1])), "input", "w", "b"),
        Node("relu", Relu(), "conv"), Node("narrow", Quantize(unsigned), "relu"),
        Node("pool", Pool(.maximum, SlidingWindow(kernel: [2, 2], strides: [2, 2])), "narrow"),
        Node("flat", Reshape([0, -1]), "pool"), Node("score", Dense(), "flat", "v"),
      ], outputs: ["score"])
    var benches: [DataflowSimulation.Bench] = []
    for interval in [nil, 14, 7, 3] {
      var network = network
      network.name = "chain_\(interval ?? 0)"
      let design = try DataflowDesign(network, dataflow: DataflowOptions(interval: interval))
      print(interval ?? 0, design.latency, design.interval, design.graph.edges.map { ($0.name, $0.depth) })
      let vectors = design.vectors(count: 20, seed: 1)
      benches.append(.init(design, vectors: vectors, expected: try design.expected(for: vectors)))
    }
    let folder = "/tmp/dataflow-sim"
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (bench, outcome) in zip(benches, try await DataflowSimulation.run(benches, in: folder, with: .icarus))
    {
      print(outcome.message)
      #expect(outcome.passed)
      #expect(outcome.outputs == bench.expected.map { $0.map(Optional.some) })
    }
  }
}
