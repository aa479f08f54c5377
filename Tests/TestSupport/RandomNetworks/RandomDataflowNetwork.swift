public import Winnow

/// A random network of images, and how it is spread over a dataflow.
public struct RandomDataflowNetwork: RandomCase {
  public let seed: UInt64
  public var network: Network
  public var events = 4
  var options: FirmwareOptions
  var dataflow: DataflowOptions

  /// What the style says of networks that it does not take.
  static let refusals = [
    "nothing but padding", "joined along rows", "fewer pixels at the edges", "differs from pixel to pixel",
    "no streaming form on an image", "is a constant; a stream carries none", "computes nothing",
    "the dataflow blocks at",
  ]

  /// Draws networks until the style takes one.
  public init(seed: UInt64) {
    self.seed = seed
    let stream = RandomStream(seed: seed, label: "random dataflow network")
    var draw: UInt64 = 0
    while true {
      var writer = RandomNetworkWriter(stream.child(draw), name: "dataflow_\(seed)")
      network = writer.writeImages()
      options = FirmwareOptions(
        clock: writer.random.uniform(in: 50..<400), part: writer.pick(Device.all).part)
      dataflow = writer.dataflow(network)
      draw += 1
      do { _ = try design() } catch {
        // Anything else is for the test to report.
        if Self.refusals.contains(where: "\(error)".contains) { continue }
      }
      return
    }
  }

  public var settings: String {
    "dataflow, interval \(dataflow.interval.map(String.init) ?? "none"), folds \(dataflow.folds), ready chain \(dataflow.readyChain), \(options.clock) MHz, \(options.part)"
  }

  public var plainer: [Self] {
    func with(_ change: (inout DataflowOptions) -> Void) -> [Self] {
      var other = self
      change(&other.dataflow)
      return other.dataflow == dataflow ? [] : [other]
    }
    return with { $0 = DataflowOptions() } + with { $0.interval = nil } + with { $0.folds = false }
      + with { $0.readyChain = 4 }
  }

  /// The design for the clock, or for the fastest slower one that a pipeline reaches.
  public func design() throws -> DataflowDesign {
    try atReachableClock(options) { options in
      var kernels = FoldedKernels(options)
      kernels.foldsAll = true
      return try DataflowDesign(
        network, options: options, dataflow: dataflow,
        kernels: dataflow.folds ? kernels : ParallelKernels(options))
    }
  }

  /// Simulates networks in one build, at full speed and with stalls.
  ///
  /// - Parameter change: of the Verilog, to see a fault found.
  public static func simulate(
    _ cases: [Self], in folder: String, with simulator: VerilogSimulator,
    change: (String) -> String = { $0 }
  ) async throws -> [Result<Int, any Error>] {
    try await simulated(cases) { one in
      let design = try one.design()
      let vectors = design.vectors(count: one.events, seed: one.seed)
      return DataflowSimulation.Bench(
        design, verilog: change(design.verilog), vectors: vectors, expected: try design.expected(for: vectors)
      )
    } run: { benches in
      try await DataflowSimulation.run(benches, in: folder, with: simulator)
    } check: { bench, outcome in
      try outcome.check(bench.design.name, bench.expected)
    }
  }
}

extension RandomNetworkWriter {
  /// From a pixel at a time without hurry to many pixels an edge.
  fileprivate mutating func dataflow(_ network: Network) -> DataflowOptions {
    let sizes = network.inputs[0].type.sizes ?? [1]
    let pixels = (layout == .channelsLast ? sizes.dropLast() : sizes.dropFirst(2)).reduce(1, *)
    return DataflowOptions(
      interval: pick([nil, 2 * pixels, (pixels + 1) / 2, 3, 1]), folds: chance(0.4),
      readyChain: integer(1...4))
  }
}
