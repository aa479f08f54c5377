import Testing
import WinnowFixedPoint
import WinnowNetworkIR

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}

/// A network and its name in the test report.
struct NetworkCase: Sendable, CustomTestStringConvertible {
  var network: Network
  init(_ network: Network) { self.network = network }
  var testDescription: String { network.name }
}

/// Builds a network of one float input, node after node.
struct NetworkWriter {
  var network: Network
  private(set) var last: String
  var random: SeededGenerator

  init(_ name: String, shape: [Int], seed: UInt64 = 1) {
    network = Network(
      name: name, inputs: [.init("x", TensorType(shape.map(Dimension.fixed), .float64))])
    last = "x"
    random = SeededGenerator(seed: seed)
  }

  @discardableResult
  mutating func add(_ operation: any Operator, _ others: String...) -> String {
    add(operation, reading: [last] + others)
  }

  @discardableResult
  mutating func add(_ operation: any Operator, reading inputs: [String]) -> String {
    let name = "n\(network.nodes.count)"
    network.nodes.append(Node(name, operation, inputs: inputs, outputs: [name]))
    last = name
    return name
  }

  @discardableResult
  mutating func quantize(_ text: String) -> String { add(Quantize(try! FixedPointType(text: text))) }

  /// A dense layer of random weights, some of them zero.
  mutating func dense(_ inputs: Int, _ outputs: Int, weightBits: Int, zeros: Double = 0.3) {
    let bound = Int128(1) << (weightBits - 1)
    func weight() -> Int128 {
      Double.random(in: 0..<1, using: &random) < zeros ? 0 : Int128.random(in: -bound..<bound, using: &random)
    }
    let index = network.nodes.count
    network.constants["w\(index)"] = Tensor(
      [inputs, outputs],
      .fixed((0..<inputs * outputs).map { _ in weight() }, fraction: weightBits - 2))
    network.constants["b\(index)"] = Tensor(
      [outputs], .fixed((0..<outputs).map { _ in weight() }, fraction: weightBits))
    add(Dense(), "w\(index)", "b\(index)")
  }

  /// Mutating, so that outputs may be made in its argument list.
  mutating func finished(_ outputs: String...) -> NetworkCase {
    network.outputs = outputs.isEmpty ? [last] : outputs
    return NetworkCase(network)
  }
}

extension NetworkCase {
  /// Networks that reach every instruction, lane and mode.
  static let all: [NetworkCase] = modes + widths + shapes

  /// Every rounding and overflow mode, on inputs and after a sum.
  static let modes: [NetworkCase] = RoundingMode.allCases.flatMap { rounding in
    OverflowMode.allCases.map { overflow in
      let modes = "\(rounding.rawValue),\(overflow.rawValue)"
      var writer = NetworkWriter(modes, shape: [11])
      writer.quantize("fixed<8,3,\(modes)>")
      writer.dense(11, 9, weightBits: 6)
      let sum = writer.quantize("fixed<9,4,\(modes)>")
      writer.add(Relu())
      writer.dense(9, 5, weightBits: 7)
      writer.quantize("ufixed<6,3,\(modes)>")
      return writer.finished(sum, writer.last)
    }
  }

  /// Sums in every lane; 16-bit pairs, widening and wide columns.
  static let widths: [NetworkCase] = [4, 8, 12, 16, 18, 24, 32, 40, 48].flatMap { width in
    ["TRN,WRAP", "RND_CONV,SAT"].map { modes in
      var writer = NetworkWriter("\(width) bits, \(modes)", shape: [19])
      writer.quantize("fixed<\(width),\(width / 2),\(modes)>")
      writer.dense(19, 8, weightBits: min(width, 30))
      let exact = writer.last
      writer.quantize("fixed<\(width + 2),\(width / 2 + 2),\(modes)>")
      writer.dense(8, 4, weightBits: 8, zeros: 0)
      writer.quantize("ufixed<\(width),\(width / 2),\(modes)>")
      return writer.finished(exact, writer.last)
    }
  }

