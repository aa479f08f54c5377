import WinnowFixedPoint
public import WinnowNetworkIR

/// A network compiled to a dataflow: one process a layer, images streamed through token by token.
///
/// The top module ``name`` has, for its input and its output, the ports of a ``StreamKernel``:
/// `in_valid`, `in_ready`, `in_data` and `out_valid`, `out_ready`, `out_data`; where there are several,
/// each carries its name (`in_NAME_valid`).
public struct DataflowDesign: Sendable {
  public let network: Network
  public let options: FirmwareOptions
  public let dataflow: DataflowOptions
  public let device: Device
  /// Names the module and the files.
  public let name: String
  /// What the design sends: one entry for each output of the network.
  public let outputs: [Port]
  /// Clock edges from the one that takes an image's first token to the one that can take its result's
  /// last.
  public let latency: Int
  /// Clock edges between images.
  public let interval: Int

  let graph: DataflowGraph
  /// The input ports alone, in a program's terms.
  let inputProgram: FixedPointProgram

  /// An output as whole images: mantissas count steps of `2^−fraction`.
  public struct Port: Sendable, Hashable, Codable {
    public var name: String
    public var shape: [Int]
    public var fraction: Int
  }

  /// Compiles a quantised network.
  ///
  /// - Throws: ``NetworkError`` naming a node without streaming or exact form, a clock that no pipeline
  ///   reaches, an unknown device.
  public init(
    _ network: Network, options: FirmwareOptions = FirmwareOptions(),
    dataflow: DataflowOptions = DataflowOptions()
  ) throws {
    try self.init(
      network, options: options, dataflow: dataflow,
      kernels: dataflow.folds ? FoldedKernels(options) : ParallelKernels(options))
  }

  /// - Parameter kernels: makes every layer's kernel.
  package init(
    _ network: Network, options: FirmwareOptions, dataflow: DataflowOptions,
    kernels: any KernelMaker
  ) throws {
    self.network = network
    self.options = options
    self.dataflow = dataflow
    device = try options.device()
    name = verilogIdentifier(network.name)
    guard dataflow.interval.map({ $0 >= 1 }) ?? true else {
      throw NetworkError("an interval of \(dataflow.interval!) cycles is not possible; 1 and more are")
    }
    let bound = try DeadNodeElimination().run(on: network.bindingBatch())
    let partition = try StreamPartition(bound)
    var graph = try DataflowGraph(partition, name: name, options: dataflow, kernels: kernels)
    let timing = try graph.chooseDepths()
    self.graph = graph
    latency = timing.latency
    interval = timing.interval
    outputs = try graph.outputs.map { output in
      switch partition.types[output.name]!.element {
      case .fixed(let fraction):
        return Port(name: output.name, shape: output.shape, fraction: fraction)
      case .integer, .boolean: return Port(name: output.name, shape: output.shape, fraction: 0)
      case .float32, .float64:
        throw NetworkError(
          "output '\(output.name)' is a real number that is not quantised; put a Quantize node before it")
      }
    }
    inputProgram = try Self.inputs(partition.sources, of: bound)
  }

  /// A program that only quantises the inputs; what nothing reads is a bit.
  private static func inputs(
    _ sources: [StreamPartition.Source], of network: Network
  ) throws -> FixedPointProgram {
    var small = Network(name: network.name, inputs: network.inputs)
    let unread = FixedPointType(signed: false, width: 1, integer: 1)
    for (index, source) in sources.enumerated() {
      let quantize = Quantize(types: source.types.map { $0 ?? unread }, shape: source.shape)
      small.nodes.append(Node(small.freeName("quantised \(index)"), quantize, source.name))
      small.outputs.append(small.nodes[index].name)
    }
    return try FixedPointProgram(small)
  }

  /// The design's Verilog.
  public var verilog: String { DataflowVerilog(graph: graph, name: name, stamp: stamp).text() }

  /// The whole network as exact instructions: what the emulator is written from. Large for large
  /// images: every pixel of every layer has its own.
  public func program() throws -> FixedPointProgram {
    try FixedPointProgram(network.bindingBatch()).prunedToOutputs()
  }

  /// Events for replay: corners of the input formats, sparse and uniform events.
  public func vectors(count: Int, seed: UInt64) -> TestVectors {
    TestVectors(for: inputProgram, count: count, seed: seed)
  }

  /// The interpreter's results for events, one list for each output, in the output's step.
  public func expected(for vectors: TestVectors) throws -> [[Int64]] {
    let interpreter = try Interpreter(network.bindingBatch())
    var results: [[Int64]] = outputs.map { _ in [] }
    for event in 0..<vectors.count {
      var inputs: [String: Tensor] = [:]
      for (index, port) in inputProgram.inputs.enumerated() {
        inputs[port.name] = Tensor(
          port.shape,
          .fixed(vectors.event(event, port: index).map { Int128($0) }, fraction: port.fraction))
      }
      for (index, tensor) in try interpreter.run(inputs).enumerated() {
        guard let (values, fraction) = tensor.mantissas else {
          throw NetworkError("output '\(outputs[index].name)' is not exact")
        }
        results[index] += values.map { Int64($0 << (outputs[index].fraction - fraction)) }
      }
    }
    return results
  }
}
