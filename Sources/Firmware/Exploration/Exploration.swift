public import WinnowNetworkIR

/// Ways to build a network on a device, with what each takes by the model.
///
/// The parallel style, and folded designs whose layers are each the cheapest for an interval of 1, 2,
/// 4, … clock edges, with products in multiplier blocks, in look-up tables, and in whichever is cheaper.
/// A network with convolutions is also streamed, a pixel at a time and at shorter intervals, with and
/// without multipliers shared between pixels; its other styles are looked at only where its image is
/// small. No Verilog is written.
public struct Exploration: Sendable, Codable {
  public struct Demands: Sendable, Codable, Hashable {
    /// Clock edges between two events; `nil` where any will do.
    public var interval: Int?
    /// Nanoseconds; `nil` where any will do.
    public var latency: Double?

    public init(interval: Int? = nil, latency: Double? = nil) {
      self.interval = interval
      self.latency = latency
    }
  }

  public enum Style: String, Sendable, Codable, Hashable {
    case parallel, folded, dataflow
  }

  public struct Candidate: Sendable, Codable {
    public var style: Style
    /// The interval asked of every layer, or of the stream.
    public var reuse: Int
    public var products: FoldedProducts
    /// Whether a stream's layers share multipliers.
    public var folds: Bool
    public var estimate: Resources
    /// Clock edges.
    public var latency: Int
    public var interval: Int
    public var latencyNanoseconds: Double
    /// The largest share of any of the device's resources.
    public var share: Double
    public var isOnFront = false
    public var meetsDemands = false

    /// How a folded candidate is compiled; `nil` for other styles.
    public var folding: (reuse: FoldedReuse, products: FoldedProducts)? {
      style == .folded ? (.interval(reuse), products) : nil
    }

    /// How a streamed candidate is compiled; `nil` for other styles.
    public var dataflow: DataflowOptions? {
      style == .dataflow ? DataflowOptions(interval: reuse, folds: folds) : nil
    }
  }

  public var network: String
  public var device: String
  public var clockMHz: Double
  public var demands: Demands
  /// In order of intervals.
  public private(set) var candidates: [Candidate]
  /// Layers that can be folded, by name, with the largest reuse factor of each.
  public private(set) var layers: [FoldableLayer] = []
  /// Why the parallel style is not among them, when it is not.
  public private(set) var withoutParallel: String?

  public var front: [Candidate] { candidates.filter(\.isOnFront) }

  /// The candidate that takes the smallest share of the device among those that meet the demands.
  public var best: Candidate? {
    candidates.filter(\.meetsDemands).min { a, b in
      (a.share, a.latency, a.estimate.lookUpTables) < (b.share, b.latency, b.estimate.lookUpTables)
    }
  }

  /// - Parameters:
  ///   - longest: the longest interval looked at; a demanded one where it is shorter.
  ///   - progress: called with a line as each candidate is begun.
  /// - Throws: ``NetworkError`` naming a node without exact fixed-point form, or an unknown device.
  public init(
    _ network: Network, options: FirmwareOptions, demands: Demands = Demands(),
    progress: (String) -> Void = { _ in }
  ) throws {
    if let interval = demands.interval, interval < 1 {
      throw NetworkError("an interval of \(interval) clock edges is not possible; 1 or more is")
    }
    if let latency = demands.latency, !(latency > 0) {
      throw NetworkError("a latency of \(latency) ns is not possible; ask for more than 0")
    }
    self.network = network.name
    self.demands = demands
    device = options.part
    clockMHz = options.clock
    candidates = []
    let settings = try FoldedSettings(options)
    if network.hasConvolution {
      try stream(network, options, settings, progress)
      let elements = network.inputs.compactMap { $0.type.sizes?.reduce(1, *) }.reduce(0, +)
      if elements > Self.largestUnrolledImage {
        withoutParallel = "an image of \(elements) elements is streamed, not unrolled"
        mark(settings.device)
        return
      }
    }
    let program = try FixedPointProgram(try network.bindingBatch()).prunedToOutputs()
    try Design.checkPorts(of: program)
    let stages = try? FoldedStages(
      program, name: verilogIdentifier(network.name), settings: settings)
    layers = stages?.layers ?? []
    let adders = stages?.stages.reduce(0) { $0 + $1.parallelEstimate } ?? 0
    if adders > 2 * settings.device.lookUpTables {
      withoutParallel =
        "its sums alone would take about \(adders) LUT of the device's \(settings.device.lookUpTables)"
    } else {
      progress("parallel")
      do {
        let design = try Design(network, options: options)
        add(
          .parallel, reuse: 1, .cheapest, design.resources, latency: design.pipeline.latency,
          interval: 1, settings)
      } catch let error as NetworkError {
        withoutParallel = "\(error)"
      }
    }
    if let stages { try fold(stages, progress) }
    if candidates.isEmpty, let withoutParallel { throw NetworkError(withoutParallel) }
    mark(settings.device)
  }