  static let shapes: [NetworkCase] = [
    {
      var writer = NetworkWriter("tables", shape: [3])
      let x = writer.quantize("fixed<10,3,RND,SAT>")
      writer.add(RealFunction(.tanh))
      let narrow = writer.quantize("fixed<12,1,RND_CONV,SAT>")
      writer.add(RealFunction(.exp), reading: [x])
      let wide = writer.quantize("ufixed<30,6,RND,SAT>")
      writer.add(RealFunction(.exp), reading: [x])
      return writer.finished(narrow, wide, writer.quantize("ufixed<50,6,RND,SAT>"))
    }(),
    {
      var writer = NetworkWriter("comparisons", shape: [6])
      let x = writer.quantize("fixed<9,4,RND,SAT>")
      writer.dense(6, 6, weightBits: 5)
      let y = writer.quantize("fixed<20,9>")
      return writer.finished(
        writer.add(Comparison(.less), reading: [x, y]),
        writer.add(Comparison(.greaterOrEqual), reading: [x, y]),
        writer.add(Comparison(.equal), reading: [x, y]),
        writer.add(Arithmetic(.maximum), reading: [x, y]),
        writer.add(Arithmetic(.minimum), reading: [y, x]),
        writer.add(Arithmetic(.multiply), reading: [x, y]),
        writer.add(Arithmetic(.multiply), reading: [y, y]),
        writer.add(Arithmetic(.subtract), reading: [x, y]))
    }(),
    {
      var writer = NetworkWriter("hundred bits", shape: [4])
      let x = writer.quantize("fixed<52,20,RND,SAT>")
      let square = writer.add(Arithmetic(.multiply), reading: [x, x])
      writer.add(Arithmetic(.subtract), reading: [square, x])
      let difference = writer.quantize("fixed<60,30,RND_INF,SAT_ZERO>")
      let less = writer.add(Comparison(.less), reading: [square, x])
      let most = writer.add(Arithmetic(.maximum), reading: [square, x])
      writer.add(Relu(), reading: [most])
      return writer.finished(square, difference, less, most, writer.quantize("fixed<12,2,TRN_ZERO,SAT_SYM>"))
    }(),
    {
      var writer = NetworkWriter("image", shape: [1, 2, 6, 6])
      writer.quantize("ufixed<8,4,RND,SAT>")
      writer.add(Pool(.maximum, SlidingWindow(kernel: [2, 2], strides: [2, 2])))
      let maximum = writer.last
      writer.add(Pool(.average, SlidingWindow(kernel: [3, 3])))
      writer.quantize("ufixed<7,4,RND,SAT>")
      return writer.finished(maximum, writer.last)
    }(),
    {
      let type = FixedPointType(signed: true, width: 14, integer: 6)
      var writer = NetworkWriter("division", shape: [5, 3])
      writer.quantize("fixed<12,4,RND,SAT>")
      writer.add(TypedAveragePool(accumulator: type, average: type))
      return writer.finished()
    }(),
    {
      var writer = NetworkWriter("mixed input formats", shape: [11])
      writer.add(
        Quantize(
          types: (0..<11).map {
            FixedPointType(
              signed: $0 % 3 != 0, width: [0, 1, 5, 8, 16, 17, 31, 33, 64, 63, 7][$0], integer: 3,
              rounding: RoundingMode.allCases[$0 % 7], overflow: OverflowMode.allCases[$0 % 4])
          }, shape: [11]))
      return writer.finished()
    }(),
    {
      var writer = NetworkWriter("per element, narrow", shape: [19])
      writer.add(
        Quantize(
          types: (0..<19).map {
            FixedPointType(
              signed: $0 % 2 == 0, width: 3 + $0 % 7, integer: $0 % 4,
              rounding: RoundingMode.allCases[$0 % 7], overflow: OverflowMode.allCases[$0 % 4])
          }, shape: [19]))
      writer.dense(19, 7, weightBits: 8)
      return writer.finished(writer.quantize("fixed<8,4,RND,SAT>"), "n0")
    }(),
    {
      var writer = NetworkWriter("no power of two", shape: [9])
      writer.quantize("fixed<8,8>")
      writer.add(LeakyRelu(mantissa: 3, fraction: 4))
      writer.dense(9, 3, weightBits: 8)
      writer.quantize("fixed<3,-20,RND,SAT>")
      return writer.finished()
    }(),
    {
      // A wrap whose result needs a wider lane than its operand.
      var writer = NetworkWriter("negative to unsigned", shape: [3])
      writer.quantize("fixed<4,4>")
      return writer.finished(writer.quantize("ufixed<16,16>"))
    }(),
  ]
}
