import WinnowONNXSchema
import Testing
import WinnowFixedPoint
@testable import WinnowNetworkFormats
import WinnowNetworkIR
import WinnowTensors

/// `read(write(network)) == network`, whatever the network.
@Suite struct ONNXRoundTripTests {
  static let fixed = FixedPointType(
    signed: true, width: 8, integer: 3, rounding: .nearestToEven, overflow: .saturate)

  /// Operators with the types of their inputs: forms that ONNX has, and forms that it lacks.
  static let operators: [(operation: any Operator, inputs: [TensorType])] = {
    let real = TensorType([2, 4], .float32)
    let double = TensorType([2, 4], .float64)
    let exact = TensorType([2, 4], .fixed(fraction: 5))
    let flags = TensorType([2, 4], .boolean)
    let whole = TensorType([2, 4], .integer)
    let image = TensorType([.symbol("batch", bound: nil), 2, 6, 6], .float32)
    let exactImage = TensorType([1, 2, 6, 6], .fixed(fraction: 3))
    let lastImage = TensorType([6, 6, 2], .fixed(fraction: 3))
    let kernel = TensorType([4, 2, 3, 3], .float32)
    let exactKernel = TensorType([4, 2, 3, 3], .fixed(fraction: 4))
    let window = SlidingWindow(kernel: [3, 3], strides: [2, 1], padding: [1, 0, 1, 2])
    let accumulation = Accumulation(
      product: FixedPointType(signed: true, width: 12, integer: 6),
      accumulator: FixedPointType(
        signed: true, width: 14, integer: 8, rounding: .nearest, overflow: .saturate))
    var list: [(any Operator, [TensorType])] = [
      (Absolute(), [real]), (Absolute(), [exact]), (Absolute(), [whole]),
      (BatchNormalization(), [real] + Array(repeating: TensorType([4], .float32), count: 4)),
      (
        BatchNormalization(epsilon: 0.1234567890123),
        [real] + Array(repeating: TensorType([4], .float32), count: 4)
      ),
      (BipolarQuantize(fraction: 3), [real]), (BipolarQuantize(fraction: -200), [exact]),
      (Clip(low: -1.5), [real]), (Clip(high: 2), [exact]), (Clip(), [real]),
      (Clip(low: 0.1, high: 0.2), [double]),
      (Concatenate(axis: -1), [real, real]), (Concatenate(axis: 0), [exact, flags]),
      (Convolution(window, groups: 1), [image, kernel]),
      (Convolution(window), [exactImage, exactKernel, TensorType([4], .fixed(fraction: 2))]),
      (Convolution(window, layout: .channelsLast, accumulation: accumulation), [lastImage, exactKernel]),
      (Dense(), [real, TensorType([4, 3], .float32)]),
      (Dense(), [real, TensorType([4, 3], .float32), TensorType([3], .float32)]),
      (
        Dense(), [TensorType([2, 2, 4], .float32), TensorType([4, 3], .float32), TensorType([3], .float32)]
      ),
      (Dense(accumulation), [exact, TensorType([4, 3], .fixed(fraction: 2))]),
      (Dot(accumulation), [exact, exact]),
      (LeakyRelu(mantissa: 1, fraction: 2), [real]), (LeakyRelu(mantissa: 3, fraction: 40), [exact]),
      (
        OffsetShift(offsets: [1, -2], offsetFormat: fixed, shifts: [3, -1], difference: fixed),
        [TensorType([2], .fixed(fraction: 4))]
      ),
      (Pad([0, 1, 2, 0]), [real]), (Pad([0, 1, 2, 0]), [flags]),
      (Pool(.maximum, window), [image]), (Pool(.average, window), [exactImage]),
      (Pool(.average, window, countsPadding: true), [image]),
      (Pool(.maximum, window, countsPadding: true), [image]),
      (Pool(.average, SlidingWindow(kernel: [2, 2], dilations: [2, 1])), [image]),
      (Pool(.maximum, SlidingWindow(kernel: [2, 2]), layout: .channelsLast), [lastImage]),
      (Quantize(fixed), [real]), (Quantize(fixed), [exact]), (Quantize(fixed), [double]),
      (Quantize(fixed), [flags]),
      (Quantize(types: [fixed, fixed, fixed, fixed], shape: [4]), [real]),
      (Quantize(types: [fixed], shape: [1]), [real]), (Quantize(types: [fixed], shape: [1, 1]), [real]),
      (Reduce(.mean, axes: [1], keepsAxes: true), [exact]),
      (Reduce(.sum, axes: [], keepsAxes: false), [real]),
      (Reduce(.maximum, axes: [-1], keepsAxes: false), [real]),
      (Reduce(.minimum, axes: [0, 1], keepsAxes: true), [real]),
      (Reduce(.sum, axes: [1, 0], keepsAxes: true), [whole]),
      (Relu(), [real]), (Relu(), [flags]), (Reshape([0, 2, -1]), [real]), (Reshape([8]), [whole]),
      (SigmoidTable(table: [0, 1, 2, 3], type: fixed), [exact]),
      (Slice(starts: [1], ends: [.max], axes: [1]), [real]),
      (Slice(starts: [3], ends: [.min], axes: [-1], steps: [-2]), [flags]),
      (
        SoftmaxTable(
          expTable: [1, 2, 3, 4], expType: fixed, inverseTable: [4, 3, 2, 1], inverseType: fixed,
          input: fixed, sum: fixed), [exact]
      ),
      (SumOfSquares(square: fixed, accumulator: nil), [exact]), (SumOfSquares(), [exact]),
      (Transpose([1, 0]), [real]), (Transpose([1, 0]), [flags]),
      (Truncate(fraction: 3, bits: 2, rounding: .truncate), [real]),
      (Truncate(fraction: 3, bits: 2, rounding: .nearest), [real]),
      (TypedAveragePool(accumulator: fixed, average: fixed), [exact]),
    ]
    for function in Arithmetic.Function.allCases {
      for inputs in [
        [real, real], [exact, exact], [double, double], [real, exact], [whole, flags], [real, double],
      ] {
        list.append((Arithmetic(function), inputs))
      }
    }
    for relation in [Comparison.Relation.less, .lessOrEqual, .greater, .greaterOrEqual, .equal] {
      for inputs in [[real, real], [exact, exact], [whole, whole], [flags, flags]] {
        list.append((Comparison(relation), inputs))
      }
    }
    for function in RealFunction.Function.allCases {
      for input in [real, exact, double] { list.append((RealFunction(function), [input])) }
    }
    list += trainingOperators
    for rounding in RoundingMode.allCases {
      for overflow in OverflowMode.allCases {
        for (signed, width) in [
          (true, 8), (false, 5), (true, 1), (false, 1), (true, 0), (false, 0), (true, 64),
        ] {
          let type = FixedPointType(
            signed: signed, width: width, integer: 3, rounding: rounding, overflow: overflow)
          list.append((Quantize(type), [real]))
        }
      }
    }
    return list
  }()

