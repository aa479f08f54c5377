import WinnowFixedPoint
public import WinnowNetworkIR

/// A network compiled to layers that share their multipliers over several clock edges.
///
/// Each layer is a module with valid and ready on both sides; the top joins them. One event enters as
/// one token, all inputs packed from bit 0, and leaves as one.
public struct FoldedDesign: Sendable {
  public let network: Network
  public let options: FoldedOptions
  public let device: Device
  /// The network as exact instructions: what the emulator is written from.
  public let program: FixedPointProgram
  /// Names the top module and the files.
  public let name: String
  public let layers: [Layer]
  package let chain: KernelChain

  /// A module of the design.
  public struct Layer: Sendable {
    /// Nodes whose sums are folded; none where logic comes before the first.
    public var nodes: [String]
    public var module: String
    public var inputs: Int
    public var outputs: Int
    /// Weights that are not zero.
    public var weights: Int
    /// The largest reuse factor that the layer can have.
    public var products: Int
    public var reuse: Int
    let kernel: any StreamKernel
  }

  /// Compiles a quantised network.
  ///
  /// - Throws: ``NetworkError`` naming a node without exact fixed-point form, a layer that is not
  ///   there, a reuse factor above a layer's products, a budget that nothing fits, or a clock that no
  ///   pipeline reaches.
  /// - Complexity: about a second for a million weights; stages that stay parallel take longer.
  public init(_ network: Network, options: FoldedOptions) throws {
    let settings = try FoldedSettings(options.firmware, products: options.products)
    let bound = try network.bindingBatch()
    let program = try FixedPointProgram(bound).prunedToOutputs()
    try Design.checkPorts(of: program)
    let name = verilogIdentifier(network.name)
    let stages = try FoldedStages(program, name: name, settings: settings)
    self.init(
      network, options: options, device: settings.device, program: program, name: name,
      stages: stages, kernels: try stages.kernels(options.reuse))
  }

  init(
    _ network: Network, options: FoldedOptions, device: Device, program: FixedPointProgram,
    name: String, stages: FoldedStages, kernels: [any StreamKernel]
  ) {
    self.network = network
    self.options = options
    self.device = device
    self.program = program
    self.name = name
    chain = KernelChain(kernels, name: name)
    layers = zip(stages.stages, kernels).map { stage, kernel in
      Layer(
        nodes: stage.stage.nodes, module: kernel.moduleName, inputs: stage.matrix?.inputs.count ?? 0,
        outputs: stage.matrix?.rows.count ?? 0, weights: stage.matrix?.weightCount ?? 0,
        products: stage.products, reuse: kernel.interval, kernel: kernel)
    }
  }

  /// Layers whose reuse factor is less than what was asked for all.
  var reuseNotes: [String] {
    var named: Set<String> = []
    let wanted: Int
    switch options.reuse {
    case .uniform(let factor): wanted = factor
    case .layers(let factors, let others):
      wanted = others
      named = Set(factors.keys)
    case .interval, .budget: return []
    }
    return layers.filter { layer in
      layer.outputs > 0 && layer.products < wanted && !layer.nodes.contains { named.contains($0) }
    }.map {
      "\($0.nodes.joined(separator: " ")) has \($0.products) products, so its reuse factor is \($0.reuse), not \(wanted)"
    }
  }

  /// Clock edges between two events.
  public var interval: Int { chain.interval }
  /// Clock edges from the one at which an event is taken to the one at which its result can be.
  public var latency: Int { chain.latency }
  public var resources: Resources { chain.resources }

  /// The design's Verilog: all modules, the top last.
  public var verilog: String {
    var chain = chain
    chain.stamp = stamp
    return header + chain.verilog
  }

  private var header: String {
    var lines = [
      "// \(name): \(commentText(network.name)), \(layers.count) layers, an event every \(interval) clock edges, latency \(latency).",
      "// Modelled for \(options.firmware.clock) MHz, not routed.", "// \(stamp.comment)",
    ]
    var start = 0
    for port in program.inputs {
      let width = port.types.reduce(0) { $0 + $1.width }
      lines.append(
        "// in_data[\(start + width - 1):\(start)]: \(commentText(port.name)), \(port.types.count) elements, \(Set(port.types.map(\.format.description)).sorted().joined(separator: " ")), element 0 in the lowest bits"
      )
      start += width
    }
    start = 0
    for port in program.outputs {
      let width = port.formats.reduce(0) { $0 + max($1.width, 1) }
      lines.append(
        "// out_data[\(start + width - 1):\(start)]: \(commentText(port.name)), \(port.values.count) elements, \(Set(port.formats.map(\.description)).sorted().joined(separator: " ")), element 0 in the lowest bits"
      )
      start += width
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
