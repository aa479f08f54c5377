import Testing
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
        #expect(found.ports == expected, "\(one.network.design.name) through \(one.format)")
        #expect(outcome.faults == given.faults)
        events += expected.count
      }
      print("SIMULATED payloads \(events) vectors")
    }
  }

  /// Random networks, maps and formats; half of the events follow one another at once.
  @Test func randomMapsGiveTheInterpretersAnswers() async throws {
    var cases: [Case] = []
    for seed in 1...UInt64(24) {
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
      cases.append(
        Case(
          network: network, payload: try PayloadModule(network.design, layout), pattern: pattern,
          format: format))
    }
    try await checked(cases)
  }
}
