import Testing
import WinnowFixedPoint
import WinnowNetworkIR

@testable import WinnowFirmware

/// Folded networks between links: pattern file in, simulated payload, pattern file out.
@Suite(
  .enabled(
    if: linkSimulator != nil, "neither iverilog nor verilator is installed; payloads were not simulated"))
struct FoldedPayloadTests {
  private struct Case {
    var network: LinkedNetwork
    var design: FoldedDesign
    var payload: PayloadModule
    var pattern: PatternFile
    var trigger: TriggerChoice?
  }

  /// A random network and map, folded as far as its packets' period lets it.
  ///
  /// - Parameter spacing: frames from packet to packet, of the period and of a packet's frames.
  private func make(
    _ seed: UInt64, events: Int, spacing: (_ period: Int, _ packet: Int) -> Int
  ) throws -> Case? {
    let network = try LinkedNetwork(seed: seed, start: .packet)
    let layout = network.layout
    // A layer of few products takes as many edges as it has; some networks have no folded form at all.
    guard
      let design = try? FoldedDesign(
        network.design.network,
        options: FoldedOptions(
          FirmwareOptions(clock: network.design.options.clock), reuse: .uniform(layout.map.period)))
    else { return nil }
    var writer = PacketWriter(layout, lead: Int(seed % 4))
    writer.spacing = spacing(layout.map.period, layout.packetFrames)
    let vectors = network.vectors(events)
    let pattern = writer.pattern(events: events) { network.event(vectors, $0) }
    let trigger =
      seed % 2 == 0 ? TriggerChoice(port: "score", threshold: network.threshold) : nil
    return Case(
      network: network, design: design,
      payload: try PayloadModule(design, layout, trigger: trigger), pattern: pattern, trigger: trigger)
  }

  /// Simulates all; events that the network cannot take are dropped, and no others.
  private func check(_ cases: [Case]) async throws -> (events: Int, dropped: Int) {
    let outcomes = try await withLinkFolder { folder in
      try await PayloadBench.run(
        cases.map {
          try PayloadBench($0.design, $0.payload, pattern: PatternFile(text: $0.pattern.text(.emp2)))
        }, in: folder, simulator: linkSimulator!)
    }
    var (events, dropped) = (0, 0)
    for (one, outcome) in zip(cases, outcomes) {
      let name = one.design.name
      let layout = one.network.layout
      let given = try PacketCollector(layout).collect(one.pattern)
      var taken: [Int] = []
      for index in given.edges.indices
      where taken.last.map({ given.edges[index] - given.edges[$0] >= one.design.interval }) ?? true {
        taken.append(index)
      }
      let expected = try one.network.answers(taken.map { given.events[$0] })
      let found = try PacketReader(layout).events(outcome.pattern)
      #expect(found.ports == expected, "\(name)")
      #expect(outcome.faults == given.edges.count - taken.count, "\(name)")
      if !one.payload.queues {
        #expect(found.starts == taken.map { given.edges[$0] + one.design.latency + 1 }, "\(name)")
      }
      for (link, frames) in zip(outcome.pattern.links, outcome.pattern.frames) {
        let marks = frames.indices.filter { frames[$0].startsPacket }.map { frames[$0].startsOrbit }
        #expect(marks == taken.map { given.startsOrbit[$0] }, "\(name), link \(link)")
      }
      if let trigger = one.trigger {
        let port = one.design.program.outputs[0]
        #expect(outcome.triggers == expected.map { trigger.passes($0[0][0], port) }, "\(name)")
      }
      events += taken.count
      dropped += given.edges.count - taken.count
    }
    return (events, dropped)
  }

  /// Packets that follow one another at their period: nothing is lost, every result is the interpreter's,
  /// and leaves at the stated latency.
  @Test func resultsAreTheInterpreters() async throws {
    let cases = try (1...linkCases).compactMap { seed in
      try make(seed + 700, events: 30) { period, _ in period }
    }
    #expect(cases.count >= linkCases / 2)
    #expect(cases.contains { $0.design.interval > 1 && $0.design.latency > $0.design.interval })
    let (events, dropped) = try await check(cases)
    #expect(dropped == 0 && events == 30 * cases.count)
    print("SIMULATED folded payloads \(events) vectors")
  }

  /// Packets that come sooner than the network takes events are dropped whole, and it is said.
  @Test func whatComesTooSoonIsDropped() async throws {
    let cases = try (1...linkCases).compactMap { seed in
      try make(seed + 800, events: 30) { _, packet in packet }
    }
    // Where more results wait than can, some are dropped for that.
    let (events, dropped) = try await check(cases.filter { !$0.payload.queues })
    #expect(events > cases.count && dropped > cases.count, "\(events) taken, \(dropped) dropped")
    print("SIMULATED folded payloads, too soon \(events + dropped) vectors")
  }

  /// Packets must not be meant to come faster than the design takes events.
  @Test func aPeriodTooShortIsRefused() throws {
    let network = try LinkedNetwork(seed: 1)
    let period = network.layout.map.period
    let dense = RandomDense([8, 8], seed: 1).network
    let design = try FoldedDesign(
      dense, options: FoldedOptions(FirmwareOptions(clock: 240), reuse: .uniform(60)))
    try #require(period < design.interval)
    let error = #expect(throws: NetworkError.self) { try PayloadModule(design, network.layout) }
    #expect(error?.message.contains("every \(design.interval); compile it with --ii \(period)") == true)
  }
}
