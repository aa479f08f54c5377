import Foundation
import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

@Suite struct LearnedWidthTests {
  private struct Golden: Decodable {
    struct Case: Decodable {
      var signed: Bool
      var overflow: String
      var shape: [Int]
      var f, i, x, dy, y, dx, df, di: [Double]
    }
    var cases: [Case]
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  private static func golden(_ name: String) throws -> Data {
    let here = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
    return try Data(
      contentsOf: URL(fileURLWithPath: here.joined(separator: "/") + "/Golden/hgq/" + name))
  }

  /// Values are exact. Gradients are sums of at most 24 products of single precision there, here of
  /// double: a relative difference of 24 · 2^−24 · (Σ|terms| / |sum|), below 10^−5 of the largest.
  @Test func gradientsAreThoseOfHGQ2() throws {
    let golden = try Self.decoder.decode(Golden.self, from: Self.golden("gradients.json"))
    #expect(golden.cases.count == 12)
    for item in golden.cases {
      for shards in [1, 3] {
        let network = Network(
          name: "learned",
          inputs: [.init("x", TensorType([.symbol("N", bound: nil), 3], .float64))],
          constants: [
            "f": Tensor(item.shape, .float64(item.f)), "i": Tensor(item.shape, .float64(item.i)),
          ],
          nodes: [
            Node(
              "y",
              LearnedQuantize(
                isSigned: item.signed, overflow: OverflowMode(rawValue: item.overflow)!),
              "x", "f", "i")
          ], outputs: ["y"])
        let plan = try TrainingPlan<Double>(
          network, sizes: ["N": 8], seeds: ["y"], gradients: ["x"], options: PlanOptions(shards: shards))
        plan.input("x")!.values.copy(from: item.x)
        plan.forward()
        #expect(plan.value("y")!.values.array == item.y)
        plan.seed("y")!.copy(from: item.dy)
        plan.backward()
        #expect(plan.value("x")!.gradient!.array == item.dx)
        for (name, wanted) in [("f", item.df), ("i", item.di)] {
          let range = plan.parameters.layout[name]!.range
          let scale = (item.df + item.di).reduce(1) { max($0, abs($1)) }
          for (value, reference) in zip(plan.gradient.part(range).array, wanted) {
            #expect(
              abs(value - reference) < 1e-5 * scale, "\(item.overflow) \(item.signed) d/d\(name)")
          }
        }
      }
    }
  }

  private struct Networks: Decodable {
    struct Format: Decodable {
      var signed, integer, fraction: [[Double]]
      var rounding, overflow: String
    }
    struct Row: Decodable {
      var signed, integer, fraction: [Double]
      var rounding, overflow: String
    }
    struct Layer: Decodable {
      var activation: String
      var ebops: Double
      var kernel: [[Double]]
      var bias: [Double]
      var kernelFormat: Format
      var biasFormat: Row
      var inputFormat: Format
    }
    struct Case: Decodable {
      var name: String
      var ebops: Double
      var layers: [Layer]
      var x, y: [[Double]]
    }
    var cases: [Case]
  }

  private static func network(_ item: Networks.Case) -> Network {
    var network = Network(
      name: item.name,
      inputs: [
        .init("x", TensorType([.symbol("N", bound: nil), .fixed(item.x[0].count)], .float64))
      ])
    var value = "x"
    func quantize(
      _ name: String, _ from: String, _ signed: Double, _ overflow: String, _ shape: [Int],
      _ fraction: [Double], _ integer: [Double]
    ) -> String {
      network.constants["\(name)_f"] = Tensor(shape, .float64(fraction))
      network.constants["\(name)_i"] = Tensor(shape, .float64(integer))
      network.nodes.append(
        Node(
          name, LearnedQuantize(isSigned: signed == 1, overflow: OverflowMode(rawValue: overflow)!), from,
          "\(name)_f", "\(name)_i"))
      return name
    }
    for (index, layer) in item.layers.enumerated() {
      let (rows, columns) = (layer.kernel.count, layer.bias.count)
      network.constants["w\(index)"] = Tensor([rows, columns], .float64(layer.kernel.flatMap { $0 }))
      network.constants["b\(index)"] = Tensor([columns], .float64(layer.bias))
      let (kernel, bias, input) = (layer.kernelFormat, layer.biasFormat, layer.inputFormat)
      let x = quantize(
        "iq\(index)", value, input.signed[0][0], input.overflow, [rows], input.fraction[0],
        input.integer[0])
      let w = quantize(
        "kq\(index)", "w\(index)", kernel.signed[0][0], kernel.overflow, [rows, columns],
        kernel.fraction.flatMap { $0 }, kernel.integer.flatMap { $0 })
      let b = quantize(
        "bq\(index)", "b\(index)", bias.signed[0], bias.overflow, [columns], bias.fraction, bias.integer)
      network.nodes.append(Node("dense\(index)", Dense(), x, w, b))
      value = "dense\(index)"
      if layer.activation == "relu" {
        network.nodes.append(Node("relu\(index)", Relu(), value))
        value = "relu\(index)"
      }
    }
    network.outputs = [value]
    return network
  }

