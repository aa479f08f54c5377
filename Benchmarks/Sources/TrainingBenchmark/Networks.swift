import Winnow

/// A network with its loss and the sizes of its training step.
struct Case {
  var objective: Objective
  var sizes: [String: Int]
  var noise: Int = 0
  var isSparse = false
}

private let leak = 0.3
private let epsilon = 1e-3
private let weightType = FixedPointType(
  FixedPointFormat(signed: true, width: 8, integer: 1), rounding: .nearestToEven, overflow: .saturate)
private let activationType = FixedPointType(
  FixedPointFormat(signed: true, width: 8, integer: 5), rounding: .nearestToEven,
  overflow: .saturate)

/// The layers of the dense networks, in float or with 8-bit weights, biases and activations.
struct Layers {
  var isQuantized = false
  var weights: Quantize? { isQuantized ? Quantize(weightType) : nil }

  func enter(_ x: NetworkBuilder.Value) -> NetworkBuilder.Value {
    isQuantized ? x.quantized(activationType) : x
  }

  func dense(_ x: NetworkBuilder.Value, _ units: Int) -> NetworkBuilder.Value {
    x.dense(units, weightQuantizer: weights, biasQuantizer: weights)
  }

  func activated(_ x: NetworkBuilder.Value, leaky: Bool) -> NetworkBuilder.Value {
    let y = leaky ? x.leakyRelu(leak) : x.relu()
    return isQuantized ? y.quantized(activationType) : y
  }

  func block(_ x: NetworkBuilder.Value, _ units: Int, leaky: Bool = true) -> NetworkBuilder.Value {
    activated(dense(x, units).batchNormalized(epsilon: epsilon), leaky: leaky)
  }
}

private let meanSquaredError = AnyLoss.meanSquaredError(MeanSquaredError())

func autoencoder(_ layers: Layers) throws -> Case {
  let b = NetworkBuilder("dnn_ae", seed: 1)
  var y = layers.enter(b.input("x", [.batch, 57])).batchNormalized(epsilon: epsilon)
  for width in [32, 16, 3, 16, 32] { y = layers.block(y, width) }
  let model = try b.network(outputs: [layers.dense(y, 57)])
  return Case(
    objective: try Objective(
      model, losses: [LossTerm(meanSquaredError, inputs: model.outputs, target: "x")]),
    sizes: ["batch": 1024])
}

private func variational(
  _ b: NetworkBuilder, _ hidden: NetworkBuilder.Value, latent: Int, _ layers: Layers,
  decoder: (NetworkBuilder.Value) -> NetworkBuilder.Value
) throws -> Case {
  let mean = layers.dense(hidden, latent)
  let logVariance = layers.dense(hidden, latent)
  let noise = b.input("eps", [.batch, .fixed(latent)])
  let z = mean + (logVariance * 0.5).exp() * noise
  let model = try b.network(outputs: [decoder(z), mean, logVariance])
  let loss = AnyLoss.betaVAE(BetaVAELoss(beta: 0.125, takesLatentMean: false))
  return Case(
    objective: try Objective(
      model, losses: [LossTerm(loss, inputs: model.outputs, target: "x")]),
    sizes: ["batch": 1024], noise: latent)
}

func variationalAutoencoder(_ layers: Layers) throws -> Case {
  let b = NetworkBuilder("dnn_vae", seed: 1)
  var y = layers.enter(b.input("x", [.batch, 57])).batchNormalized(epsilon: epsilon)
  for width in [32, 16] { y = layers.block(y, width) }
  return try variational(b, y, latent: 3, layers) { z in
    var y = z
    for width in [16, 32] { y = layers.block(y, width) }
    return layers.dense(y, 57)
  }
}

private func regression(
  _ b: NetworkBuilder, _ y: NetworkBuilder.Value, batch: Int = 1024, isSparse: Bool = false
) throws -> Case {
  let model = try b.network(outputs: [y])
  return Case(
    objective: try Objective(
      model, losses: [LossTerm(meanSquaredError, inputs: model.outputs, target: "target")]),
    sizes: ["batch": batch], isSparse: isSparse)
}

func distillNet(_ layers: Layers) throws -> Case {
  let b = NetworkBuilder("distillnet", seed: 1)
  let x = layers.enter(b.input("x", [.batch, 16]))
  let first = layers.activated(layers.dense(x, 128), leaky: false)
  return try regression(b, layers.dense(layers.block(first, 64, leaky: false), 1).sigmoid())
}

