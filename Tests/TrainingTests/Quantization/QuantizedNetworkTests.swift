import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct QuantizedNetworkTests {
  /// A scaler, two hidden layers (one normalised) and a score, with drawn weights.
  static func classifier(seed: UInt64 = 3, image: Bool = false) -> Network {
    var stream = RandomStream(seed: seed, label: "classifier")
    func constant(_ shape: [Int], _ spread: Double = 1, around mean: Double = 0) -> Tensor {
      Tensor(
        shape,
        .float32((0..<shape.reduce(1, *)).map { _ in Float(mean + spread * stream.gaussian()) }))
    }
    return Network(
      name: "classifier",
      inputs: [.init("x", TensorType([.symbol("batch", bound: nil), 6], .float32))],
      constants: [
        "mean": constant([6], 2), "inverse": constant([6], 0.1, around: 0.5),
        "w1": constant([6, 10], 0.4), "b1": constant([10], 0.3), "scale": constant([10], 0.2, around: 1),
        "shift": constant([10], 0.2), "average": constant([10], 0.2),
        "variance": constant([10], 0.05, around: 1), "w2": constant([10, 8], 0.35),
        "w3": constant([8, 2], 0.5),
        "b2": constant([8], 0.2),
      ],
      nodes: [
        Node("centred", Arithmetic(.subtract), "x", "mean"),
        Node("scaled", Arithmetic(.multiply), "centred", "inverse"),
        Node("dense1", Dense(), "scaled", "w1", "b1"),
        Node("norm", BatchNormalization(), "dense1", "scale", "shift", "average", "variance"),
        Node("relu1", Relu(), "norm"), Node("dense2", Dense(), "relu1", "w2"),
        Node("biased", Arithmetic(.add), "dense2", "b2"), Node("relu2", Relu(), "biased"),
        Node("score", Dense(), "relu2", "w3"),
      ], outputs: ["score"])
  }

  static func image() throws -> Network {
    var stream = RandomStream(seed: 8, label: "image")
    func constant(_ shape: [Int], _ spread: Double = 1) -> Tensor {
      Tensor(shape, .float32((0..<shape.reduce(1, *)).map { _ in Float(spread * stream.gaussian()) }))
    }
    return Network(
      name: "image",
      inputs: [.init("x", TensorType([.symbol("batch", bound: nil), 2, 6, 5], .float32))],
      constants: [
        "k": constant([4, 2, 3, 2], 0.4), "b": constant([4], 0.3), "w": constant([4, 2]),
      ],
      nodes: [
        Node("conv", Convolution(SlidingWindow(kernel: [3, 2], padding: [1, 0, 1, 0])), "x", "k", "b"),
        Node("relu", try LeakyRelu(nearest: 0.25), "conv"),
        Node("pool", Pool(.average, SlidingWindow(kernel: [2, 2], strides: [2, 2])), "relu"),
        Node("sum", Reduce(.sum, axes: [2, 3], keepsAxes: false), "pool"),
        Node("y", Dense(), "sum", "w"),
      ], outputs: ["y"])
  }

  static func rows(_ count: Int, seed: UInt64 = 4, spread: Double = 3) -> [Float] {
    var stream = RandomStream(seed: seed, label: "rows")
    // Every tenth far out, so that ports and activations saturate.
    return (0..<count).map { Float(stream.gaussian() * ($0 % 10 == 9 ? 30 : spread)) }
  }

  /// Runs interpreter, exact program and plans on the same rows and compares every integer.
  static func expectEqualNumbers(
    _ network: Network, _ rows: [Float], single: Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let bound = try network.bindingBatch()
    let program = try FixedPointProgram(bound)
    let interpreter = try Interpreter(bound)
    let shape = try bound.verify()["x"]!.sizes!
    let stride = shape.reduce(1, *)
    let output = network.outputs[0]
    let port = program.outputs[0]
    let unit = Double(sign: .plus, exponent: -port.fraction, significand: 1)
    let count = rows.count / stride
    func plan<Scalar: TrainingScalar>(_: Scalar.Type) throws -> [Double] {
      let plan = try TrainingPlan<Scalar>(network, sizes: ["batch": count], training: false)
      plan.input("x")!.values.copy(from: rows.map { Scalar($0) })
      plan.forward()
      return plan.value(output)!.values.array.map { Double($0) }
    }
    let doubles = try plan(Double.self)
    let singles = try plan(Float.self)
    var exact: [Double] = []
    for row in 0..<count {
      let event = Array(rows[row * stride..<(row + 1) * stride])
      let types = program.inputs[0].types
      let mantissas = event.indices.map { place in
        types[place].convert(Double(event[place]))! << (program.inputs[0].fraction - types[place].fraction)
      }
      let values = program.evaluate([mantissas])
      let integers = program.read(port, from: values)
      let reference = try interpreter.run(["x": Tensor(shape, .float32(event))])[0]
      #expect(
        integers.map { Double($0) * unit } == reference.elements.doubles, sourceLocation: sourceLocation)
      exact += reference.elements.doubles
    }
    #expect(doubles == exact, sourceLocation: sourceLocation)
    if single { #expect(singles == exact, sourceLocation: sourceLocation) }
    #expect(Set(exact).count > 20, "the outputs hardly vary", sourceLocation: sourceLocation)
  }

  @Test func typesGiveTheFirmwaresIntegers() throws {
    func type(_ text: String) throws -> Precision { .type(try FixedPointType(text: text)) }
    for folds in [true, false] {
      let plan = QuantizationPlan(
        weights: try type("fixed<8,2,RND_CONV,SAT_SYM>"), biases: try type("fixed<10,4,RND_CONV,SAT>"),
        activations: try type("ufixed<8,4,RND,SAT>"), inputs: try type("fixed<10,6,TRN,SAT>"),
        outputs: try type("fixed<14,7,RND_CONV,SAT>"), scalers: try type("fixed<10,4,RND_CONV,SAT>"),
        foldsScalers: folds,
        rules: [.init(nodes: "scaled", activations: try type("fixed<9,4,RND_CONV,SAT>"))])
      let network = try Self.classifier().quantized(plan)
      #expect(network.outputs == ["score"])
      #expect(network.nodes.contains { $0.operation is Arithmetic && $0.name == "scaled" } == !folds)
      #expect(try network.exactness().precision == .float32)
      try Self.expectEqualNumbers(network, Self.rows(6 * 3000), single: true)
    }
  }

  @Test(arguments: [Granularity.tensor, .channel, .element])
  func fittedWidthsGiveTheFirmwaresIntegers(granularity: Granularity) throws {
    let plan = QuantizationPlan(
      weights: .bits(7, range: .squaredError, granularity: granularity),
      activations: .bits(8, range: .percentile(99.5), granularity: granularity), inputs: .bits(12))
    for original in [Self.classifier(), try Self.image()] {
      let stride = original.inputs[0].type.shape.dropFirst().reduce(1) { $0 * $1.size! }
      let calibration = try Calibration(
        original.prepared(for: plan), inputs: ["x": Self.rows(stride * 500)], batch: 128)
      let network = try original.quantized(plan, calibration: calibration)
      let exactness = try network.exactness()
      try Self.expectEqualNumbers(
        network, Self.rows(stride * 1000, seed: 9), single: exactness.precision == .float32)
      #expect(exactness.precision >= .float64)
    }
  }

  @Test func quantisingStaysCloseToTheFloatNetwork() throws {
    // Errors of 12-bit weights and activations, each at most 2^−12 of its range, add up over three
    // layers of at most ten terms to far less than a hundredth of the output's spread.
    let plan = QuantizationPlan(
      weights: .bits(12), biases: .bits(20), activations: .bits(12), inputs: .bits(20),
      outputs: .bits(20))
    let original = Self.classifier()
    let rows = Self.rows(6 * 400)
    let prepared = try original.prepared(for: plan)
    let calibration = try Calibration(prepared, inputs: ["x": rows], batch: 100)
    let network = try original.quantized(plan, calibration: calibration)
    func run(_ network: Network) throws -> [Double] {
      let plan = try TrainingPlan<Double>(network, sizes: ["batch": 400], training: false)
      plan.input("x")!.values.copy(from: rows.map { Double($0) })
      plan.forward()
      return plan.value("score")!.values.array
    }
    let exact = try run(original)
    let spread = (exact.reduce(0) { $0 + $1 * $1 } / Double(exact.count)).squareRoot()
    for (a, b) in zip(exact, try run(prepared)) { #expect(abs(a - b) < 1e-5 * spread) }
    for (a, b) in zip(exact, try run(network)) { #expect(abs(a - b) < 0.01 * spread) }
  }

  /// The scaler keeps the nearest powers of two, its rest goes into the weights: the same function.
  @Test func powersOfTwoStayOutside() throws {
    var plan = QuantizationPlan()
    plan.keepsPowersOfTwo = true
    let original = Self.classifier()
    let prepared = try original.prepared(for: plan)
    let scaler = try #require(prepared.nodes.first { $0.name == "scaled" })
    let powers = try #require(scaler.inputs.compactMap { prepared.constants[$0] }.first).elements.doubles
    #expect(powers.allSatisfy { $0.significand == 1 }, "\(powers)")
    let inverse = original.constants["inverse"]!.elements.doubles
    for (power, factor) in zip(powers, inverse) {
      #expect((2.0.squareRoot() / 2...2.0.squareRoot()).contains(factor / power))
    }
    let rows = Self.rows(6 * 400)
    func run(_ network: Network) throws -> [Double] {
      let plan = try TrainingPlan<Double>(network, sizes: ["batch": 400], training: false)
      plan.input("x")!.values.copy(from: rows.map { Double($0) })
      plan.forward()
      return plan.value("score")!.values.array
    }
    // Weights are float32: errors of 2^−24 of terms, of which few dozen are added.
    for (a, b) in zip(try run(original), try run(prepared)) { #expect(abs(a - b) < 1e-5 * (1 + abs(a))) }
  }

  /// 0.3 is no sum of few powers of two; 5/16 and the 307/1024 of files are.
  @Test func slopesGetFewBits() throws {
    var network = Self.classifier()
    let place = try #require(network.nodes.firstIndex { $0.name == "relu2" })
    network.nodes[place].operation = try LeakyRelu(exactly: 0.3)
    for (bits, mantissa, fraction) in [(4, 5, 4), (10, 307, 10)] {
      let prepared = try network.prepared(for: QuantizationPlan(slopeBits: bits))
      let leaky = prepared.nodes.compactMap { $0.operation as? LeakyRelu }
      #expect(leaky == [LeakyRelu(mantissa: mantissa, fraction: fraction)])
    }
  }

  @Test func parametersStayTrainableAndNamed() throws {
    let plan = QuantizationPlan(
      activations: .type(try FixedPointType(text: "ufixed<8,4,RND,SAT>")),
      inputs: .type(try FixedPointType(text: "fixed<10,6,TRN,SAT>")),
      outputs: .type(try FixedPointType(text: "fixed<14,7,RND_CONV,SAT>")))
    let network = try Self.classifier().quantized(plan)
    let layout = try ParameterLayout(network)
    #expect(
      Set(layout.entries.map(\.name)) == [
        "dense1_scaled_weights", "dense1_scaled_bias", "w2", "b2", "w3",
      ])
    #expect(throws: TrainingError.self) { try Self.classifier().quantized(QuantizationPlan()) }
  }

  @Test func constantsAreQuantisedBeforeTheRowsComeIn() throws {
    let plan = QuantizationPlan(
      activations: .type(try FixedPointType(text: "ufixed<8,4,RND,SAT>")),
      inputs: .type(try FixedPointType(text: "fixed<10,6,TRN,SAT>")),
      outputs: .type(try FixedPointType(text: "fixed<14,7,RND_CONV,SAT>")))
    let network = try Self.classifier().quantized(plan)
    let ordered = try ConstantsFirst().run(
      on: network, keeping: [], training: true, options: PlanOptions())
    #expect(Set(ordered.nodes.map(\.name)) == Set(network.nodes.map(\.name)))
    try ordered.verify()
    let first = ordered.nodes.prefix { network.constants[$0.inputs[0]] != nil }
    #expect(first.count == 5)
    #expect(!ordered.nodes.dropFirst(5).contains { network.constants[$0.inputs[0]] != nil })
  }

  @Test func freeScalesAreRefused() throws {
    let plan = QuantizationPlan(
      weights: .width(FittedWidth(8, scale: .free)), activations: .real, inputs: .real,
      outputs: .real)
    #expect {
      try Self.classifier().quantized(plan)
    } throws: { error in
      "\(error)".contains("free scales are no fixed-point formats")
    }
  }

  @Test func wideSumsAreNotClaimedExact() throws {
    func exactness(_ weights: String, _ inputs: String) throws -> Exactness {
      let plan = QuantizationPlan(
        weights: .type(try FixedPointType(text: weights)),
        biases: .type(try FixedPointType(text: "fixed<8,4>")),
        activations: .type(try FixedPointType(text: "ufixed<8,4,RND,SAT>")),
        inputs: .type(try FixedPointType(text: inputs)),
        outputs: .type(try FixedPointType(text: "fixed<14,7,RND_CONV,SAT>")))
      return try Self.classifier().quantized(plan).exactness()
    }
    #expect(try exactness("fixed<8,3>", "fixed<12,6>").precision == .float32)
    let wide = try exactness("fixed<18,3>", "fixed<18,6>")
    #expect(wide.precision == .float64)
    #expect(wide.node == "dense1")
    // 18-bit inputs times weights below 8·2^15 steps, six of them and a bias.
    #expect(wide.bits! > 24 && wide.bits! <= 17 + 18 + 3)
    #expect(try exactness("fixed<36,3>", "fixed<36,6>").precision == .neither)
  }
}