  @Test func bitOperationsAreThoseOfHGQ2() throws {
    let golden = try Self.decoder.decode(Networks.self, from: Self.golden("ebops.json"))
    for item in golden.cases {
      let network = Self.network(item)
      let parameters = try Parameters<Double>(network)
      let operations = try BitOperations(network, parameters.layout)
      #expect(operations.value(parameters.values) == item.ebops)
      #expect(operations.byLayer(parameters.values).map(\.operations) == item.layers.map(\.ebops))
      // The numbers too, in evaluation: single precision is exact on these grids.
      let plan = try TrainingPlan<Double>(network, sizes: ["N": item.x.count], training: false)
      plan.input("x")!.values.copy(from: item.x.flatMap { $0 })
      plan.forward()
      #expect(plan.value(network.outputs[0])!.values.array == item.y.flatMap { $0 })
      // And with types instead of widths.
      let fixed = try network.fixingWidths()
      #expect(!fixed.nodes.contains { $0.operation is LearnedQuantize })
      let again = try TrainingPlan<Double>(fixed, sizes: ["N": item.x.count], training: false)
      again.input("x")!.values.copy(from: item.x.flatMap { $0 })
      again.forward()
      #expect(again.value(network.outputs[0])!.values.array == item.y.flatMap { $0 })
    }
  }

  /// Between whole numbers of bits the sum is linear in each width: a step of one is the slope.
  @Test func theirGradientIsTheChangePerBit() throws {
    let golden = try Self.decoder.decode(Networks.self, from: Self.golden("ebops.json"))
    for item in golden.cases {
      let network = Self.network(item)
      let parameters = try Parameters<Double>(network)
      let operations = try BitOperations(network, parameters.layout)
      let gradient = Storage().keepingBuffer(parameters.layout.count)
      operations.addGradient(0.5, parameters.values, to: gradient.buffer)
      let start = operations.value(parameters.values)
      var learned = 0
      for entry in parameters.layout.entries {
        for place in entry.range {
          guard entry.isWidth else {
            #expect(gradient.buffer[place] == 0)
            continue
          }
          parameters.values[place] += 1
          let change = operations.value(parameters.values) - start
          parameters.values[place] -= 1
          // A width of no bits, or less, has the slope of its way down: none.
          if gradient.buffer[place] != 0 {
            #expect(abs(gradient.buffer[place] - 0.5 * change) < 1e-9)
            learned += 1
          }
        }
      }
      #expect(learned > 50)
    }
  }

  @Test func aQuantisedNetworkStartsFromItsTypesAndCompiles() throws {
    func type(_ text: String) throws -> Precision { .type(try FixedPointType(text: text)) }
    let plan = QuantizationPlan(
      weights: .bits(6, range: .squaredError, granularity: .channel),
      biases: try type("fixed<10,4,RND_CONV,SAT>"), activations: try type("ufixed<8,4,RND,SAT>"),
      inputs: try type("fixed<10,6,TRN,SAT>"), outputs: try type("fixed<14,7,RND_CONV,SAT>"))
    for original in [QuantizedNetworkTests.classifier(), try QuantizedNetworkTests.image()] {
      let quantized = try original.quantized(plan)
      let learned = try quantized.withLearnedWidths()
      let layout = try ParameterLayout(learned)
      #expect(layout.entries.contains { $0.isWidth && $0.shape.count >= 2 })
      #expect(!layout.entries.contains { $0.isWidth && $0.isKernel })
      let parameters = try Parameters<Double>(learned)
      // Widths apart: some weights get none at all.
      var stream = RandomStream(seed: 21)
      for entry in layout.entries where entry.isWidth && entry.role == 1 {
        for place in entry.range { parameters.values[place] -= Double(stream.integer(in: 0...7)) * 0.9 }
      }
      let trained = parameters.written(into: learned)
      let fixed = try trained.fixingWidths()
      let stride = original.inputs[0].type.shape.dropFirst().reduce(1) { $0 * $1.size! }
      let rows = QuantizedNetworkTests.rows(stride * 300)
      try QuantizedNetworkTests.expectEqualNumbers(fixed, rows, single: true)
      func run(_ network: Network) throws -> [Double] {
        let plan = try TrainingPlan<Double>(network, sizes: ["batch": 300], training: false)
        plan.input("x")!.values.copy(from: rows.map { Double($0) })
        plan.forward()
        return plan.value(network.outputs[0])!.values.array
      }
      #expect(try trained.exactness() == fixed.exactness())
      #expect(try run(learned) == run(quantized))
      #expect(try run(trained) == run(fixed))
      // The compiled program needs no more than was counted.
      let operations = try BitOperations(trained, layout).value(parameters.values)
      #expect(try BitOperationEstimate().cost(of: fixed) <= operations)
    }
    #expect(throws: TrainingError.self) { try QuantizedNetworkTests.classifier().withLearnedWidths() }
  }

