import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct DenseTests {
  @Test func gradientsEqualDifferences() throws {
    for shards in [1, 3] {
      var stream = RandomStream(seed: 3)
      func constant(_ shape: [Int]) -> Tensor {
        Tensor(shape, .float64((0..<shape.reduce(1, *)).map { _ in stream.gaussian() }))
      }
      let network = Network(
        name: "dense", inputs: [.init("x", TensorType([.symbol("N", bound: nil), 5], .float64))],
        constants: [
          "w": constant([5, 4]), "b": constant([4]), "scale": constant([4]), "bias": constant([4]),
          "mean": constant([4]), "variance": Tensor([4], .float64([1, 2, 3, 4])), "v": constant([4, 3]),
        ],
        nodes: [
          Node("y", Dense(), "x", "w", "b"),
          Node("n", BatchNormalization(), "y", "scale", "bias", "mean", "variance"),
          Node("r", try LeakyRelu(nearest: 0.3), "n"), Node("z", Dense(), "r", "v"),
        ], outputs: ["z"])
      try GradientCheck(
        network: network, sizes: ["N": 7], options: PlanOptions(shards: shards, tileRows: 2)
      ).run()
      try GradientCheck(
        network: network, sizes: ["N": 7], options: PlanOptions(shards: shards, tileRows: 2), training: false
      ).run()
    }
  }
}
