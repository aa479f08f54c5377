import Testing
import WinnowFixedPoint
import WinnowNetworkIR
import WinnowTensors

@testable import WinnowFirmware

/// Pattern file in, simulated payload, pattern file out: the interpreter's answers.
@Suite(
  .enabled(
    if: linkSimulator != nil, "neither iverilog nor verilator is installed; payloads were not simulated"))
struct PayloadTests {
  struct Case {
    var network: LinkedNetwork
    var payload: PayloadModule
    var pattern: PatternFile
    var format: PatternFile.Format
  }

  /// Through the text of a file and back, as a board would read it.
  private func filed(_ pattern: PatternFile, _ format: PatternFile.Format) throws -> PatternFile {
    try PatternFile(text: pattern.text(format))
  }

  private func checked(_ cases: [Case]) async throws {
    try await withLinkFolder { folder in
      let outcomes = try await PayloadBench.run(
        cases.map { try PayloadBench($0.network.design, $0.payload, pattern: filed($0.pattern, $0.format)) },
        in: folder, simulator: linkSimulator!)
      var events = 0
      for (one, outcome) in zip(cases, outcomes) {
        let layout = one.network.layout
        let given = try PacketCollector(layout).collect(filed(one.pattern, one.format))
        let expected = try one.network.answers(given.events)
        let found = try PacketReader(layout).events(filed(outcome.pattern, one.format))
        let name = "\(one.network.design.name) through \(one.format)"
        #expect(found.ports == expected, "\(name)")
        #expect(outcome.faults == given.faults, "\(name)")
        checkTimes(one, given, found.starts, outcome.pattern, name)
        if let trigger = one.payload.trigger {
          let port = one.network.design.program.outputs[0]
          #expect(outcome.triggers == expected.map { trigger.passes($0[0][0], port) }, "\(name)")
        }
        events += expected.count
      }
      print("SIMULATED payloads \(events) vectors")
    }
  }

  /// A packet leaves at the stated latency, or as soon as the one before it has left; its marks stand on
  /// its first and last frame.
  private func checkTimes(
    _ one: Case, _ given: PacketCollector.Result, _ starts: [Int], _ out: PatternFile, _ name: String
  ) {
    let layout = one.network.layout
    let network = one.payload.latency.network
    var free = 0
    var wrong = 0
    for (edge, start) in zip(given.edges, starts) {
      let due = max(edge + network + 1, free)
      if start != due { wrong += 1 }
      free = start + layout.outputFrames
    }
    #expect(wrong == 0, "\(name): \(wrong) packets left at another edge than stated")
    for (link, frames) in zip(out.links, out.frames) {
      let count = layout.outputFrames(link)
      let begins = frames.indices.filter { frames[$0].startsPacket }
      #expect(begins == starts, "\(name)")
      #expect(frames.indices.filter { frames[$0].endsPacket } == starts.map { $0 + count - 1 }, "\(name)")
      #expect(frames.count { $0.isValid } == count * starts.count, "\(name)")
      #expect(begins.map { frames[$0].startsOrbit } == given.startsOrbit, "\(name)")
    }
  }

  private func makeCase(
    _ network: LinkedNetwork, _ pattern: PatternFile, _ format: PatternFile.Format,
    trigger: Bool = false
  ) throws -> Case {
    let choice = TriggerChoice(port: "score", threshold: network.threshold)
    return Case(
      network: network,
      payload: try PayloadModule(network.design, network.layout, trigger: trigger ? choice : nil),
      pattern: pattern, format: format)
  }

  /// Random networks, maps and formats; links pause where packets have marks.
  @Test func randomMapsGiveTheInterpretersAnswers() async throws {
    var cases: [Case] = []
    for seed in 1...linkCases {
      var network = try LinkedNetwork(seed: seed)
      let vectors = network.vectors(40)
      let layout = network.layout
      let formats: [PatternFile.Format] =
        layout.map.start == .valid ? [.emp, .emp2, .apx] : [.emp2, .apx]
      let format = formats[network.random.integer(in: 0...formats.count - 1)]
      var writer = PacketWriter(layout, lead: network.random.integer(in: 0...5))
      if layout.map.start == .packet, seed % 3 != 0 {
        let stream = RandomStream(seed: seed, label: "pauses")
        writer.pause = { event, link, frame in
          var own = stream.child(UInt64(event * 4096 + link * 64 + frame))
          return max(0, own.integer(in: -3...2))
        }
        writer.pausesByStrobe = format != .apx && seed % 2 == 0
      }
      let pattern = writer.pattern(events: 40) { network.event(vectors, $0) }
      // All events must be found, and found as they were given.
      let collected = try PacketCollector(layout).collect(pattern)
      #expect(collected.events == (0..<40).map { network.event(vectors, $0) }, "seed \(seed)")
      #expect(collected.faults == 0)
      cases.append(try makeCase(network, pattern, format, trigger: seed % 2 == 1))
    }
    try await checked(cases)
  }

