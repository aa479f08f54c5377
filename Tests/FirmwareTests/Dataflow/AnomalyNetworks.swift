import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

/// The convolutional networks of Govorkova et al. (arXiv:2108.03986): layers, shapes and formats as
/// published with QKeras, whose integer bits leave the sign out; weights seeded at random.
enum AnomalyNetworks {
  private struct Builder {
    var network: Network
    var value = "x"
    let bits: Int
    let integer: Int
    let kept: Double

    init(_ name: String, bits: Int, integer: Int, kept: Double) {
      (self.bits, self.integer, self.kept) = (bits, integer, kept)
      network = Network(
        name: name, inputs: [.init("x", TensorType([.batch, 1, 19, 3], .float32))])
    }

    mutating func add(_ name: String, _ operation: any Operator, _ others: String...) {
      network.nodes.append(Node(name, operation, inputs: [value] + others, outputs: [name]))
      value = name
    }

    /// Quantised Gaussian weights as wide as He's initialisation, the rest pruned.
    mutating func weights(_ name: String, _ shape: [Int], fan: Int, bits: Int, integer: Int) -> String {
      var random = RandomStream(seed: 2021, label: "\(network.name) \(name)")
      let type = FixedPointType(
        signed: true, width: bits, integer: integer + 1, rounding: .nearest, overflow: .saturate)
      let scale = (2 / Double(fan)).squareRoot()
      network.constants[name] = Tensor(
        shape,
        .fixed(
          (0..<shape.reduce(1, *)).map { _ in
            let weight = type.convert(random.gaussian() * scale)!
            return random.uniform() < kept ? weight : 0
          }, fraction: type.fraction))
      return name
    }

    mutating func convolution(
      _ name: String, _ filters: Int, of channels: Int, _ window: SlidingWindow, bits: Int? = nil,
      integer: Int? = nil
    ) {
      let shape = [filters, channels] + window.kernel
      let weights = weights(
        "\(name) weights", shape, fan: shape.dropFirst().reduce(1, *), bits: bits ?? self.bits,
        integer: integer ?? self.integer)
      add(name, Convolution(window), weights)
    }

    mutating func dense(_ name: String, _ inputs: Int, _ units: Int, bits: Int? = nil, integer: Int? = nil) {
      let weights = weights(
        "\(name) weights", [inputs, units], fan: inputs, bits: bits ?? self.bits,
        integer: integer ?? self.integer)
      add(name, Dense(), weights)
    }

    mutating func quantize(_ name: String, signed: Bool = true, bits: Int? = nil, integer: Int? = nil) {
      let (width, whole) = (bits ?? self.bits, integer ?? self.integer)
      add(
        name,
        Quantize(
          FixedPointType(
            signed: signed, width: width, integer: whole + (signed ? 1 : 0), rounding: .nearest,
            overflow: .saturate)))
    }

    mutating func relu(_ name: String) {
      add("\(name) relu", Relu())
      quantize(name, signed: false)
    }

    /// Rows 20 × 3 to 64 values.
    mutating func encoder() {
      quantize("input", bits: 16, integer: 10)
      add("zero row", Pad([0, 0, 1, 0, 0, 0, 0, 0]))
      network.constants["normalisation scale"] = Tensor([1, 1, 1, 1], .fixed([13], fraction: 7))
      network.constants["normalisation shift"] = Tensor([1, 1, 1, 1], .fixed([-21], fraction: 5))
      add("normalisation scaled", Arithmetic(.multiply), "normalisation scale")
      add("normalisation", Arithmetic(.add), "normalisation shift")
      quantize("normalised", bits: 16, integer: 10)
      convolution("convolution 1", 16, of: 1, SlidingWindow(kernel: [3, 3]))
      relu("activation 1")
      add("pooling 1", Pool(.average, SlidingWindow(kernel: [3, 1], strides: [3, 1])))
      quantize("pooled 1", signed: false)
      convolution(
        "convolution 2", 32, of: 16, SlidingWindow(kernel: [3, 1], padding: [1, 0, 1, 0]))
      relu("activation 2")
      add("pooling 2", Pool(.average, SlidingWindow(kernel: [3, 1], strides: [3, 1])))
      quantize("pooled 2", signed: false)
      add("flat", Reshape([0, -1]))
    }
  }

  /// The encoder of the variational autoencoder, all that its firmware holds: μ and ln σ².
  static func variationalEncoder(name: String = "cnn_vae") -> Network {
    var builder = Builder(name, bits: 8, integer: 3, kept: 0.5)
    builder.encoder()
    let flat = builder.value
    for name in ["mean", "log variance"] {
      builder.value = flat
      builder.dense("\(name) sum", 64, 8, bits: 16, integer: 6)
      builder.quantize(name, bits: 16, integer: 6)
      builder.network.outputs.append(name)
    }
    return builder.network
  }

  /// The autoencoder: 19 × 3 to 8 and back.
  static func autoencoder(name: String = "cnn_ae") -> Network {
    var builder = Builder(name, bits: 4, integer: 2, kept: 0.5)
    builder.encoder()
    builder.dense("code sum", 64, 8)
    builder.quantize("code")
    builder.dense("decoder", 8, 64)
    builder.relu("decoder activation")
    builder.add("decoder image", Reshape([1, 32, 2, 1]))
    builder.convolution(
      "convolution 3", 32, of: 32, SlidingWindow(kernel: [3, 1], padding: [1, 0, 1, 0]))
    builder.relu("activation 3")
    builder.add("up 1", Upsample([1, 1, 3, 1]))
    builder.add("zero columns", Pad([0, 0, 0, 1, 0, 0, 0, 1]))
    builder.convolution(
      "convolution 4", 16, of: 32, SlidingWindow(kernel: [3, 1], padding: [1, 0, 1, 0]))
    builder.relu("activation 4")
    builder.add("up 2", Upsample([1, 1, 3, 1]))
    builder.add("zero row above", Pad([0, 0, 1, 0, 0, 0, 0, 0]))
    builder.convolution(
      "convolution 5", 1, of: 16, SlidingWindow(kernel: [3, 3], padding: [1, 1, 1, 1]), bits: 16,
      integer: 10)
    builder.quantize("reconstruction", bits: 16, integer: 10)
    builder.network.outputs = ["reconstruction"]
    return builder.network
  }
}
