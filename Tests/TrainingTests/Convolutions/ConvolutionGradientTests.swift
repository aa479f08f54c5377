import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

/// Finite differences in double precision: every link of a chain, alone and joined.
@Suite struct ConvolutionGradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var image: [Int]
    var nodes: @Sendable (inout NetworkSketch) -> Void
  }

  static let cases: [Case] = [
    Case(testDescription: "strides, dilation, groups, asymmetric padding", image: [4, 7, 6]) {
      $0.convolution(
        SlidingWindow(kernel: [3, 2], strides: [2, 1], padding: [1, 0, 2, 1], dilations: [1, 2]),
        filters: 6, groups: 2, bias: true)
    },
    Case(testDescription: "one axis", image: [3, 11]) {
      $0.convolution(SlidingWindow(kernel: [4], strides: [3], padding: [2, 1]), filters: 2, bias: true)
    },
    Case(testDescription: "three axes", image: [2, 3, 4, 3]) {
      $0.convolution(
        SlidingWindow(kernel: [2, 3, 2], padding: [0, 1, 0, 1, 1, 0]), filters: 3, bias: false)
    },
    Case(testDescription: "transposed", image: [4, 3, 4]) {
      $0.transposed(
        SlidingWindow(kernel: [3, 2], strides: [2, 3], padding: [1, 0, 0, 1], dilations: [1, 2]),
        filters: 2, groups: 2, outputPadding: [1, 1])
    },
    Case(testDescription: "pools", image: [2, 7, 9]) {
      $0.pool(.maximum, SlidingWindow(kernel: [3, 2], strides: [2, 2], padding: [1, 0, 1, 1]))
      $0.pool(.average, SlidingWindow(kernel: [2, 3], padding: [1, 1, 0, 1]))
      $0.pool(.average, SlidingWindow(kernel: [2, 2], padding: [1, 1, 1, 1]), countsPadding: true)
    },
    Case(testDescription: "encoder and decoder", image: [1, 7, 3]) {
      $0.add(Pad([0, 0, 1, 0, 0, 0, 0, 0]))
      $0.convolution(SlidingWindow(kernel: [3, 3]), filters: 3, bias: false)
      $0.add(Relu())
      $0.pool(.average, SlidingWindow(kernel: [3, 1], strides: [3, 1]))
      $0.add(Pad([0, 0, 0, 1, 0, 0, 0, 1]))
      $0.convolution(
        SlidingWindow(kernel: [3, 1], padding: [1, 0, 1, 0]), filters: 4, bias: false)
      $0.add(try! LeakyRelu(nearest: 0.3))
      $0.add(Upsample([1, 1, 3, 1]))
      $0.add(Pad([0, 0, 1, 0, 0, 0, 0, 0]))
      $0.convolution(
        SlidingWindow(kernel: [3, 3], padding: [1, 1, 1, 1]), filters: 1, bias: true)
    },
    Case(testDescription: "convolution, rectifier, maximum", image: [2, 9, 8]) {
      $0.convolution(
        SlidingWindow(kernel: [3, 3], padding: [1, 1, 1, 1]), filters: 3, bias: true)
      $0.add(Relu())
      $0.pool(.maximum, SlidingWindow(kernel: [2, 2], strides: [2, 2]))
      $0.convolution(SlidingWindow(kernel: [2, 2]), filters: 2, bias: true)
    },
  ]

  @Test(arguments: cases) func gradientsEqualDifferences(_ example: Case) throws {
    var sketch = NetworkSketch(image: example.image, seed: 5)
    example.nodes(&sketch)
    for shards in [1, 2] {
      try GradientCheck(
        network: sketch.network, sizes: ["N": 5], options: PlanOptions(shards: shards)
      ).run()
    }
  }

  /// Joined or not, a chain computes what its nodes do: sums of at most 60 products in another order
  /// differ by some 10⁻¹⁴ of their size.
  @Test(arguments: cases) func outputsEqualTheInterpreters(_ example: Case) throws {
    var sketch = NetworkSketch(image: example.image, seed: 7)
    example.nodes(&sketch)
    let network = sketch.network
    let plan = try TrainingPlan<Double>(network, sizes: ["N": 5])
    let x = plan.input("x")!
    var stream = RandomStream(seed: 8)
    x.values.copy(from: (0..<x.values.count).map { _ in stream.gaussian() })
    plan.forward()
    let wanted = try Interpreter(network).run(["x": Tensor(x.shape, .float64(x.values.array))])[0]
    let output = plan.value(network.outputs[0])!
    #expect(output.shape == wanted.shape)
    let scale = wanted.elements.doubles.reduce(0) { max($0, abs($1)) }
    for (value, reference) in zip(output.values.array, wanted.elements.doubles) {
      #expect(abs(value - reference) <= 1e-12 * scale)
    }
  }
}

/// A network of one line of nodes, with random weights.
struct NetworkSketch {
  private(set) var network: Network
  private var stream: RandomStream
  private var channels: Int
  private var rank: Int

  init(image: [Int], seed: UInt64, element: ElementType = .float64) {
    stream = RandomStream(seed: seed)
    channels = image[0]
    rank = image.count
    network = Network(
      name: "sketch",
      inputs: [
        .init("x", TensorType([.symbol("N", bound: nil)] + image.map(Dimension.fixed), element))
      ], outputs: ["x"])
  }

  private mutating func constant(_ shape: [Int]) -> String {
    let name = "c\(network.constants.count)"
    network.constants[name] = Tensor(
      shape, .float64((0..<shape.reduce(1, *)).map { _ in stream.gaussian() }))
    return name
  }

  mutating func add(_ operation: any Operator, _ operands: [String] = []) {
    let name = "n\(network.nodes.count)"
    network.nodes.append(
      Node(name, operation, inputs: network.outputs + operands, outputs: [name]))
    network.outputs = [name]
  }

  mutating func convolution(
    _ window: SlidingWindow, filters: Int, groups: Int = 1, bias: Bool
  ) {
    let weights = constant([filters, channels / groups] + window.kernel)
    add(Convolution(window, groups: groups), [weights] + (bias ? [constant([filters])] : []))
    channels = filters
  }

  mutating func transposed(
    _ window: SlidingWindow, filters: Int, groups: Int, outputPadding: [Int]
  ) {
    let weights = constant([channels, filters] + window.kernel)
    add(
      ConvolutionTranspose(window, groups: groups, outputPadding: outputPadding),
      [weights, constant([filters * groups])])
    channels = filters * groups
  }

  mutating func pool(_ function: Pool.Function, _ window: SlidingWindow, countsPadding: Bool = false) {
    add(Pool(function, window, countsPadding: countsPadding))
  }
}
