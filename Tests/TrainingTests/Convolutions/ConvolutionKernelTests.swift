import Testing
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowTraining

/// The float kernels of every instruction set against the same plan in double precision.
@Suite struct ConvolutionKernelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var image: [Int]
    var rows: Int
    var nodes: @Sendable (inout NetworkSketch) -> Void
  }

  static let cases: [Case] = [
    Case(testDescription: "images: pooled, then not", image: [1, 9, 37], rows: 3) {
      $0.convolution(
        SlidingWindow(kernel: [3, 3], padding: [1, 1, 1, 1]), filters: 16, bias: true)
      $0.add(Relu())
      $0.pool(.maximum, SlidingWindow(kernel: [2, 2], strides: [2, 2]))
      $0.convolution(
        SlidingWindow(kernel: [3, 3], padding: [1, 1, 1, 1]), filters: 40, bias: true)
      $0.add(try! LeakyRelu(nearest: 0.25))
      $0.convolution(
        SlidingWindow(kernel: [2, 3], padding: [0, 2, 1, 1]), filters: 33, bias: false)
      $0.add(Relu())
    },
    Case(testDescription: "images: strides, odd channels", image: [3, 11, 50], rows: 2) {
      $0.convolution(
        SlidingWindow(kernel: [5, 4], strides: [2, 3], padding: [2, 1, 2, 2]), filters: 20, bias: true)
      $0.convolution(SlidingWindow(kernel: [1, 1]), filters: 70, bias: true)
      $0.pool(.maximum, SlidingWindow(kernel: [1, 2], strides: [1, 2]))
    },
    Case(testDescription: "images: one axis", image: [2, 61], rows: 4) {
      $0.convolution(SlidingWindow(kernel: [7], padding: [3, 3]), filters: 24, bias: true)
      $0.add(Relu())
      $0.pool(.maximum, SlidingWindow(kernel: [2], strides: [2]))
      $0.convolution(SlidingWindow(kernel: [3], padding: [1, 1]), filters: 17, bias: true)
    },
    Case(testDescription: "events: groups, dilation, transposed", image: [4, 6, 5], rows: 37) {
      $0.convolution(
        SlidingWindow(kernel: [3, 2], padding: [1, 0, 2, 1], dilations: [1, 2]), filters: 6, groups: 2,
        bias: true)
      $0.add(Relu())
      $0.transposed(
        SlidingWindow(kernel: [3, 2], strides: [2, 2], padding: [1, 0, 0, 1]), filters: 5, groups: 1,
        outputPadding: [0, 1])
    },
    Case(testDescription: "events: average, maximum, repetition", image: [3, 7, 4], rows: 70) {
      $0.convolution(
        SlidingWindow(kernel: [3, 3], padding: [1, 1, 1, 1]), filters: 7, bias: false)
      $0.add(try! LeakyRelu(nearest: 0.25))
      $0.pool(.maximum, SlidingWindow(kernel: [3, 2], strides: [1, 2], padding: [1, 0, 1, 0]))
      $0.add(Upsample([1, 1, 2, 3]))
      $0.convolution(SlidingWindow(kernel: [2, 2]), filters: 2, bias: true)
      $0.pool(.average, SlidingWindow(kernel: [2, 2], strides: [2, 1], padding: [1, 0, 0, 1]))
    },
  ]

  /// Sums of at most n products in float err by n·ε·Σ|terms|; with standard Gaussian operands a chain
  /// of three layers of up to 300 terms stays below 10⁻⁵ of the largest value, and a wrong term shows
  /// as 10⁻² or more. A rectifier or maximum may decide otherwise where two values are closer than
  /// that: with these seeds none are.
  @Test(arguments: cases) func floatEqualsDouble(_ example: Case) throws {
    var sketch = NetworkSketch(image: example.image, seed: 11)
    example.nodes(&sketch)
    let network = sketch.network
    let exact = try Run<Double>(network, rows: example.rows)
    let fast = try Run<Float>(network, rows: example.rows)
    expectClose(fast.output, exact.output, "output")
    expectClose(fast.inputGradient, exact.inputGradient, "input gradient")
    for entry in fast.plan.parameters.layout.entries {
      expectClose(
        Array(fast.gradient[entry.range]), Array(exact.gradient[entry.range]), entry.name)
    }
  }

  private func expectClose(_ values: [Double], _ wanted: [Double], _ what: String) {
    let scale = wanted.reduce(1e-30) { max($0, abs($1)) }
    let worst = zip(values, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(values.count == wanted.count)
    #expect(worst <= 1e-5 * scale, "\(what): off by \(worst) of \(scale)")
    #expect(scale > 1e-3)
  }

  /// Every instruction set of this machine, each chain on its own kernels.
  @Test(arguments: cases, ConvolutionKernelSet.supported)
  func everyInstructionSetEqualsDouble(_ example: Case, _ set: ConvolutionKernelSet) throws {
    var sketch = NetworkSketch(image: example.image, seed: 11)
    example.nodes(&sketch)
    let exact = try Run<Double>(sketch.network, rows: example.rows)
    let chain = try ChainOnKernels(sketch.network, rows: example.rows, set)
    #expect(chain.runsOnImages == example.testDescription.hasPrefix("images"))
    let run = chain.run()
    expectClose(run.output, exact.output, "output")
    expectClose(run.inputGradient, exact.inputGradient, "input gradient")
    for (name, gradient) in run.gradients {
      let range = exact.plan.parameters.layout[name]!.range
      expectClose(gradient, Array(exact.gradient[range]), name)
    }
  }

  /// The same bits however many threads share the work.
  @Test func threadsDoNotChangeBits() throws {
    for example in Self.cases {
      var sketch = NetworkSketch(image: example.image, seed: 3)
      example.nodes(&sketch)
      let alone = try Run<Float>(sketch.network, rows: example.rows, threads: 1)
      let shared = try Run<Float>(sketch.network, rows: example.rows, threads: 2)
      #expect(alone.output == shared.output)
      #expect(alone.gradient == shared.gradient)
      #expect(alone.inputGradient == shared.inputGradient)
    }
  }

  private struct Run<Scalar: TrainingScalar> {
    let plan: TrainingPlan<Scalar>
    let output, gradient, inputGradient: [Double]

    init(_ network: Network, rows: Int, threads: Int = 1) throws {
      let output = network.outputs[0]
      plan = try TrainingPlan<Scalar>(
        network, sizes: ["N": rows], seeds: [output], gradients: ["x"],
        options: PlanOptions(shards: 2), team: ThreadTeam(threads))
      var stream = RandomStream(seed: 17)
      let x = plan.input("x")!
      x.values.copy(from: (0..<x.values.count).map { _ in Scalar(stream.gaussian()) })
      // The second step shows what the first left behind.
      for _ in 0..<2 {
        plan.forward()
        var stream = RandomStream(seed: 18)
        let seed = plan.seed(output)!
        seed.copy(from: (0..<seed.count).map { _ in Scalar(stream.gaussian()) })
        plan.backward()
      }
      self.output = plan.value(output)!.values.array.map { Double($0) }
      gradient = plan.gradient.array.map { Double($0) }
      inputGradient = x.gradient!.array.map { Double($0) }
    }
  }
}