  /// A scaler that is kept is not trained; its widths are counted as they stand.
  @Test func widthsOfAFrozenScalerAreCountedAsTheyStand() throws {
    let rows = QuantizedNetworkTests.rows(6 * 200)
    let column = try TrainingColumn("x", NumericArray(floats: rows, shape: [200, 6]))
    let scaler = try Scaler.fit(.standard, to: column, rows: RowSet(0..<200))
    let (scaled, scalerNodes) = try scaler.prepended(to: QuantizedNetworkTests.classifier(), input: "x")
    let plan = QuantizationPlan(foldsScalers: false)
    let calibration = try Calibration(scaled.prepared(for: plan), inputs: ["x": rows])
    let learned = try scaled.quantized(plan, calibration: calibration).withLearnedWidths()
    let frozen = Set(learned.nodes.map(\.name).filter { $0.hasPrefix("x_scaler_") })
    #expect(!scalerNodes.isEmpty && frozen.contains { $0.hasPrefix(scalerNodes[0]) })
    let all = try Parameters<Double>(learned)
    let some = try Parameters<Double>(learned, frozen: frozen)
    #expect(some.layout.count < all.layout.count)
    let operations = try BitOperations(learned, some.layout)
    #expect(
      try operations.value(some.values) == BitOperations(learned, all.layout).value(all.values))
    #expect(try BitOperationEstimate().cost(of: learned.fixingWidths()) <= operations.value(some.values))
    // Bits of the scaler are none of the penalty's business: the rest can be taken away.
    let gradient = Storage().keepingBuffer(some.layout.count, of: Double.self)
    gradient.buffer.fill(0)
    operations.addGradient(1, some.values, to: gradient.buffer)
    #expect(some.layout.entries.contains { $0.isWidth && gradient.buffer[$0.range.lowerBound] > 0 })
  }

  @Test func aPenaltyTakesBitsAwayUntilWeightsAreGone() throws {
    let plan = QuantizationPlan(
      activations: .type(try FixedPointType(text: "ufixed<8,4,RND,SAT>")),
      inputs: .type(try FixedPointType(text: "fixed<10,6,TRN,SAT>")),
      outputs: .type(try FixedPointType(text: "fixed<14,7,RND_CONV,SAT>")))
    let network = try QuantizedNetworkTests.classifier().quantized(plan).withLearnedWidths()
    let parameters = try Parameters<Float>(network)
    let operations = try BitOperations(network, parameters.layout)
    let penalty = try BitOperationPenalty(operations, factor: .constant(1e-3), fraction: -2...12)
    try penalty.begin(parameters: parameters)
    let start = penalty.current
    let gradient = Storage().keepingBuffer(parameters.layout.count, of: Float.self)
    for step in 0..<400 {
      gradient.buffer.fill(0)
      penalty.willUpdate(step: step, gradient: gradient.buffer, parameters.values)
      for place in 0..<gradient.buffer.count {
        parameters.values[place] -= gradient.buffer[place]
      }
      penalty.didUpdate(step: step, parameters.values)
    }
    // Nothing holds against it here: all bits go, but for the signs of types that saturate plainly.
    #expect(penalty.current < 0.02 * start)
    for entry in parameters.layout.entries where entry.isWidth && entry.role == 1 {
      #expect(parameters.values.part(entry.range).array.allSatisfy { $0 >= -2 })
    }
  }

  @Test func theFactorRampsByEqualRatios() throws {
    let ramp = BitOperationFactor.logarithmicRamp(from: 1e-6, to: 1e-2, begin: 100, end: 500)
    for (step, wanted) in [(0, 1e-6), (100, 1e-6), (200, 1e-5), (300, 1e-4), (500, 1e-2), (900, 1e-2)] {
      #expect(abs(ramp(step) / wanted - 1) < 1e-12)
    }
    #expect(throws: TrainingError.self) {
      try BitOperationFactor.logarithmicRamp(from: 0, to: 1, begin: 0, end: 1).validate()
    }
  }

  @Test func theFrontKeepsWhatNothingBeats() {
    var front = ParetoFront<String>()
    #expect(front.insert(loss: 3, cost: 30, "a") != nil)
    #expect(front.insert(loss: 2, cost: 40, "b") != nil)
    #expect(front.insert(loss: 3, cost: 35, "worse than a") == nil)
    #expect(front.insert(loss: 3, cost: 30, "as good as a") == nil)
    #expect(front.insert(loss: .nan, cost: 1, "no number") == nil)
    #expect(front.insert(loss: 1, cost: 20, "c")?.map(\.payload) == ["a", "b"])
    #expect(front.insert(loss: 4, cost: 10, "d") == [])
    #expect(front.points.map(\.payload) == ["d", "c"])
  }
}

extension Storage {
  /// A buffer with the storage that owns it.
  struct Kept<Scalar: TrainingScalar> {
    let storage: Storage
    let buffer: Buffer<Scalar>
  }

  func keepingBuffer<Scalar: TrainingScalar>(_ count: Int, of _: Scalar.Type = Double.self) -> Kept<Scalar> {
    Kept(storage: self, buffer: allocate(count, of: Scalar.self))
  }
}