func scouting(_ layers: Layers) throws -> Case {
  let b = NetworkBuilder("scouting", seed: 1)
  var y = layers.enter(b.input("x", [.batch, 4]))
  for _ in 0..<3 { y = layers.block(y, 32, leaky: false) }
  return try regression(b, layers.dense(y, 3))
}

/// Paper 2's convolutional variational autoencoder; `shared/reference/l1.md`, section 2.
func convolutionalVAE() throws -> Case {
  let b = NetworkBuilder("cnn_vae", seed: 1)
  let rows = ImagePadding.explicit([1, 0, 1, 0])
  let encoded =
    b.input("x", [.batch, 1, 19, 3]).padded([0, 0, 1, 0, 0, 0, 0, 0])
    .batchNormalized(epsilon: epsilon).convolution(16, kernel: [3, 3], bias: nil).relu()
    .averagePooled([3, 1]).convolution(32, kernel: [3, 1], padding: rows, bias: nil).relu()
    .averagePooled([3, 1]).flattened()
  return try variational(b, encoded, latent: 8, Layers()) { z in
    z.dense(64).relu().reshaped([0, 32, 2, 1])
      .convolution(32, kernel: [3, 1], padding: rows, bias: nil).relu().upsampled([3, 1])
      .padded([0, 0, 0, 1, 0, 0, 0, 1]).convolution(16, kernel: [3, 1], padding: rows, bias: nil)
      .relu().upsampled([3, 1]).padded([0, 0, 1, 0, 0, 0, 0, 0])
      .convolution(1, kernel: [3, 3], padding: .explicit([1, 1, 1, 1]), bias: nil)
  }
}

func longLivedParticleCNN() throws -> Case {
  let b = NetworkBuilder("llp_cnn", seed: 1)
  let same = ImagePadding.explicit([1, 1, 1, 1])
  var y = b.input("x", [.batch, 1, 20, 333])
  for filters in [16, 32, 64] {
    y = y.convolution(filters, kernel: [3, 3], padding: same).relu().maximumPooled([2, 2])
  }
  y = y.convolution(128, kernel: [3, 3], padding: same).relu().flattened()
  return try regression(
    b, y.dense(256).relu().dense(64).relu().dense(1), batch: 64, isSparse: true)
}

/// Exa.TrkX's interaction network on 10⁴ nodes and 10⁵ edges: eight steps with shared weights, one
/// score per edge at the end.
func interactionNetwork() throws -> Case {
  let b = NetworkBuilder("exatrkx_in", seed: 1)
  let x = b.input("nodes", [.nodes, 3])
  let receiver = b.input("receiver", [.edges], .integer)
  let sender = b.input("sender", [.edges], .integer)
  func layers(_ name: String, _ inputs: Int) -> (NetworkBuilder.Value) -> NetworkBuilder.Value {
    let sizes = [(inputs, 128), (128, 64)]
    let parameters = sizes.enumerated().map { index, size in
      (
        b.parameter("\(name)\(index)_weights", [size.0, size.1], .heUniform, fans: (size.0, size.1)),
        b.parameter("\(name)\(index)_bias", [size.1], .zeros, fans: (size.0, size.1))
      )
    }
    return { value in
      parameters.reduce(value) { value, layer in
        b.apply(Dense(), to: [value, layer.0, layer.1])[0].relu()
      }
    }
  }
  let (node0, edge0) = (layers("node0", 3), layers("edge0", 128))
  let (node, edge) = (layers("node", 384), layers("edge", 256))
  let h0 = node0(x)
  let e0 = edge0(h0.gathered(receiver).concatenated(with: h0.gathered(sender)))
  var (h, e) = (h0, e0)
  for _ in 0..<8 {
    let both = e0.concatenated(with: e)
    let inward = both.segmentReduced(.sum, ids: receiver, over: x)
    let outward = both.segmentReduced(.sum, ids: sender, over: x)
    h = node(inward.concatenated(with: outward, h0, h))
    e = edge(both.concatenated(with: h.gathered(receiver), h.gathered(sender)))
  }
  let model = try b.network(outputs: [e.dense(1)])
  let loss = AnyLoss.binaryCrossEntropy(BinaryCrossEntropy(fromLogits: true))
  return Case(
    objective: try Objective(
      model, losses: [LossTerm(loss, inputs: model.outputs, target: "target")]),
    sizes: ["nodes": 10_000, "edges": 100_000])
}
