import Testing
import WinnowFixedPoint
import WinnowNetworkIR

@Suite struct NetworkBuilderTests {
  /// A dense autoencoder: names, shapes, and a run through the interpreter.
  @Test func autoencoder() throws {
    let builder = NetworkBuilder("autoencoder", seed: 1)
    let x = builder.input("x", [.batch, 57])
    let code = x.dense(32, weights: .heUniform, name: "encoder").batchNormalized().leakyRelu(0.3)
      .dropout(0.1).dense(3, name: "code")
    let y = code.dense(32).relu().dense(57, bias: nil, name: "y")
    let network = try builder.network(outputs: [y, code])
    #expect(network.outputs == ["y", "code"])
    #expect(
      network.nodes.map(\.name) == [
        "encoder", "batchNormalization_1", "leakyRelu_1", "dropout_1", "code", "dense_1", "relu_1", "y",
      ])
    #expect(
      Set(network.constants.keys) == [
        "encoder_weights", "encoder_bias", "batchNormalization_1_scale", "batchNormalization_1_bias",
        "batchNormalization_1_mean", "batchNormalization_1_variance", "code_weights", "code_bias",
        "dense_1_weights", "dense_1_bias", "y_weights",
      ])
    let types = try network.verify()
    #expect(types["encoder"] == TensorType([.batch, 32], .float32))
    #expect(network.constants["encoder_weights"]?.shape == [57, 32])
    #expect(
      network.constants["batchNormalization_1_variance"]
        == Tensor([32], .float32(Array(repeating: 1, count: 32))))
    let event = Tensor([2, 57], .float32((0..<114).map { Float($0 % 7) - 3 }))
    let outputs = try Interpreter(network).run(["x": event])
    #expect(outputs.map(\.shape) == [[2, 57], [2, 3]])
    // The bias is 0 and the normalisation 1/√(1 + ε) to begin with: the code by hand.
    func matrix(_ name: String) -> [Double] { network.constants[name]!.elements.doubles }
    let (w, v) = (matrix("encoder_weights"), matrix("code_weights"))
    let slope = try LeakyRelu(exactly: 0.3).slope
    for unit in 0..<3 {
      let sum = (0..<32).reduce(0.0) { sum, hidden in
        let h = (0..<57).reduce(0.0) { $0 + Double($1 % 7 - 3) * w[$1 * 32 + hidden] }
        let normalised = h / 1.00001.squareRoot()
        return sum + (normalised >= 0 ? normalised : slope * normalised) * v[hidden * 3 + unit]
      }
      // Three roundings to float32 of numbers of order 10 in a sum of 32.
      #expect(abs(outputs[1].elements.doubles[unit] - sum) < 1e-5 * 32)
    }
  }

  /// Every layer of images once, down and up again.
  @Test func images() throws {
    let builder = NetworkBuilder("images")
    let x = builder.input("x", [.batch, 2, 9, 6])
    let down = x.convolution(4, kernel: [3, 3], strides: [2, 2], padding: .same, name: "down").relu()
    #expect(down.shape == [.batch, 4, 5, 3])
    #expect(down.maximumPooled([2, 1]).shape == [.batch, 4, 2, 3])
    #expect(down.averagePooled([2, 2], strides: [1, 1], padding: .same).shape == [.batch, 4, 5, 3])
    #expect(down.globalAveragePooled().shape == [.batch, 4])
    #expect(down.groupNormalized(groups: 2).layerNormalized(axis: 1).shape == [.batch, 4, 5, 3])
    let up = down.convolutionTranspose(2, kernel: [3, 3], strides: [2, 2], padding: .same, name: "up")
    #expect(up.shape == [.batch, 2, 10, 6])
    #expect(
      down.convolutionTranspose(2, kernel: [1, 3], strides: [3, 1], padding: .same).shape
        == [.batch, 2, 15, 3])
    #expect(down.upsampled([2, 2]).convolution(2, kernel: [2, 1], groups: 2).shape == [.batch, 2, 9, 6])
    #expect(down.padded([0, 0, 1, 0, 0, 0, 1, 2]).shape == [.batch, 4, 7, 5])
    #expect(down.flattened().shape == [.batch, 60])
    #expect(
      x.sliced(0..<4, axis: 2).concatenated(with: x, axis: 2).transposed([0, 2, 3, 1]).shape
        == [.batch, 13, 6, 2])
    let network = try builder.network(outputs: [up])
    let image = Tensor([1, 2, 9, 6], .float32((0..<108).map { Float($0) / 108 }))
    #expect(try Interpreter(network).run(["x": image])[0].shape == [1, 2, 10, 6])
  }

  /// A graph network with attention, for any numbers of nodes and edges.
  @Test func graphs() throws {
    let builder = NetworkBuilder("graph", seed: 3)
    let nodes = builder.input("nodes", [.nodes, 4])
    let from = builder.input("from", [.edges], .integer)
    let to = builder.input("to", [.edges], .integer)
    let messages = nodes.gathered(from).concatenated(with: nodes.gathered(to)).dense(8).silu()
    #expect(messages.shape == [.edges, 8])
    let attention = messages.dense(1).segmentSoftmax(ids: to, over: nodes)
    let received = (messages * attention).segmentReduced(.sum, ids: to, over: nodes, name: "received")
    #expect(received.shape == [.nodes, 8])
    let score = received.reduced(.maximum, axes: [1]).sigmoid()
    let best = score.top(1, axis: 0)
    #expect(best.places.type == TensorType([1], .integer))
    let zeros = builder.constant("zeros", Tensor([3, 8], .float32(Array(repeating: 0, count: 24))))
    _ = zeros.scattering(messages, at: to, .add)
    let network = try builder.network(outputs: [received, best.values])
    let outputs = try Interpreter(network).run([
      "nodes": Tensor([3, 4], .float32((0..<12).map(Float.init))),
      "from": integers([2], [0, 1]), "to": integers([2], [1, 1]),
    ])
    #expect(outputs[0].shape == [3, 8])
    // Node 0 has no neighbours.
    #expect(outputs[0].elements.doubles[..<8].allSatisfy { $0 == 0 })
  }

  @Test func arithmeticAndChoice() throws {
    let builder = NetworkBuilder("arithmetic")
    let x = builder.input("x", [3])
    let y = x * 2 + x - 1
    let z = (y - x).absolute().combined(.maximum, with: x, name: "z")
    let chosen = z.chosen(where: x.compared(.less, with: y), else: x.clipped(low: 0), name: "chosen")
    let product = x.reshaped([1, 3]).matrixProduct(x.reshaped([3, 1])).softmax()
    let network = try builder.network(outputs: [y, z, chosen, product, x.sorted(descends: true).places])
    let outputs = try Interpreter(network).run(["x": Tensor([3], .float32([-1, 0, 2]))])
    #expect(outputs[0].elements.doubles == [-4, -1, 5])
    #expect(outputs[1].elements.doubles == [3, 1, 3])
    #expect(outputs[2].elements.doubles == [0, 0, 3])
    #expect(outputs[3].elements.doubles == [1])
    #expect(outputs[4] == integers([3], [2, 1, 0]))
  }

  /// Quantised values and weights lower to an exact program.
  @Test func quantised() throws {
    let builder = NetworkBuilder("quantised", seed: 5)
    let type = try FixedPointType(text: "fixed<8,3,RND_CONV,SAT>")
    let weights = Quantize(try FixedPointType(text: "fixed<6,1,RND,SAT>"))
    let y = builder.input("x", [1, 4]).quantized(type)
      .dense(3, weightQuantizer: weights, biasQuantizer: weights, name: "hidden").relu().quantized(type)
      .leakyRelu(0.3)
    let network = try builder.network(outputs: [y])
    #expect(network.nodes.map(\.name).contains("hidden_weights_quantized"))
    #expect(network.nodes.first { $0.name == "hidden" }?.inputs[2] == "hidden_bias_quantized")
    expectLowers(network)
  }

  /// Same seed and name: the same bytes, whatever else was built before.
  @Test func parametersDependOnNamesAlone() throws {
    func weights(seed: UInt64, before: Bool, name: String = "layer") throws -> Tensor {
      let builder = NetworkBuilder("n", seed: seed)
      let x = builder.input("x", [.batch, 5])
      if before { _ = x.dense(7, name: "other").layerNormalized() }
      let y = x.dense(4, name: name)
      return try #require(try builder.network(outputs: [y]).constants["\(name)_weights"])
    }
    let first = try weights(seed: 1, before: false)
    #expect(try weights(seed: 1, before: true) == first)
    #expect(try weights(seed: 2, before: false) != first)
    #expect(try weights(seed: 1, before: false, name: "layer2") != first)
  }

  /// Each wrong layer is told once, with its name and what it was to do; layers on it keep silent.
  @Test func errors() throws {
    let builder = NetworkBuilder("wrong")
    let x = builder.input("x", [.batch, 8])
    _ = x.convolution(4, kernel: [3], name: "image").relu().flattened().dense(2)
    _ = x.dense(0)
    _ = builder.input("graph", [8, .nodes]).dense(3, name: "open")
    _ = x.dense(3, name: "x")
    _ = x + builder.input("z", [.batch, 7])
    _ = x.dense(3, weights: .values([1, 2]), name: "given")
    _ = x.combined(.add, with: NetworkBuilder("other").input("x", [8]), name: "stranger")
    _ = builder.input("x", [3])
    #expect(builder.errors.count == 8)
    let error = NetworkBuilderError([
      "node 'image', convolution(4, kernel: [3]) of [batch, 8] float32: takes [batch, channels] and 1 spatial axes; the channels must be a number",
      "node 'dense_1', dense(0) of [batch, 8] float32: has 0 units; at least one is needed",
      "node 'open', dense(3) of [8, nodes] float32: needs a last axis of known size, which its weights meet",
      "node 'x': the name is taken; names of nodes and values are unique",
      "node 'add_1', add of [batch, 8] float32 and [batch, 7] float32: shapes [batch, 8] and [batch, 7] do not broadcast",
      "parameter 'given_weights': is given 2 values for the shape [8, 3]",
      "node 'stranger': takes a value of another builder",
      "input 'x': the name is taken; names of nodes and values are unique",
    ])
    #expect(throws: error) { try builder.network(outputs: [x]) }
    #expect("\(error)".split(separator: "\n").count == 8)
    #expect(throws: NetworkBuilderError(["network 'empty' has no outputs"])) {
      try NetworkBuilder("empty").network(outputs: [])
    }
  }
}