/// A chain's float pullback on the kernels of one instruction set, outside a plan.
private struct ChainOnKernels {
  let runsOnImages: Bool
  private let site: Site<Float>
  private let pullback: any Pullback

  init(_ network: Network, rows: Int, _ set: ConvolutionKernelSet) throws {
    let lowered = try ConvolutionChainFusion().run(
      on: network, keeping: [], training: true, options: PlanOptions())
    let node = try #require(lowered.nodes.first)
    #expect(lowered.nodes.count == 1)
    let chain =
      try node.operation as? ConvolutionChain
      ?? ConvolutionChain(links: [#require(ConvolutionLink(node.operation))], hasBias: [true])
    let types = try lowered.binding(["N": rows]).verify()
    let storage = Storage()
    func operand(_ name: String) -> Operand<Float> {
      let shape = types[name]!.sizes!
      let count = shape.reduce(1, *)
      let operand = Operand(
        name: name, shape: shape, values: storage.allocate(count, of: Float.self),
        indices: storage.allocate(0, of: Int32.self), gradient: storage.allocate(count, of: Float.self),
        accumulates: false, isBatched: network.constants[name] == nil)
      if let constant = network.constants[name] {
        operand.values.copy(from: constant.elements.doubles.map { Float($0) })
      }
      return operand
    }
    site = Site(
      node: node.name, inputs: node.inputs.map(operand), outputs: node.outputs.map(operand),
      isTraining: true, options: PlanOptions(), shard: 0, shards: 1, owner: 0, owners: 1,
      isFirstOfOwner: true,
      firstRow: 0, batchRows: rows,
      shared: SharedState(), clock: PlanClock(seed: 1), storage: storage, scratch: ScratchPad(storage))
    let stages = ConvolutionStages(
      chain.links, input: site.inputs[0].shape, weights: site.inputs.dropFirst().map(\.shape),
      hasBias: chain.hasBias
    ).stages
    if let images = ImageStage.stages(of: stages), ConvolutionChain.suitsImages(images, rows: rows) {
      runsOnImages = true
      pullback = ImageConvolutions(images, site, set: set)
    } else {
      runsOnImages = false
      pullback = BlockConvolutions(
        EventKernels(set), stages, stages.map { TapTables($0, storage) },
        events: ConvolutionChain.events(stages, rows), site)
    }
  }

  func run() -> (output: [Double], inputGradient: [Double], gradients: [(String, [Double])]) {
    var stream = RandomStream(seed: 17)
    let x = site.inputs[0].values
    x.copy(from: (0..<x.count).map { _ in Float(stream.gaussian()) })
    pullback.forward(phase: 0)
    stream = RandomStream(seed: 18)
    let seed = site.outputs[0].gradient!
    seed.copy(from: (0..<seed.count).map { _ in Float(stream.gaussian()) })
    pullback.backward(phase: 0)
    func doubles(_ buffer: Buffer<Float>?) -> [Double] { buffer!.array.map { Double($0) } }
    return (
      doubles(site.outputs[0].values), doubles(site.inputs[0].gradient),
      site.inputs.dropFirst().map { ($0.name, doubles($0.gradient)) }
    )
  }
}
