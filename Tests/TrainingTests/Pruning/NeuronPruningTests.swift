import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct NeuronPruningTests {
  /// Neurons whose weights are made tiny go; the others' function stays: removing them must change
  /// nothing but what the tiny ones added, which zero weights make exactly nothing.
  private static func silenced(_ network: Network, _ weights: [String: [Int]]) -> Network {
    var result = network
    for (name, channels) in weights {
      let tensor = network.constants[name]!
      let isDense = tensor.shape.count == 2
      let extent = isDense ? tensor.shape[1] : tensor.shape[0]
      var values = tensor.elements.doubles
      for place in values.indices {
        let channel = isDense ? place % extent : place / (values.count / extent)
        if channels.contains(channel) { values[place] = 0 }
      }
      result.constants[name] = tensor.like(values, shape: tensor.shape)
    }
    return result
  }

  private static func run(_ network: Network, _ rows: [Float], _ count: Int) throws -> [Double] {
    let plan = try TrainingPlan<Double>(network, sizes: ["batch": count], training: false)
    plan.input("x")!.values.copy(from: rows.map { Double($0) })
    plan.forward()
    return plan.value(network.outputs[0])!.values.array
  }

  @Test func neuronsGoWithAllThatIsTheirs() throws {
    // Biases and shifts of the silenced neurons are negative enough for the rectifier to give 0.
    var network = Self.silenced(
      QuantizedNetworkTests.classifier(), ["w1": [1, 4, 7], "w2": [0, 5]])
    func lowered(_ name: String, _ channels: [Int], to value: Double) {
      var values = network.constants[name]!.elements.doubles
      for channel in channels { values[channel] = value }
      network.constants[name] = network.constants[name]!.like(values, shape: [values.count])
    }
    lowered("b1", [1, 4, 7], to: -5)
    lowered("shift", [1, 4, 7], to: -5)
    lowered("b2", [0, 5], to: -5)
    let smaller = try network.neuronsPruned(share: 0.3)
    // ⌊0.3 · 10⌋ and ⌊0.3 · 8⌋; the score keeps its two.
    #expect(smaller.constants["w1"]!.shape == [6, 7] && smaller.constants["w2"]!.shape == [7, 6])
    #expect(smaller.constants["w3"]!.shape == [6, 2])
    for name in ["b1", "scale", "shift", "average", "variance"] {
      #expect(smaller.constants[name]!.shape == [7])
    }
    let rows = QuantizedNetworkTests.rows(6 * 50)
    #expect(try Self.run(smaller, rows, 50) == Self.run(network, rows, 50))
    // Quantised, with types per channel and learned widths, it is the same cut.
    let plan = QuantizationPlan(
      weights: .bits(8, granularity: .channel), activations: .bits(8, granularity: .channel))
    let calibration = try Calibration(network.prepared(for: plan), inputs: ["x": rows])
    let quantized = try network.quantized(plan, calibration: calibration)
    for variant in [quantized, try quantized.withLearnedWidths()] {
      let cut = try variant.neuronsPruned(share: 0.3, by: .l2)
      #expect(cut.constants["w2"]!.shape == [7, 6])
      #expect(try Self.run(cut, rows, 50) == Self.run(variant, rows, 50))
    }
  }

  @Test func filtersGoFromConvolutions() throws {
    var stream = RandomStream(seed: 3)
    func constant(_ shape: [Int]) -> Tensor {
      Tensor(shape, .float32((0..<shape.reduce(1, *)).map { _ in Float(stream.gaussian()) }))
    }
    var network = Network(
      name: "image",
      inputs: [.init("x", TensorType([.symbol("batch", bound: nil), 2, 5, 5], .float32))],
      constants: [
        "k": constant([4, 2, 2, 2]), "l": constant([6, 4, 2, 2]), "b": constant([6]), "w": constant([24, 3]),
        "scale": constant([4]), "shift": Tensor([4], .float32([0, 0, 0, 0])),
        "mean": Tensor([4], .float32([0, 0, 0, 0])),
        "variance": Tensor([4], .float32([1, 1, 1, 1])), "v": constant([3, 1]),
      ],
      nodes: [
        Node("first", Convolution(SlidingWindow(kernel: [2, 2])), "x", "k"),
        Node("norm", BatchNormalization(), "first", "scale", "shift", "mean", "variance"),
        Node("relu", Relu(), "norm"),
        Node("second", Convolution(SlidingWindow(kernel: [2, 2])), "relu", "l", "b"),
        Node("relu2", Relu(), "second"),
        Node("pool", Pool(.maximum, SlidingWindow(kernel: [2, 2])), "relu2"),
        Node("flat", Reshape([0, 24]), "pool"), Node("dense", Dense(), "flat", "w"),
        Node("y", Dense(), "dense", "v"),
      ], outputs: ["y"])
    network = Self.silenced(network, ["k": [2], "l": [0, 3], "w": [1]])
    var biases = network.constants["b"]!.elements.doubles
    (biases[0], biases[3]) = (-1, -1)
    network.constants["b"] = network.constants["b"]!.like(biases, shape: [6])
    let smaller = try network.neuronsPruned(share: 0.35)
    #expect(smaller.constants["k"]!.shape == [3, 2, 2, 2])
    #expect(smaller.constants["l"]!.shape == [4, 3, 2, 2])
    #expect(smaller.constants["w"]!.shape == [16, 2])
    #expect(smaller.constants["scale"]!.shape == [3])
    let rows = QuantizedNetworkTests.rows(50 * 8)
    #expect(try Self.run(smaller, rows, 8) == Self.run(network, rows, 8))
  }

  @Test func whatCannotLoseNeuronsSaysSo() throws {
    let network = QuantizedNetworkTests.classifier()
    #expect(throws: TrainingError.self) { try network.neuronsPruned(share: 0.5, layers: ["score"]) }
    #expect(throws: TrainingError.self) { try network.neuronsPruned(share: 1) }
    #expect(try network.neuronsPruned(share: 0) == network)
  }
}