  /// Operators of networks that are trained here: normalisation, indices, segments, up-sampling.
  private static let trainingOperators: [(operation: any Operator, inputs: [TensorType])] = {
    let real = TensorType([2, 4], .float32)
    let exact = TensorType([2, 4], .fixed(fraction: 5))
    let flags = TensorType([2, 4], .boolean)
    let whole = TensorType([2, 4], .integer)
    let vector = TensorType([4], .float32)
    let image = TensorType([.symbol("batch", bound: nil), 2, 6, 6], .float32)
    let ids = TensorType([2], .integer)
    let column = TensorType([2, 1], .integer)
    let stack = TensorType([3, 4, 2], .float32)
    let window = SlidingWindow(kernel: [3, 3], strides: [2, 1], padding: [1, 0, 1, 2])
    var list: [(any Operator, [TensorType])] = [
      (ArgMax(axis: 0, keepsAxis: true), [real]), (ArgMax(), [exact]), (ArgMax(), [whole]),
      (ConvolutionTranspose(window), [image, TensorType([2, 4, 3, 3], .float32)]),
      (
        ConvolutionTranspose(window, groups: 2, outputPadding: [1, 0]),
        [
          TensorType([1, 2, 6, 6], .fixed(fraction: 3)), TensorType([2, 1, 3, 3], .fixed(fraction: 4)),
          TensorType([2], .fixed(fraction: 2)),
        ]
      ),
      (Dropout(rate: 0.3), [real]), (Dropout(rate: 0.3), [exact]), (Dropout(rate: 0), [flags]),
      (Dropout(rate: 0.12345678901234), [real]),
      (Elu(), [real]), (Elu(alpha: 0.3), [exact]), (Elu(alpha: 0.1234567890123), [real]),
      (Gather(), [real, ids]), (Gather(axis: -1), [exact, column]), (Gather(), [flags, ids]),
      (Gather(), [real, TensorType([2], .fixed(fraction: 0))]),
      (GroupNormalization(groups: 2), [real, vector, vector]),
      (GroupNormalization(groups: 2, epsilon: 0.1234567890123), [real, vector, vector]),
      (LayerNormalization(), [real, vector]), (LayerNormalization(epsilon: 1e-3), [real, vector, vector]),
      (LayerNormalization(axis: 0), [exact, TensorType([2, 4], .float64)]),
      (LearnedStepQuantize(isSigned: true, width: 5), [real, vector]),
      (LearnedQuantize(isSigned: true), [real, vector, vector]),
      (
        LearnedQuantize(isSigned: false, rounding: .truncate, overflow: .saturateSymmetrically),
        [exact, vector, vector]
      ),
      (LogSoftmax(axis: 0), [real]), (Softmax(), [real]), (Softmax(axis: 1), [exact]), (Softmax(), [whole]),
      (MatrixProduct(), [real, stack]), (MatrixProduct(), [stack, real]),
      (MatrixProduct(), [exact, TensorType([3, 4, 2], .fixed(fraction: 1))]),
      (MatrixProduct(), [real, TensorType([4, 2], .integer)]),
      (Scatter(), [flags, ids, flags]), (Scatter(), [whole, column, whole]),
      (Scatter(), [whole, ids, whole]),
      (SegmentReduce(.mean), [real, ids, stack]), (SegmentReduce(.sum, segments: 3), [exact, ids]),
      (SegmentReduce(.maximum, segments: 3), [whole, ids]), (SegmentSoftmax(), [real, ids, stack]),
      (Sort(), [real]), (Sort(axis: 0, descends: true), [exact]),
      (TopK(2), [real]), (TopK(1, axis: 0, largest: false), [exact]), (TopK(2), [whole]),
      (Upsample([1, 1, 2, 3]), [image]), (Upsample([2, 1]), [exact]), (Upsample([1, 3]), [flags]),
      (Where(), [flags, whole, whole]), (Where(), [flags, flags, vector]),
    ]
    for (a, b) in [(real, real), (exact, exact), (real, exact), (exact, real)] {
      list.append((Where(), [flags, a, b]))
      for reduction in Scatter.Reduction.allCases {
        list.append((Scatter(reduction), [a, column, b]))
        list.append((Scatter(reduction), [a, ids, b]))
      }
    }
    for function in Reduce.Function.allCases {
      list.append((Reduce(function, axes: [1], keepsAxes: true), [exact]))
    }
    return list
  }()

