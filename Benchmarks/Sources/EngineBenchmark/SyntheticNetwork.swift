import Winnow

extension Network {
  /// 57-32-16-6, the size of a jet tagger: 8-bit weights of which half are zero, activations
  /// `ufixed<8,4,RND,SAT>`.
  static var synthetic: Network {
    var generator = SeededGenerator(state: 1)
    func random() -> UInt64 { generator.next() >> 33 }
    func weights(_ shape: [Int]) -> Tensor {
      Tensor(
        shape,
        .fixed(
          (0..<shape.reduce(1, *)).map { _ in
            random() % 2 == 0 ? 0 : Int128(random() % 255) - 127
          }, fraction: 7))
    }
    let sizes = [57, 32, 16, 6]
    let activation = FixedPointType(
      signed: false, width: 8, integer: 4, rounding: .nearest, overflow: .saturate)
    var network = Network(name: "synthetic 57-32-16-6", inputs: [.init("x", TensorType([57], .float32))])
    network.nodes.append(Node("input", Quantize(activation), "x"))
    var last = "input"
    for layer in 1..<sizes.count {
      network.constants["w\(layer)"] = weights([sizes[layer - 1], sizes[layer]])
      network.constants["b\(layer)"] = weights([sizes[layer]])
      network.nodes.append(Node("dense\(layer)", Dense(), last, "w\(layer)", "b\(layer)"))
      last = "dense\(layer)"
      if layer < sizes.count - 1 {
        network.nodes.append(Node("relu\(layer)", Relu(), last))
        network.nodes.append(Node("quantize\(layer)", Quantize(activation), "relu\(layer)"))
        last = "quantize\(layer)"
      }
    }
    network.outputs = [last]
    return network
  }
}
