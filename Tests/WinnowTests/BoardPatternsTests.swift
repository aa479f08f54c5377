import Foundation
import Testing
import Winnow
import WinnowTestSupport

/// A run's link map and pattern files, without a simulator.
@Suite struct BoardPatternsTests {
  private static let network = Network(
    name: "board", inputs: [.init("x", TensorType([5], .float32))],
    constants: ["w": Tensor([5, 2], .fixed([3, -2, 1, 5, 6, -7, 2, 2, -1, 4], fraction: 2))],
    nodes: [
      Node("input", Quantize(FixedPointType(signed: true, width: 14, integer: 8)), "x"),
      Node("score", Dense(), "input", "w"),
    ], outputs: ["score"])

  @Test func templatesAreReadAsTheyAreWritten() async throws {
    let program = try FixedPointProgram(Self.network)
    let map = LinkMap(template: program, clock: 240)
    try await withTemporaryFolder { folder in
      let file = folder + "/io.yaml"
      try AtomicFile.write(Array(map.yaml.utf8), to: file)
      #expect(try LinkMap(yamlFile: file) == map)
      try AtomicFile.write(Array(map.yaml.replacing("frame:", with: "farme:").utf8), to: file)
      let error = #expect(throws: NetworkError.self) { try LinkMap(yamlFile: file) }
      #expect(error?.message.contains("'inputs[0].farme' is not known") == true)
    }
  }

  /// Events to a file; what a perfect board would answer is equal, one bit less is located.
  @Test func filesAreCheckedAgainstTheEngine() async throws {
    let design = try Design(Self.network, options: FirmwareOptions(clock: 240))
    try await withTemporaryFolder { folder in
      let run = folder + "/run"
      let map = LinkMap(template: design.program, clock: 240)
      try RunDirectory(run).write(
        design, report: FirmwareReport(design), links: LinkFiles(design, map: map), command: ["test"],
        model: "test")
      let patterns = try BoardPatterns(run: run)
      let vectors = TestVectors(for: design.program, count: 30, seed: 2)
      let input = try PatternFile(text: patterns.text(of: vectors, format: .emp2))
      let answers = try IntegerEngine(design.program).run(vectors.inputs, events: 30)
      var output = PacketWriter(patterns.layout, .output, lead: 9).pattern(events: 30) { event in
        [Array(answers[0][2 * event..<2 * event + 2])]
      }
      let good = try patterns.check(input: input, output: output)
      #expect(good.isEqual && good.integers == 60)
      #expect(try patterns.outputs(of: output)["score"]?.integers() == answers[0])
      let frame = output.frames[0].indices.filter { output.frames[0][$0].startsPacket }[17]
      output.frames[0][frame].data ^= 1
      let bad = try patterns.check(input: input, output: output)
      #expect(!bad.isEqual && bad.mismatches == 1)
      #expect(bad.first?.event == 17 && bad.first?.element == 0 && bad.first?.frame == frame)
      let error = #expect(throws: NetworkError.self) {
        try patterns.text(of: vectors, format: .emp)
      }
      #expect(error?.message.contains("EMP v1 files hold no marks") == true)
    }
  }
}
