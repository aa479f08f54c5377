public import Winnow

/// A random network with sums to fold, and reuse factors for it.
public struct RandomFoldedNetwork: RandomCase {
  public let seed: UInt64
  public var network: Network
  public var events = 40
  var options: FoldedOptions

  /// Draws networks until one has a matrix of sums that is left after constants are folded.
  public init(seed: UInt64) throws {
    self.seed = seed
    let stream = RandomStream(seed: seed, label: "random folded network")
    var draw: UInt64 = 0
    while true {
      var writer = RandomNetworkWriter(stream.child(draw), name: "folded_\(seed)")
      writer.sums = 4
      network = writer.write()
      options = FoldedOptions(
        FirmwareOptions(clock: writer.random.uniform(in: 50..<500), part: writer.pick(Device.all).part),
        reuse: .uniform(1), products: writer.pick(FoldedProducts.allCases))
      draw += 1
      do {
        let plain = try design()
        options.firmware.clock = plain.options.firmware.clock
        options.reuse = writer.reuse(plain)
        _ = try design()
        return
      } catch let error as NetworkError {
        if error.message.contains("has no matrix of sums to fold") { continue }
        // Nothing fits: a budget of chance may be too small.
        if error.message.contains("no reuse factor fits") { options.reuse = .uniform(4) }
        // Anything else is for the test to report.
        return
      }
    }
  }

  public var settings: String {
    "folded, reuse \(options.reuse), products \(options.products), \(options.firmware.clock) MHz, \(options.firmware.part)"
  }

  public var plainer: [Self] {
    let reuses: [FoldedReuse] = [.uniform(1), .uniform(2), .uniform(3), .uniform(8)]
    let place = reuses.firstIndex(of: options.reuse) ?? reuses.count
    var others = reuses[..<place].map { reuse in
      var other = self
      other.options.reuse = reuse
      return other
    }
    if options.products != .logic {
      var other = self
      other.options.products = .logic
      others.append(other)
    }
    return others
  }

  /// The design for the clock, or for the fastest slower one that a pipeline reaches.
  public func design() throws -> FoldedDesign {
    try atReachableClock(options.firmware) { firmware in
      var options = options
      options.firmware = firmware
      return try FoldedDesign(network, options: options)
    }
  }

  /// Simulates networks in one build, stalls included.
  ///
  /// - Parameter change: of the Verilog, to see a fault found.
  public static func simulate(
    _ cases: [Self], in folder: String, with simulator: VerilogSimulator,
    change: (String) -> String = { $0 }
  ) async throws -> [Result<Int, any Error>] {
    struct Prepared {
      var design: FoldedDesign
      var vectors: TestVectors
      var expected: [[Int64]]
    }
    return try await simulated(cases) { one in
      let design = try one.design()
      let vectors = TestVectors(for: design.program, count: one.events, seed: one.seed)
      let expected = try InterpreterReplay(one.network, design.program).run(vectors, tracing: false)
      return Prepared(design: design, vectors: vectors, expected: expected.outputs)
    } run: { prepared in
      let benches = prepared.map {
        $0.design.bench($0.vectors, expected: $0.expected, verilog: change($0.design.verilog))
      }
      let outcomes = try await StreamSimulation.run(benches, in: folder, with: simulator)
      return zip(prepared, outcomes).map { $0.design.outcome($1, events: $0.vectors.count) }
    } check: { prepared, outcome in
      try outcome.check(prepared.design.name, prepared.expected)
    }
  }
}

extension RandomNetworkWriter {
  /// Reuse factors: one for all, by layer, for an interval, within a budget.
  fileprivate mutating func reuse(_ design: FoldedDesign) -> FoldedReuse {
    let layers = design.layers.filter { !$0.nodes.isEmpty && $0.products > 0 }
    switch integer(0...4) {
    case 0: return .interval(integer(2...40))
    case 1:
      return .budget(
        lookUpTables: chance(0.5) ? nil : integer(500...6000),
        multipliers: chance(0.5) ? nil : integer(0...30))
    case 2:
      var factors: [String: Int] = [:]
      for layer in layers where chance(0.7) { factors[layer.nodes[0]] = integer(1...layer.products) }
      return .layers(factors, others: integer(1...20))
    default: return .uniform(integer(1...60))
    }
  }
}
