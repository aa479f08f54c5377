import WinnowFirmware
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

/// Networks small enough to read.
enum Tiny {
  /// Two inputs, two hidden neurons, one output.
  static let twoTwoOne = Network(
    name: "two_two_one", inputs: [.init("x", TensorType([2], .float32))],
    constants: [
      "w1": Tensor([2, 2], .fixed([3, -2, 1, 5], fraction: 2)),
      "b1": Tensor([2], .fixed([1, -3], fraction: 2)),
      "w2": Tensor([2, 1], .fixed([-3, 7], fraction: 2)),
    ],
    nodes: [
      Node("input", Quantize(FixedPointType(signed: true, width: 6, integer: 3)), "x"),
      Node("hidden", Dense(), "input", "w1", "b1"),
      Node("relu", Relu(), "hidden"),
      Node(
        "narrow",
        Quantize(
          FixedPointType(
            signed: false, width: 5, integer: 3, rounding: .nearestToEven, overflow: .saturate)),
        "relu"),
      Node("score", Dense(), "narrow", "w2"),
    ], outputs: ["score"])

  /// Random weights of six bits between two quantised layers.
  static func dense(inputs: Int, outputs: Int, seed: UInt64) -> Network {
    var random = RandomStream(seed: seed, label: "tiny")
    func weights(_ shape: [Int]) -> Tensor {
      Tensor(
        shape,
        .fixed(
          (0..<shape.reduce(1, *)).map { _ in Int128(random.integer(in: -31...31)) }, fraction: 4))
    }
    let saturating = FixedPointType(
      signed: true, width: 8, integer: 4, rounding: .nearest, overflow: .saturate)
    return Network(
      name: "dense", inputs: [.init("x", TensorType([.fixed(inputs)], .float32))],
      constants: ["w": weights([inputs, outputs]), "b": weights([outputs]), "v": weights([outputs, 3])],
      nodes: [
        Node("input", Quantize(saturating), "x"), Node("sum", Dense(), "input", "w", "b"),
        Node("relu", Relu(), "sum"), Node("narrow", Quantize(saturating), "relu"),
        Node("out", Dense(), "narrow", "v"),
      ], outputs: ["out"])
  }

  /// Sums and wires only, which fit every clock.
  static func sums(inputs: Int, outputs: Int, seed: UInt64) -> Network {
    var network = dense(inputs: inputs, outputs: outputs, seed: seed)
    let wrapping = FixedPointType(signed: true, width: 8, integer: 4)
    network.nodes = [
      Node("input", Quantize(wrapping), "x"), Node("sum", Dense(), "input", "w", "b"),
      Node("narrow", Quantize(wrapping), "sum"), Node("out", Dense(), "narrow", "v"),
    ]
    return network
  }

  /// Names of network, inputs and nodes that languages and tools stumble over.
  static let oddNames: [(network: String, inputs: [String], nodes: [String])] = [
    ("module", ["always", "wire"], ["reg", "begin", "endmodule", "case"]),
    ("testbench", ["in_x", "out_y"], ["x_s1", "x_s2", "table_0", "n_in_x"]),
    ("probe", ["a.b", "a_b"], ["a b", "a/b", "a-b", "a_b_2"]),
    ("größe \"%d\" \\", ["x\\", "y\n*/"], ["synopsys translate_off", "// \\", "`undef", "%h\""]),
    ("class", ["clock", "valid_in"], ["valid", "valid_out", "address", "int64_t"]),
    ("a", ["x", "x_0"], ["x_0_s1", "x_s1_0", "x_0_2", "x_t0"]),
    ("1", ["", "_"], ["__", "1_", "0", "_s1"]),
  ]

  /// Two inputs, a sum, a table, an output for every node.
  static func named(_ names: (network: String, inputs: [String], nodes: [String])) -> Network {
    let type = FixedPointType(signed: true, width: 5, integer: 3, overflow: .saturate)
    return Network(
      name: names.network, inputs: names.inputs.map { .init($0, TensorType([2], .float32)) },
      constants: [:],
      nodes: [
        Node("quantised \(names.inputs[0])", Quantize(type), names.inputs[0]),
        Node("quantised \(names.inputs[1])", Quantize(type), names.inputs[1]),
        Node(
          names.nodes[0], Arithmetic(.add), "quantised \(names.inputs[0])",
          "quantised \(names.inputs[1])"),
        Node(names.nodes[1], Relu(), names.nodes[0]),
        Node("function", RealFunction(.tanh), names.nodes[1]),
        Node(names.nodes[2], Quantize(type), "function"),
        Node(names.nodes[3], Arithmetic(.multiply), names.nodes[2], names.nodes[0]),
      ], outputs: [names.nodes[3], names.nodes[0], names.nodes[2]])
  }
}
