import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// A random network of dense layers, by seed.
struct RandomDense {
  var network: Network

  /// - Parameters:
  ///   - sizes: inputs, then the outputs of each layer.
  ///   - plain: the type of every layer's results; random ones where it is `nil`.
  init(
    _ sizes: [Int], seed: UInt64, weightBits: Int = 6, density: Double = 1, last: Bool = true,
    branch: Bool = false, plain: FixedPointType? = nil, name: String? = nil
  ) {
    var random = RandomStream(seed: seed, label: "random dense")
    func type() -> FixedPointType {
      if let plain { return plain }
      let width = random.integer(in: 2...8)
      let overflows: [OverflowMode] = [.saturate, .wrap, .saturateSymmetrically, .saturateToZero]
      let roundings: [RoundingMode] = [
        .truncate, .nearest, .nearestToEven, .truncateToZero, .nearestToZero,
      ]
      return FixedPointType(
        signed: random.uniform() < 0.5, width: width, integer: random.integer(in: 0...width),
        rounding: roundings[random.integer(in: 0...roundings.count - 1)],
        overflow: overflows[random.integer(in: 0...overflows.count - 1)])
    }
    func weights(_ shape: [Int], density: Double) -> Tensor {
      let limit = 1 << (weightBits - 1)
      return Tensor(
        shape,
        .fixed(
          (0..<shape.reduce(1, *)).map { _ in
            random.uniform() < density ? Int128(random.integer(in: -limit...limit - 1)) : 0
          }, fraction: 4))
    }
    var constants: [String: Tensor] = [:]
    var nodes = [
      Node(
        "input",
        Quantize(
          FixedPointType(
            signed: true, width: 6, integer: 3, rounding: .nearest, overflow: .saturate)), "x")
    ]
    var value = "input"
    for layer in 1..<sizes.count {
      constants["w\(layer)"] = weights([sizes[layer - 1], sizes[layer]], density: density)
      constants["b\(layer)"] = weights([sizes[layer]], density: 1)
      nodes.append(Node("dense\(layer)", Dense(), value, "w\(layer)", "b\(layer)"))
      value = "dense\(layer)"
      guard layer < sizes.count - 1 || last else { continue }
      if random.uniform() < 0.7 {
        nodes.append(Node("relu\(layer)", Relu(), value))
        value = "relu\(layer)"
      }
      nodes.append(Node("narrow\(layer)", Quantize(type()), value))
      if branch, layer > 1, sizes[layer] == sizes[layer - 1] {
        nodes.append(
          Node("sum\(layer)", Arithmetic(.add), "narrow\(layer)", "narrow\(layer - 1)"))
        value = "sum\(layer)"
      } else {
        value = "narrow\(layer)"
      }
    }
    network = Network(
      name: name ?? "dense_\(seed)", inputs: [.init("x", TensorType([.fixed(sizes[0])], .float32))],
      constants: constants, nodes: nodes, outputs: [value])
  }
}