  /// An operator that came to ONNX late raises the file's version, by which reductions are written too.
  @Test func laterOperators() throws {
    let real = TensorType([2, 4], .float32)
    let late: [(any Operator, version: Int64)] = [
      (LayerNormalization(), 17), (RealFunction(.gelu), 20), (RealFunction(.mish), 18),
      (GroupNormalization(groups: 2), 21), (Relu(), 13),
    ]
    for (operation, version) in late {
      var network = Network(name: "late", inputs: [.init("x", real)], outputs: ["y"])
      network.constants["s"] = Self.tensor([4], .float32)
      let further =
        operation is LayerNormalization ? ["s"] : operation is GroupNormalization ? ["s", "s"] : []
      network.nodes = [
        Node("a", operation, inputs: ["x"] + further, outputs: ["a"]),
        Node("b", Reduce(.mean, axes: [0], keepsAxes: true), "a"),
        Node("c", Reduce(.sum, axes: [0], keepsAxes: true), "b"),
        Node("y", Reduce(.maximum, axes: [], keepsAxes: true), "c"),
      ]
      try expectRoundTrip(network)
      let model = try ONNXFile.decode(NetworkFile.encode(network))
      #expect(model.opsetImport.map(\.version) == [version])
    }
  }

  @Test func everyOperatorIsHere() {
    #expect(Set(Self.operators.map { $0.operation.name }) == Set(OperatorRegistry.all.map { $0.name }))
  }

  /// Every operand in turn as an input and as a constant of the network.
  @Test func everyOperator() throws {
    for (operation, types) in Self.operators {
      for constants in 0..<1 << types.count {
        var network = Network(name: "net", outputs: ["y"])
        for (index, type) in types.enumerated() {
          if constants >> index & 1 == 1, let shape = type.sizes {
            network.constants["x\(index)"] = Self.tensor(shape, type.element)
          } else {
            network.inputs.append(.init("x\(index)", type))
          }
        }
        let outputs = ["y"] + (1..<(try operation.infer(types)).count).map { "y\($0)" }
        network.nodes = [Node("node", operation, inputs: types.indices.map { "x\($0)" }, outputs: outputs)]
        network.outputs = outputs
        // Symbols have no constants; as inputs all must fit.
        if constants == 0 { try network.verify() }
        if (try? network.verify()) == nil { continue }
        try expectRoundTrip(network)
      }
    }
  }

  static func tensor(_ shape: [Int], _ element: ElementType) -> Tensor {
    let count = shape.reduce(1, *)
    switch element {
    case .float32: return Tensor(shape, .float32((0..<count).map { Float($0) * 0.3 - 1 }))
    case .float64: return Tensor(shape, .float64((0..<count).map { Double($0) * 0.3 - 1 }))
    case .fixed(let fraction):
      return Tensor(shape, .fixed((0..<count).map { Int128($0 * 2 - 5) }, fraction: fraction))
    case .integer: return Tensor(shape, .integer((0..<count).map { Int64($0 - 2) }))
    case .boolean: return Tensor(shape, .boolean((0..<count).map { $0 % 3 == 0 }))
    }
  }

