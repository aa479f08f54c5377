import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct QuantizePullbackTests {
  private static func network(_ operation: Quantize, columns: Int) -> Network {
    Network(
      name: "quantise",
      inputs: [.init("x", TensorType([.symbol("N", bound: nil), .fixed(columns)], .float64))],
      nodes: [Node("y", operation, "x")], outputs: ["y"])
  }

  private static func convert<Scalar: TrainingScalar>(
    _ operation: Quantize, _ rows: [Scalar], columns: Int, training: Bool = false,
    options: PlanOptions = PlanOptions(shards: 2), step: UInt64 = 0
  ) throws -> [Scalar] {
    let plan = try TrainingPlan<Scalar>(
      network(operation, columns: columns), sizes: ["N": rows.count / columns], training: training,
      options: options)
    plan.setStep(step)
    plan.input("x")!.values.copy(from: rows)
    plan.forward()
    return plan.value("y")!.values.array
  }

  /// Values whose mantissas have at most `bits` bits, ties and neighbours of ties among them, and
  /// numbers far below a step.
  private static func samples(_ fraction: Int, bits: Int, _ stream: inout RandomStream) -> [Double] {
    let unit = Double(sign: .plus, exponent: -fraction, significand: 1)
    var values = [0.0, -0.0, unit / 1024, -unit / 1024, unit * 0x1p-30, -unit * 0x1p-30]
    for _ in 0..<200 {
      let reach = Double(1 << stream.integer(in: 1...bits))
      let mantissa = (stream.uniform() * 2 - 1) * reach
      let half = (mantissa * 2).rounded() / 2
      values += [mantissa, half, half.nextUp, half.nextDown].map { $0 * unit }
    }
    return values
  }

  @Test(arguments: RoundingMode.allCases)
  func convertsAsTheExactArithmetic(rounding: RoundingMode) throws {
    var stream = RandomStream(seed: 11, label: rounding.rawValue)
    for overflow in OverflowMode.allCases {
      for (signed, width, integer) in [
        (true, 8, 3), (false, 8, 0), (true, 1, 1), (false, 1, 0), (true, 2, 8), (false, 12, -3),
        (true, 20, 4),
        (true, 0, 0), (false, 0, 3), (true, 40, 12),
      ] {
        let type = FixedPointType(
          signed: signed, width: width, integer: integer, rounding: rounding, overflow: overflow)
        let reals = Self.samples(type.fraction, bits: 50, &stream)
        let doubles = try Self.convert(Quantize(type), reals, columns: 1)
        for (x, y) in zip(reals, doubles) {
          let exact = Double(type.convert(x)!) * Double(sign: .plus, exponent: -type.fraction, significand: 1)
          #expect(y == exact, "\(type): \(x) becomes \(y), exactly \(exact)")
        }
        // In Float where the type fits its 24 bits.
        guard width <= 23 else { continue }
        let singles = Self.samples(type.fraction, bits: 22, &stream).map { Float($0) }
        for (x, y) in zip(singles, try Self.convert(Quantize(type), singles, columns: 1)) {
          let exact =
            Double(type.convert(Double(x))!) * Double(sign: .plus, exponent: -type.fraction, significand: 1)
          #expect(Double(y) == exact, "\(type): Float \(x) becomes \(y), exactly \(exact)")
        }
      }
    }
  }

  @Test func typesOfChannelsAndElementsBroadcast() throws {
    var stream = RandomStream(seed: 5)
    for shape in [[6], [2, 1], [2, 3], [1, 2, 3], [1, 3], [3]] {
      let types = (0..<shape.reduce(1, *)).map { place in
        FixedPointType(
          signed: true, width: [8, 5, 0, 7, 3, 6][place % 6], integer: 2 + place % 2,
          rounding: .nearestToEven,
          overflow: .saturate)
      }
      let operation = Quantize(types: types, shape: shape)
      let inner = shape == [6] ? [6] : [2, 3]
      let network = Network(
        name: "q",
        inputs: [
          .init("x", TensorType([.symbol("N", bound: nil)] + inner.map(Dimension.fixed), .float64))
        ],
        constants: ["w": Tensor(inner, .float64((0..<6).map { _ in stream.gaussian() * 3 }))],
        nodes: [
          Node("y", operation, "x"),
          Node("v", Quantize(types: types, shape: shape.count > inner.count ? inner : shape), "w"),
        ], outputs: ["y", "v"])
      let rows = (0..<5 * 6).map { _ in stream.gaussian() * 3 }
      let plan = try TrainingPlan<Double>(
        network, sizes: ["N": 5], training: false,
        options: PlanOptions(shards: 2))
      plan.input("x")!.values.copy(from: rows)
      plan.forward()
      let expected = try operation.evaluate([Tensor([5] + inner, .float64(rows))])[0].elements.doubles
      #expect(plan.value("y")!.values.array == expected)
      let weights = try network.nodes[1].operation.evaluate([network.constants["w"]!])[0]
      #expect(plan.value("v")!.values.array == weights.elements.doubles)
    }
  }

  private static let type = FixedPointType(
    signed: true, width: 4, integer: 2, rounding: .nearestToEven, overflow: .saturate)

  private static func gradient(
    _ type: FixedPointType, _ x: [Double], _ policy: QuantizePolicy, step: UInt64 = 0
  ) throws -> [Double] {
    let plan = try TrainingPlan<Double>(
      network(Quantize(type), columns: 1), sizes: ["N": x.count], seeds: ["y"], gradients: ["x"],
      options: PlanOptions(shards: 1, quantization: policy))
    plan.setStep(step)
    plan.input("x")!.values.copy(from: x)
    plan.forward()
    plan.seed("y")!.fill(1)
    plan.backward()
    return plan.value("x")!.gradient!.array
  }

  @Test func theGradientPassesWhereNothingIsClipped() throws {
    // Steps of ¼ from −2 to 1.75: −2.125 is a tie that rounds to the even −8 steps, 1.875 one that
    // rounds to 8 steps, out of range.
    let x = [-3, -2.126, -2.125, -2, 0.1, 1.75, 1.8749, 1.875, 4]
    let clipped = try Self.gradient(Self.type, x, QuantizePolicy())
    #expect(clipped == [0, 0, 1, 1, 1, 1, 1, 0, 0])
    let free = try Self.gradient(Self.type, x, QuantizePolicy(gradient: .unclipped))
    #expect(free == Array(repeating: 1, count: x.count))
    var cut = Self.type
    cut.rounding = .truncate
    #expect(try Self.gradient(cut, x, QuantizePolicy()) == [0, 0, 0, 1, 1, 1, 1, 1, 0])
    var wrapping = Self.type
    wrapping.overflow = .wrap
    #expect(try Self.gradient(wrapping, x, QuantizePolicy()) == Array(repeating: 1, count: x.count))
    let pruned = FixedPointType(signed: true, width: 0, integer: 0)
    for policy in [QuantizePolicy(), QuantizePolicy(gradient: .unclipped), QuantizePolicy(delay: 9)] {
      #expect(try Self.gradient(pruned, x, policy) == Array(repeating: 0, count: x.count))
    }
  }

  @Test func aDelayedQuantiserPassesUntilItsStep() throws {
    let x = [-3, 0.1, 0.3, 5.0]
    let options = PlanOptions(shards: 1, quantization: QuantizePolicy(delay: 10))
    func y(_ step: UInt64, training: Bool) throws -> [Double] {
      try Self.convert(
        Quantize(Self.type), x, columns: 1, training: training, options: options, step: step)
    }
    #expect(try y(9, training: true) == x)
    #expect(try y(10, training: true) == [-2, 0, 0.25, 1.75])
    #expect(try y(9, training: false) == [-2, 0, 0.25, 1.75])
    #expect(
      try Self.gradient(Self.type, x, QuantizePolicy(delay: 10), step: 9) == [1, 1, 1, 1])
    #expect(
      try Self.gradient(Self.type, x, QuantizePolicy(delay: 10), step: 10) == [0, 1, 1, 0])
  }

  @Test func stochasticRoundingHasTheValueAsItsMean() throws {
    let x = Array(repeating: 0.3125, count: 40_000)  // 1.25 steps
    func draw(_ shards: Int, _ step: UInt64) throws -> [Double] {
      try Self.convert(
        Quantize(Self.type), x, columns: 1, training: true,
        options: PlanOptions(shards: shards, quantization: QuantizePolicy(stochasticRounding: true)),
        step: step)
    }
    let values = try draw(1, 3)
    #expect(Set(values) == [0.25, 0.5])
    // A share of ¼ among 40,000 has the standard deviation √(3/16/40,000) = 0.0022; five of them.
    let share = Double(values.count { $0 == 0.5 }) / 40_000
    #expect(abs(share - 0.25) < 0.011)
    #expect(try draw(4, 3) == values)
    #expect(try draw(1, 4) != values)
  }

  @Test func aNaNStaysOne() throws {
    for overflow in OverflowMode.allCases {
      var type = Self.type
      type.overflow = overflow
      let y = try Self.convert(Quantize(type), [Float.nan, 1], columns: 1)
      #expect(y[0].isNaN && y[1] == 1)
    }
  }
}