  /// Packets without a frame between them, also where results take longer to leave than to come, and
  /// with more events in the network than the latency has periods.
  @Test func packetsBackToBack() async throws {
    var cases: [Case] = []
    var queued = 0
    var inFlight = 0
    for seed in 100..<100 + linkCases {
      let network = try LinkedNetwork(
        seed: seed, start: seed % 3 == 0 ? .valid : .packet, tight: seed % 2 == 0)
      let layout = network.layout
      var writer = PacketWriter(layout)
      writer.spacing = layout.packetFrames
      // As many as can wait, where packets come faster than results leave.
      let isFaster = layout.packetFrames < layout.outputFrames
      let events = isFaster ? PayloadModule.queueDepth + 1 : 30
      let vectors = network.vectors(events)
      let pattern = writer.pattern(events: events) { network.event(vectors, $0) }
      cases.append(try makeCase(network, pattern, seed % 2 == 0 ? .emp2 : .apx))
      if isFaster { queued += 1 }
      if writer.spacing < network.design.pipeline.latency { inFlight += 1 }
    }
    #expect(queued > 0 && inFlight > 0, "\(queued) with a queue, \(inFlight) with several events in flight")
    try await checked(cases)
  }

  /// Flags that are wrong here and there: the payload drops the events that the rules drop, and no
  /// other, and pairs no packets of different events.
  @Test func brokenPacketsAreDropped() async throws {
    var cases: [Case] = []
    var faults = 0
    var events = 0
    for seed in 200..<200 + 2 * linkCases {
      var network = try LinkedNetwork(seed: seed, start: PacketStart.allCases[Int(seed % 3)])
      let vectors = network.vectors(60)
      let writer = PacketWriter(network.layout, lead: 3, tail: 5)
      var pattern = writer.pattern(events: 60) { network.event(vectors, $0) }
      for _ in 0..<12 {
        let link = network.random.integer(in: 0...pattern.links.count - 1)
        let frame = network.random.integer(in: 0...pattern.count - 1)
        switch network.random.integer(in: 0...4) {
        case 0: pattern.frames[link][frame].isValid.toggle()
        case 1: pattern.frames[link][frame].startsPacket.toggle()
        case 2: pattern.frames[link][frame].strobe.toggle()
        case 3: pattern.frames[link][frame].startsOrbit.toggle()
        default:  // a frame late from here on
          pattern.frames[link].insert(LinkFrame(), at: frame)
          pattern.frames[link].removeLast()
        }
      }
      let one = try makeCase(network, pattern, .emp2)
      if one.payload.queues { continue }
      let collected = try PacketCollector(network.layout).collect(pattern)
      faults += collected.faults
      events += collected.events.count
      cases.append(one)
    }
    #expect(faults > 10 && events > 50, "\(faults) faults, \(events) events")
    try await checked(cases)
  }

  /// The check that a user runs, on a payload with a fault in one element's place as well.
  @Test func theCheckFindsAFault() async throws {
    let network = try LinkedNetwork(seed: 7, start: .valid)
    let payload = try PayloadModule(network.design, network.layout)
    let vectors = network.vectors(64)
    let answers = try network.answers((0..<64).map { network.event(vectors, $0) })
    let ports = answers[0].indices.map { port in answers.flatMap { $0[port] } }
    func check(_ verilog: String) async throws -> [PatternCheck] {
      try await withLinkFolder { folder in
        try await PayloadBench.check(
          network.design, payload, verilog: verilog, events: vectors, answers: ports, in: folder,
          simulator: linkSimulator!
        ).map(\.result)
      }
    }
    let good = try await check(payload.verilog)
    #expect(good.count == 3)
    #expect(good.allSatisfy { $0.isEqual && $0.events == 64 && $0.integers > 64 })
    // An input element whose bits are all wrong.
    let placement = network.layout.inputs[0]
    let wire = "wire \(payload.bits(placement.width))\(payload.elementName(placement)) = "
    let faulty = payload.verilog.replacing(wire, with: wire + "~")
    #expect(faulty != payload.verilog)
    let bad = try await check(faulty)
    #expect(bad.allSatisfy { !$0.isEqual && $0.mismatches > 0 && $0.first != nil })
    print("SIMULATED \(payload.name) 128 vectors")
  }

  /// More results than can wait: those that cannot are dropped whole, and it is said.
  @Test func overflowIsSeen() async throws {
    let network = try #require(
      (600...UInt64(660)).lazy.compactMap { try? LinkedNetwork(seed: $0, start: .packet, tight: true) }
        .first { $0.layout.outputFrames >= 3 * $0.layout.inputFrames })
    let layout = network.layout
    var writer = PacketWriter(layout)
    writer.spacing = layout.packetFrames
    let vectors = network.vectors(40)
    let pattern = writer.pattern(events: 40) { network.event(vectors, $0) }
    let payload = try PayloadModule(network.design, layout)
    let outcome = try await withLinkFolder { folder in
      try await PayloadBench.run(
        [PayloadBench(network.design, payload, pattern: pattern)], in: folder, simulator: linkSimulator!)[0]
    }
    let expected = try network.answers((0..<40).map { network.event(vectors, $0) })
    let found = try PacketReader(layout).events(outcome.pattern).ports
    #expect(outcome.faults == 40 - found.count && outcome.faults > 5)
    // What came is in order.
    var next = expected[...]
    for event in found {
      let place = try #require(next.firstIndex(of: event))
      next = expected[(place + 1)...]
    }
    print("SIMULATED \(payload.name) 40 vectors")
  }
}