  /// Elements of an image whose convolutions are unrolled to be looked at in the other styles.
  static let largestUnrolledImage = 512

  private mutating func stream(
    _ network: Network, _ options: FirmwareOptions, _ settings: FoldedSettings,
    _ progress: (String) -> Void
  ) throws {
    progress("dataflow, a pixel at a time")
    let slowest = try DataflowDesign(network, options: options)
    var interval = slowest.interval
    var intervals = [interval]
    // A demand that a pixel at a time misses, and some intervals on the way to it.
    while intervals.count < 4, interval > max(demands.interval ?? 1, 1) {
      interval = max(interval / 2, demands.interval ?? 1)
      intervals.append(interval)
    }
    for interval in intervals {
      for folds in [false, true] {
        progress("dataflow, interval \(interval)\(folds ? ", folded" : "")")
        let design = try DataflowDesign(
          network, options: options, dataflow: DataflowOptions(interval: interval, folds: folds))
        add(
          .dataflow, reuse: interval, .cheapest, folds: folds, DataflowReport(design).estimate,
          latency: design.latency, interval: design.interval, settings)
      }
    }
  }

  private mutating func fold(_ stages: FoldedStages, _ progress: (String) -> Void) throws {
    let longest = min(stages.stages.map(\.products).max() ?? 1, demands.interval ?? .max)
    var edges = 2
    var factors: [Int] = []
    while edges <= longest {
      factors.append(edges)
      edges *= 2
    }
    if longest >= 2, factors.last != longest { factors.append(longest) }
    for factor in factors {
      progress("folded, interval \(factor)")
      for products in FoldedProducts.allCases {
        let kernels = try stages.stages.map {
          try stages.cheapest($0, within: factor, products: products)
        }
        let chain = KernelChain(kernels, name: "candidate")
        add(
          .folded, reuse: factor, products, chain.resources, latency: chain.latency,
          interval: chain.interval, stages.settings)
      }
    }
  }

  private mutating func add(
    _ style: Style, reuse: Int, _ products: FoldedProducts, folds: Bool = false,
    _ estimate: Resources, latency: Int, interval: Int, _ settings: FoldedSettings
  ) {
    // The same design under another name is no candidate.
    if style != .parallel,
      candidates.contains(where: {
        $0.style == style && $0.estimate == estimate && $0.latency == latency
          && $0.interval == interval
      })
    {
      return
    }
    candidates.append(
      Candidate(
        style: style, reuse: reuse, products: products, folds: folds, estimate: estimate,
        latency: latency, interval: interval, latencyNanoseconds: Double(latency) * 1000 / settings.clock,
        share: settings.device.largestShare(estimate)))
  }

  private mutating func mark(_ device: Device) {
    let all = candidates
    for index in all.indices {
      let own = all[index]
      candidates[index].isOnFront = !all.indices.contains { other in
        other != index && all[other].isAtLeastAsGood(as: own)
          && (!own.isAtLeastAsGood(as: all[other]) || other < index)
      }
      candidates[index].meetsDemands =
        own.share <= 1 && own.interval <= demands.interval ?? .max
        && own.latencyNanoseconds <= demands.latency ?? .infinity
    }
  }
}

extension Network {
  /// Whether windows slide over an image.
  fileprivate var hasConvolution: Bool {
    nodes.contains { $0.operation is Convolution || $0.operation is ConvolutionTranspose }
  }
}

extension Exploration.Candidate {
  /// In look-up tables, multipliers, block memories, latency and interval.
  func isAtLeastAsGood(as other: Self) -> Bool {
    estimate.lookUpTables <= other.estimate.lookUpTables
      && estimate.multipliers <= other.estimate.multipliers
      && estimate.blockMemories <= other.estimate.blockMemories && latency <= other.latency
      && interval <= other.interval
  }
}

extension Device {
  /// The largest share of any resource that a design takes.
  func largestShare(_ resources: Resources) -> Double {
    func share(_ used: Int, _ available: Int) -> Double {
      used == 0 ? 0 : available == 0 ? .infinity : Double(used) / Double(available)
    }
    return max(
      share(resources.lookUpTables, lookUpTables), share(resources.flipFlops, flipFlops),
      share(resources.multipliers, multipliers), share(resources.blockMemories, blockMemories))
  }
}