  @Test func namesSymbolsAndMetadata() throws {
    let quantize = Quantize(Self.fixed)
    var network = Network(
      name: "",
      inputs: [
        .init(
          "x",
          TensorType([.symbol("batch", bound: 16), .symbol("nodes", bound: nil), 3], .fixed(fraction: 7))),
        .init("node/scale", TensorType([], .boolean)), .init("naïve \"names\"/ok", TensorType([0], .integer)),
      ],
      constants: ["unused": Self.tensor([2], .fixed(fraction: 3)), "output": Self.tensor([1], .integer)],
      nodes: [
        Node("node", quantize, inputs: ["x"], outputs: ["x/q"]),
        Node("x", Relu(), inputs: ["x/q"], outputs: ["y"]),
      ],
      outputs: ["y", "x", "output", "y"])
    try expectRoundTrip(network)
    network.nodes = []
    network.outputs = ["output", "unused"]
    try expectRoundTrip(network)
    network.inputs = []
    try expectRoundTrip(network)
  }

  /// Constants of all kinds that several nodes read in several ways.
  @Test func sharedConstants() throws {
    let exact = TensorType([2, 4], .fixed(fraction: 2))
    for step in [0, 3, 40] {
      let constants = [
        "c": Tensor([4], .fixed([1, -3, 5, 7], fraction: step)),
        "f": Tensor([4], .float32([0.5, 0.25, 0.1, 3])),
      ]
      let network = Network(
        name: "shared", inputs: [.init("x", exact), .init("r", TensorType([2, 4], .float32))],
        constants: constants,
        nodes: [
          Node("a", Arithmetic(.add), "x", "c"), Node("b", Arithmetic(.multiply), "a", "c"),
          Node("d", Comparison(.less), "x", "c"), Node("e", Arithmetic(.add), "r", "c"),
          Node("g", Arithmetic(.add), "x", "f"), Node("h", Relu(), "c"),
          Node("i", Arithmetic(.add), "c", "f"),
        ], outputs: ["b", "d", "e", "g", "h", "i"])
      for count in 1...network.nodes.count {
        var part = network
        part.nodes = Array(network.nodes[..<count])
        part.outputs = [part.nodes[count - 1].name]
        try expectRoundTrip(part)
      }
    }
  }

  /// Random graphs of operators on random values and constants.
  @Test(arguments: 0..<8)
  func randomNetworks(_ seed: UInt64) throws {
    var stream = RandomStream(seed: seed, label: "round trip")
    for _ in 0..<200 { try expectRoundTrip(Self.random(&stream)) }
  }

  static func random(_ stream: inout RandomStream) throws -> Network {
    var network = Network(name: "random")
    var names: [String] = []
    for index in 0..<stream.integer(in: 1...3) {
      let elements: [ElementType] = [
        .float32, .fixed(fraction: 3), .fixed(fraction: -2), .boolean, .float64, .integer,
      ]
      network.inputs.append(.init("in\(index)", TensorType([2, 4], elements[stream.integer(in: 0...5)])))
      names.append("in\(index)")
    }
    let shapes = [[], [4], [2, 1], [2, 4], [4, 4], [1]]
    for index in 0..<stream.integer(in: 0...4) {
      let element: [ElementType] = [
        .float32, .fixed(fraction: 2), .fixed(fraction: 3), .fixed(fraction: 0), .float64,
      ]
      network.constants["c\(index)"] = tensor(
        shapes[stream.integer(in: 0...5)], element[stream.integer(in: 0...4)])
      names.append("c\(index)")
    }
    for index in 0..<stream.integer(in: 1...12) {
      for _ in 0..<20 {
        let (operation, types) = operators[stream.integer(in: 0...operators.count - 1)]
        let inputs = types.map { _ in names[stream.integer(in: 0...names.count - 1)] }
        var next = network
        let outputs = ["v\(index)"] + (1..<(try operation.infer(types)).count).map { "v\(index)_\($0)" }
        next.nodes.append(Node("n\(index)", operation, inputs: inputs, outputs: outputs))
        next.outputs = ["v\(index)"]
        guard let verified = try? next.verify() else { continue }
        // The file's own limit, which nobody meets.
        if case .fixed(let bits)? = verified["v\(index)"]?.element, abs(bits) > 1000 { continue }
        network = next
        names += outputs
        break
      }
    }
    if network.outputs.isEmpty { network.outputs = [names[0]] }
    return network
  }

  private func expectRoundTrip(_ network: Network) throws {
    let bytes = try NetworkFile.encode(network)
    let back = try NetworkFile.decode(bytes)
    #expect(back == network)
    #expect(try NetworkFile.encode(back) == bytes)
  }
}
